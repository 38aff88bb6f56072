package section

import (
	"slices"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// options are the keys of a section of pieces. A kind of section is a set of them
// with values that suit it.
type options struct {
	Kinds   []domain.ItemKind `yaml:"kinds"`   // only these; none means all
	Series  []string          `yaml:"series"`  // only these; none means all
	Sources []string          `yaml:"sources"` // only from these; none means all
	Only    string            `yaml:"only"`    // early, opened or any
	Order   string            `yaml:"order"`   // newest, oldest, rating or title
	Min     int               `yaml:"min"`     // fewer are not worth a section
	Max     int               `yaml:"max"`     // what is more is shown by its title, or waits
	Carry   int               `yaml:"carry"`   // so many editions it waits; 0: it does not
	Words   int               `yaml:"words"`   // of an excerpt, or of a whole text
	Show    string            `yaml:"show"`    // the layout: cards, lines, whole, note or one of the operator's

	aside bool // repeats what is known
}

// What a section takes, by who may read it.
const (
	anyone = "any"
	early  = "early"  // not yet open to everyone
	opened = "opened" // opened to everyone since the last edition
)

// orders are the ways in which pieces can stand, each a comparison.
func orders() map[string]func(a, b domain.Item) int {
	return map[string]func(a, b domain.Item) int{
		"newest": newest,
		"oldest": func(a, b domain.Item) int { return newest(b, a) },
		"rating": best,
		"title":  alphabetic,
	}
}

// with are the options, changed by what the configuration says.
func (o options) with(opts config.Options) (options, error) {
	if err := opts.Decode(&o); err != nil {
		return o, err
	}
	for _, bound := range []struct {
		key             string
		value, min, max int
	}{{"max", o.Max, 1, 50}, {"min", o.Min, 0, o.Max}, {"carry", o.Carry, 0, 12}, {"words", o.Words, 10, 600}} {
		if bound.value < bound.min || bound.value > bound.max {
			return o, opts.Errorf(bound.key, "%d is not between %d and %d", bound.value, bound.min, bound.max)
		}
	}
	for _, k := range o.Kinds {
		if !slices.Contains(domain.ItemKinds(), k) {
			return o, opts.Errorf("kinds", "%q is no kind of item: one of %v", k, domain.ItemKinds())
		}
	}
	if only := []string{anyone, early, opened}; !slices.Contains(only, o.Only) {
		return o, opts.Errorf("only", "%q is none of %v", o.Only, only)
	}
	if _, ok := orders()[o.Order]; !ok {
		return o, opts.Errorf("order", "%q is no order: write newest, oldest, rating or title", o.Order)
	}
	return o, nil
}

func (o options) traits() digest.Traits {
	return digest.Traits{Layout: o.Show, Carry: o.Carry, Again: o.aside || o.Only == opened, Aside: o.aside}
}

package section

import (
	"fmt"
	"slices"
	"strings"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// Reviews shows new pieces, each with its poster, its stars and its first
// sentences.
func Reviews() digest.SectionKind {
	return digest.SectionKind{Name: "reviews", Title: "New reviews", New: newReviews}
}

// reviewsOptions are the keys of a reviews section.
type reviewsOptions struct {
	Max    int               `yaml:"max"`    // at most so many items, 5 by default
	Kinds  []domain.ItemKind `yaml:"kinds"`  // review, essay and list by default
	Series []string          `yaml:"series"` // only these series; none means all
	Words  int               `yaml:"words"`  // how long an excerpt is, 50 by default
}

// reviews is a section of new pieces.
type reviews struct {
	opts reviewsOptions
}

func newReviews(opts config.Options) (digest.Section, error) {
	o := reviewsOptions{Max: 5, Kinds: []domain.ItemKind{domain.Review, domain.Essay, domain.List}, Words: 50}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if o.Max < 1 || o.Max > 50 {
		return nil, opts.Errorf("max", "%d is not between 1 and 50", o.Max)
	}
	if o.Words < 10 || o.Words > 120 {
		return nil, opts.Errorf("words", "%d is not between 10 and 120", o.Words)
	}
	for _, k := range o.Kinds {
		if !slices.Contains(domain.ItemKinds(), k) {
			return nil, opts.Errorf("kinds", "%q is no kind of item: one of %v", k, domain.ItemKinds())
		}
	}
	return &reviews{opts: o}, nil
}

// Choose takes the newest items of the section's kinds and series.
func (r *reviews) Choose(week digest.Week) digest.Choice {
	var c digest.Choice
	for _, it := range week.Items {
		switch {
		case !r.takes(&it):
		case len(c.Items) < r.opts.Max:
			c.Items = append(c.Items, it)
		default:
			c.Passed = append(c.Passed, digest.Left{
				Item: it, Cause: digest.Over, Why: fmt.Sprintf("its section takes %d, and there are newer ones", r.opts.Max),
			})
		}
	}
	return c
}

func (r *reviews) takes(it *domain.Item) bool {
	inSeries := func(s string) bool { return strings.EqualFold(s, it.Series) }
	return slices.Contains(r.opts.Kinds, it.Kind) &&
		(len(r.opts.Series) == 0 || slices.ContainsFunc(r.opts.Series, inSeries))
}

// View shows each chosen item as the audience may see it.
func (r *reviews) View(lens digest.Lens, chosen []domain.Item) (digest.SectionView, bool) {
	v := digest.SectionView{}
	for _, it := range chosen {
		if shown, ok := itemView(lens, &it, r.opts.Words); ok {
			v.Items = append(v.Items, shown)
		}
	}
	return v, len(v.Items) > 0
}

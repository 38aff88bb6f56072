package section

import (
	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// Kinds are all kinds of section there are. Those of pieces differ in nothing but
// their options.
func Kinds() []digest.SectionKind {
	kinds := []digest.SectionKind{Picks(), Text()}
	for _, k := range []struct {
		name, title string
		options     options
	}{
		{"note", "", options{Series: []string{"Note"}, Show: layoutNote, Max: 1, Words: 300}},
		{"first_look", "First look", options{Kinds: written(), Only: early, Show: layoutCards, Max: 5}},
		{"reviews", "New reviews", options{Kinds: written(), Show: layoutCards, Max: 5}},
		{"readers_choice", "Reader’s Choice", options{Series: []string{"Reader's Choice"}, Show: layoutCards, Max: 5}},
		{"essays", "Essays", options{Kinds: kind(domain.Essay), Show: layoutCards, Max: 3, Words: 60}},
		{"lists", "Lists", options{Kinds: kind(domain.List), Show: layoutLines, Max: 5}},
		{"posts", "From the blog", options{Kinds: kind(domain.Post), Show: layoutLines, Max: 5}},
		{"polls", "Your vote", options{Kinds: kind(domain.Poll), Show: layoutCards, Max: 2}},
		{"now_free", "Now free for everyone", options{Kinds: written(), Only: opened, Show: layoutLines, Max: 10}},
		{"coming_up", "Coming up", options{Series: []string{"Coming up"}, Show: layoutWhole, Max: 1, Words: 150}},
		{"recent", "Recent articles", options{Kinds: written(), Show: layoutLines, Max: 5, Carry: 4, aside: true}},
	} {
		kinds = append(kinds, digest.SectionKind{Name: k.name, Title: k.title, New: func(opts config.Options) (digest.Section, error) {
			return newPieces(k.options.completed(), opts)
		}})
	}
	return kinds
}

// completed are the options with those filled in that most kinds share.
func (o options) completed() options {
	if o.Only == "" {
		o.Only = anyone
	}
	if o.Words == 0 {
		o.Words = 50
	}
	o.Order = "newest"
	return o
}

// written are the kinds of what a critic writes.
func written() []domain.ItemKind { return []domain.ItemKind{domain.Review, domain.Essay, domain.List} }

func kind(k domain.ItemKind) []domain.ItemKind { return []domain.ItemKind{k} }

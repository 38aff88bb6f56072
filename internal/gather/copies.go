package gather

import (
	"cmp"
	"slices"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
	"marquee/internal/likeness"
)

// merged is what readers see of a piece that several sources tell: what the first
// of them in the configuration's order says, with its gaps filled by the others.
// What a source took back counts only when all have.
func (g *Gatherer) merged(copies []domain.Item) domain.Item {
	all := slices.Clone(copies)
	slices.SortStableFunc(all, func(a, b domain.Item) int {
		return cmp.Or(gone(a)-gone(b), g.rank(a.Source)-g.rank(b.Source), cmp.Compare(a.Source, b.Source))
	})
	it := all[0]
	if it.Film != nil {
		film := *it.Film
		it.Film = &film
	}
	for _, other := range all[1:] {
		if gone(other) == gone(all[0]) {
			g.fill(&it, &other)
		}
	}
	return it
}

func gone(it domain.Item) int {
	if it.Withdrawn.IsZero() {
		return 0
	}
	return 1
}

// rank is a source's place in the configuration; one that has left it is last.
func (g *Gatherer) rank(source string) int {
	if i := slices.Index(g.cfg.Order, source); i >= 0 {
		return i
	}
	return len(g.cfg.Order)
}

// fill takes what a piece lacks from how another source tells it.
func (g *Gatherer) fill(it *domain.Item, other *domain.Item) {
	it.URL, it.Author = cmp.Or(it.URL, other.URL), cmp.Or(it.Author, other.Author)
	it.Series, it.Teaser = cmp.Or(it.Series, other.Series), cmp.Or(it.Teaser, other.Teaser)
	if len(it.Tags) == 0 {
		it.Tags = other.Tags
	}
	if it.Image == nil {
		it.Image = other.Image
	}
	if other.Film != nil && oneFilm(it.Film, other.Film) {
		it.Film = filmdata.Merge(it.Film, other.Film)
	}
	if it.Exclusive && !other.Exclusive && other.Changed.After(it.Changed) && likeness.Address(it.URL) == likeness.Address(other.URL) {
		it.Exclusive = false // the same page, seen later
	}
	g.fillText(it, other)
}

// fillText takes the whole text from another source, and with it the release that
// binds it there: nobody may read it for having come another way. A piece that
// the first source shows to everyone takes no text that is kept for some.
func (g *Gatherer) fillText(it *domain.Item, other *domain.Item) {
	release := other.Release
	if len(release) == 0 {
		release = g.cfg.Releases[other.Source]
	}
	_, placed := g.cfg.Releases[it.Source]
	bound := len(release) > 0 || placed || other.Kind != it.Kind || other.Series != it.Series
	if it.Body != "" || len(it.Picks) > 0 || bound && (!it.Exclusive || len(release) == 0 || len(it.Release) > 0) {
		return
	}
	if other.Body == "" && len(other.Picks) == 0 {
		return
	}
	it.Body, it.Picks = other.Body, other.Picks
	if bound {
		it.Release = release
	}
}

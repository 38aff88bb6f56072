package gather

import (
	"context"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/likeness"
)

// nearby is how far apart two sources may date one piece.
const nearby = 3 * 24 * time.Hour

// maxAlike is how many stored items one read's unknown pieces are compared with,
// besides a few for each: a weekly piece may have the same title for years.
const maxAlike = 100

// recognise looks for unknown pieces among what is stored: what another source
// told first, and what this one told under another guid.
func (r *round) recognise(ctx context.Context) error {
	unknown := map[likeness.Key][]*piece{}
	var keys []likeness.Key
	strangers := 0
	for i := range r.pieces {
		if p := &r.pieces[i]; !p.known {
			strangers++
			p.keys = likeness.KeysOf(&p.item)
			for _, k := range p.keys {
				keys, unknown[k] = append(keys, k), append(unknown[k], p)
			}
		}
	}
	if strangers == 0 {
		return nil
	}
	alike, err := r.cfg.Store.ItemsByKey(ctx, keys, maxAlike+10*strangers)
	if err != nil {
		return err
	}
	stored := map[likeness.Key][]*Known{}
	for i := range alike {
		r.seen = append(r.seen, alike[i].ID)
		for _, k := range alike[i].keys() {
			stored[k] = append(stored[k], &alike[i])
		}
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; !p.known {
			r.find(p, stored, unknown)
		}
	}
	return nil
}

// keys are those of all tellings, each once.
func (k *Known) keys() []likeness.Key {
	var all []likeness.Key
	for _, c := range k.tellings() {
		all = append(all, likeness.KeysOf(&c)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// find settles what a piece is the same as. Where two would do, neither is taken:
// two pieces in one letter are better than one in the place of two.
func (r *round) find(p *piece, stored map[likeness.Key][]*Known, unknown map[likeness.Key][]*piece) {
	var found []*Known
	for _, key := range p.keys {
		for _, k := range stored[key] {
			_, ours := k.by(r.cfg.Name)
			switch {
			case slices.Contains(found, k):
			case r.mayBe(&p.item, k):
				found = append(found, k)
			case ours && titledAlike(&p.item, &k.Item):
				p.echo = true
			}
		}
	}
	if len(found) != 1 {
		return
	}
	for _, key := range p.keys {
		for _, o := range unknown[key] {
			if o != p && r.same(&o.item, &p.item) {
				return
			}
		}
	}
	p.stored, p.known = *found[0], true
}

// mayBe tells whether a piece is told by a stored item. An item that this source
// tells as another piece of the same read, or elsewhere at another date, is none.
func (r *round) mayBe(it *domain.Item, k *Known) bool {
	for _, c := range k.tellings() {
		ours := c.Source == r.cfg.Name
		switch {
		case !ours && (r.cfg.Apart[r.cfg.Name] || r.cfg.Apart[c.Source]):
			return false
		case ours && c.Withdrawn.IsZero() && r.guids[c.GUID]:
			return false
		case ours && likeness.Address(c.URL) != likeness.Address(it.URL) && !c.Published.Equal(it.Published):
			return false
		}
	}
	return slices.ContainsFunc(k.tellings(), func(c domain.Item) bool {
		c.FirstSeen = k.FirstSeen
		return r.same(it, &c)
	})
}

// same tells whether two sources tell one piece: at the same address or under the
// same title, at about the same time. Where one does not say when, the address
// and the title do.
func (r *round) same(a, b *domain.Item) bool {
	at := likeness.Address(a.URL)
	here, titled := at != "" && at == likeness.Address(b.URL), titledAlike(a, b)
	if a.Published.Sub(b.Published).Abs() > nearby {
		return here && titled && (r.undated(a) || r.undated(b))
	}
	return here || titled && a.Kind == b.Kind && oneFilm(a.Film, b.Film)
}

// undated tells whether a piece is dated when it was found, as those are whose
// source does not say.
func (r *round) undated(it *domain.Item) bool {
	return it.Published.Equal(r.now) || it.Published.Equal(it.FirstSeen)
}

func titledAlike(a, b *domain.Item) bool {
	other := likeness.Titles(b)
	return slices.ContainsFunc(likeness.Titles(a), func(h string) bool { return slices.Contains(other, h) })
}

// oneFilm is false for two films of one title.
func oneFilm(a, b *domain.Film) bool {
	return a == nil || b == nil || a.Year == 0 || b.Year == 0 || a.Year == b.Year
}

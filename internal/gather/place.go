package gather

import (
	"context"
	"slices"

	"marquee/internal/domain"
)

// placed is what a read has to be stored of. It is made anew when the store has
// changed meanwhile.
type placed struct {
	items  []domain.Item
	copies []Copy
	events []domain.Event
	added  []added
	seen   []domain.ItemID
	held   string // what the operator is told of pieces that are held
}

// added is an item that was never seen before.
type added struct {
	at   int  // among the items
	echo bool // its source has told another piece of the same title
}

// place finds every piece its item.
func (r *round) place(ctx context.Context) error {
	r.placed = placed{}
	if err := r.recognise(ctx); err != nil {
		return err
	}
	for i := range r.pieces {
		p := &r.pieces[i]
		if !p.known {
			r.add(p.item, p.echo)
			continue
		}
		r.tell(&p.stored, p.item, p.looked)
	}
	for i := range r.gone {
		r.withdraw(&r.gone[i])
	}
	return r.brake(ctx)
}

// tell lets an item be as its sources tell it, one of them anew.
func (r *round) tell(k *Known, it domain.Item, looked bool) {
	was, ours := k.by(r.cfg.Name)
	it.ItemHistory = domain.ItemHistory{Changed: was.Changed}
	same := ours && alike(it, was) && was.Withdrawn.IsZero()
	if !same {
		it.Changed = r.now
	}
	all := slices.DeleteFunc(slices.Clone(k.tellings()), func(c domain.Item) bool { return c.Source == r.cfg.Name })
	all = append(all, it)
	full := it
	if len(all) > 1 {
		full = r.merged(all)
	}
	full.ID, full.Source, full.GUID = k.ID, k.Source, k.GUID
	anew := looked && ours && revised(it, was) // so that its page is not asked again for this revision
	if !r.update(full, k.Item) && anew && len(all) == 1 {
		full.ItemHistory = k.ItemHistory
		r.items = append(r.items, full)
	}
	moved := ours && was.GUID != it.GUID
	if len(all) > 1 && (!same || anew) || moved {
		r.copy(k, was, it)
	}
}

// copy keeps how a source tells an item that is told more than once, and what it
// was told as before there was need to.
func (r *round) copy(k *Known, was, it domain.Item) {
	if len(k.Copies) == 0 && k.Source != it.Source {
		first := k.Item
		first.ItemHistory = domain.ItemHistory{Changed: k.Changed, Withdrawn: k.Withdrawn}
		r.copies = append(r.copies, Copy{Of: k.ID, Item: first})
	}
	if was.GUID != "" && was.GUID != it.GUID {
		r.copies = append(r.copies, Copy{Of: k.ID, Item: domain.Item{Source: was.Source, GUID: was.GUID}, Former: true})
	}
	r.copies = append(r.copies, Copy{Of: k.ID, Item: it})
}

// withdraw takes back how this source tells an item, and the item when no other
// tells it.
func (r *round) withdraw(k *Known) {
	was, ours := k.by(r.cfg.Name)
	if !ours || !was.Withdrawn.IsZero() {
		return
	}
	was.ItemHistory = domain.ItemHistory{Changed: was.Changed, Withdrawn: r.now}
	all := slices.Clone(k.tellings())
	for i := range all {
		if all[i].Source == r.cfg.Name {
			all[i] = was
		}
	}
	if len(k.Copies) > 0 {
		r.copies = append(r.copies, Copy{Of: k.ID, Item: was})
	}
	if full := r.merged(all); full.Withdrawn.IsZero() {
		full.ID, full.Source, full.GUID = k.ID, k.Source, k.GUID
		r.update(full, k.Item)
		return
	}
	it := k.Item
	it.Withdrawn = r.now
	r.happened(&it, domain.EventWithdrawn)
	r.items = append(r.items, it)
}

// happened notes an event.
func (r *round) happened(it *domain.Item, kind domain.EventKind) {
	r.events = append(r.events, domain.Event{At: r.now, Kind: kind, Item: it.ID, Source: r.cfg.Name})
}

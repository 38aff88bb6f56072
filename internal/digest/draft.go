package digest

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/schedule"
)

// draft is an edition whose items are chosen and not yet rendered.
type draft struct {
	edition domain.Edition
	judged  time.Time       // what audiences may see then they see
	chosen  [][]domain.Item // by section
	left    []Left          // what came into question and is in no section
	missing []string        // what sections still wait for
	empty   bool            // there is nothing worth an edition

	correction *correcting // nil for an edition of its own
}

// draft lets the sections choose from what is news at this moment. An item goes
// to at most one of them.
func (c *Compiler) draft(ctx context.Context, slot domain.Slot) (*draft, error) {
	d, s, err := c.begun(ctx, slot)
	if err != nil {
		return nil, err
	}
	d.judged = d.edition.Frozen
	c.choose(d, s)
	return d, nil
}

// foreseen is a draft for somebody who looks at it before it freezes: what opens
// until then is open.
func (c *Compiler) foreseen(ctx context.Context, slot domain.Slot) (*draft, error) {
	d, s, err := c.begun(ctx, slot)
	if err != nil {
		return nil, err
	}
	d.judged = d.edition.Frozen
	if s.closes.After(d.judged) {
		d.judged = s.closes
	}
	c.choose(d, s)
	return d, nil
}

// begun is a draft in which nothing is chosen, and what there is to choose from.
func (c *Compiler) begun(ctx context.Context, slot domain.Slot) (*draft, *sieve, error) {
	now := c.cfg.Now().UTC()
	due := schedule.Instant(slot, c.cfg.Publication.Zone)
	if due.IsZero() {
		return nil, nil, fmt.Errorf("%w slot %q: write %s", domain.ErrInvalid, slot, domain.SlotLayout)
	}
	s, err := c.sift(ctx, slot, due, now)
	if err != nil {
		return nil, nil, fmt.Errorf("find its items: %w", err)
	}
	d := &draft{empty: true, chosen: make([][]domain.Item, len(c.cfg.Sections)), edition: domain.Edition{
		Digest: c.cfg.Digest.Name, Slot: slot, State: domain.EditionFrozen, Frozen: now, Due: due,
	}}
	return d, s, nil
}

// choose fills a draft's sections: in their order, but those that tell of what
// is known after those that tell of what is new.
func (c *Compiler) choose(d *draft, s *sieve) {
	passed, taken, kept := map[domain.ItemID]Left{}, map[domain.ItemID]bool{}, map[domain.ItemID]bool{}
	for _, again := range []bool{false, true} {
		for i, b := range c.cfg.Sections {
			if b.Traits().Again != again {
				continue
			}
			choice := b.Choose(c.week(d, s, s.items(b.Traits(), taken)))
			d.take(i, b, choice)
			for _, it := range choice.Items {
				taken[it.ID], kept[it.ID] = true, !b.Traits().Aside
			}
			for _, p := range choice.Passed {
				p.Section = b.Title
				passed[p.Item.ID] = p
			}
		}
	}
	d.edition.Items = d.items(c.cfg.Sections, s)
	d.left = s.left(kept, func(it *domain.Item) Left {
		if p, ok := passed[it.ID]; ok {
			return p
		}
		return Left{Item: *it, Cause: Unasked, Why: "no section is for a " + string(it.Kind) + " like it"}
	})
}

// take gives a section what it chose.
func (d *draft) take(i int, b Block, choice Choice) {
	d.chosen[i] = choice.Items
	if choice.Missing != "" {
		d.missing = append(d.missing, choice.Missing)
	}
	if len(choice.Items) > 0 && !b.Traits().Aside {
		d.empty = false
	}
}

// items are those that have their edition in this one, in order of appearance:
// all but what is shown once more, or aside.
func (d *draft) items(blocks []Block, s *sieve) []domain.ItemID {
	again := map[domain.ItemID]bool{}
	for i := range s.found {
		cause, _ := s.refuses(&s.found[i], s.since(Traits{}))
		again[s.found[i].ID] = cause.known()
	}
	var ids []domain.ItemID
	for i, b := range blocks {
		t := b.Traits()
		for _, it := range d.chosen[i] {
			if !t.Aside && (!t.Again || !again[it.ID]) {
				ids = append(ids, it.ID)
			}
		}
	}
	return ids
}

// hold keeps the edition from going out by itself.
func (d *draft) hold(reason string) {
	d.edition.State, d.edition.Reason = domain.EditionHeld, reason
}

// week is what a section sees.
func (c *Compiler) week(d *draft, s *sieve, items []domain.Item) Week {
	see := func(it *domain.Item) entitle.Access {
		return c.cfg.Policy.Decide(domain.Audience{}, it, d.judged)
	}
	return Week{
		Slot: d.edition.Slot, Since: s.last(), Items: items,
		Early:  func(it *domain.Item) bool { return see(it).Level != entitle.Full },
		Opened: func(it *domain.Item) time.Time { return openedTo(it, see(it)) },
	}
}

// openedTo is when an item that was kept for some opened to those who have
// access; zero when it did not, or was never kept.
func openedTo(it *domain.Item, access entitle.Access) time.Time {
	switch {
	case access.Level != entitle.Full:
		return time.Time{}
	case access.Since.After(it.FirstPublished) && access.Since.After(it.Opened):
		return access.Since
	}
	return it.Opened
}

// lens is how readers look at the draft: as things stand at its freeze.
func (c *Compiler) lens(d *draft, to domain.Readers) Lens {
	a := to.Audience
	see := func(a domain.Audience, it *domain.Item) entitle.Access {
		return c.cfg.Policy.Decide(a, it, d.judged)
	}
	return Lens{
		Publication: c.cfg.Publication,
		Slot:        d.edition.Slot,
		Audience:    a,
		Dates:       c.dates.For(to.Dates),
		See:         func(it *domain.Item) entitle.Access { return see(a, it) },
		Early:       func(it *domain.Item) bool { return see(domain.Audience{}, it).Level != entitle.Full },
	}
}

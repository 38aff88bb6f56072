package digest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/schedule"
)

// draft is an edition whose items are chosen and not yet rendered.
type draft struct {
	edition   domain.Edition
	chosen    [][]domain.Item // by section
	leftOut   int             // candidates that no section took
	unsettled int             // those that were edited of late: the next edition's
}

func (d *draft) empty() bool { return len(d.edition.Items) == 0 }

// draft lets the sections choose, in their order, from what is new at this
// moment. An item goes to at most one of them.
func (c *Compiler) draft(ctx context.Context, slot domain.Slot) (*draft, error) {
	now := c.cfg.Now().UTC()
	due := schedule.Instant(slot, c.cfg.Publication.Zone)
	if due.IsZero() {
		return nil, fmt.Errorf("%w slot %q: write %s", domain.ErrInvalid, slot, domain.SlotLayout)
	}
	all, err := c.candidates(ctx, slot, due, now)
	if err != nil {
		return nil, fmt.Errorf("find its items: %w", err)
	}
	left := slices.DeleteFunc(slices.Clone(all), func(it domain.Item) bool { return it.Settles.After(now) })
	unsettled := len(all) - len(left)
	d := &draft{unsettled: unsettled, edition: domain.Edition{
		Digest: c.cfg.Digest.Name, Slot: slot, State: domain.EditionFrozen, Frozen: now, Due: due,
	}}
	for _, s := range c.cfg.Sections {
		chosen := s.Choose(Week{Slot: slot, Items: left})
		taken := make(map[domain.ItemID]bool, len(chosen))
		for _, it := range chosen {
			taken[it.ID] = true
			d.edition.Items = append(d.edition.Items, it.ID)
		}
		d.chosen = append(d.chosen, chosen)
		left = slices.DeleteFunc(slices.Clone(left), func(it domain.Item) bool { return taken[it.ID] })
	}
	d.leftOut = len(left)
	return d, nil
}

// candidates are what was published in the period that ends at the slot, and
// what has come to light since the last edition froze.
func (c *Compiler) candidates(ctx context.Context, slot domain.Slot, due, now time.Time) ([]domain.Item, error) {
	frozen, err := c.cfg.Store.LastFrozen(ctx, c.cfg.Digest.Name, slot)
	if err != nil {
		return nil, err
	}
	return c.cfg.Store.Candidates(ctx, CandidateQuery{
		Digest:         c.cfg.Digest.Name,
		Until:          sooner(now, due),
		PublishedSince: due.Add(-c.cfg.Period),
		SeenSince:      frozen,
	})
}

// sooner is the earlier instant: an edition that is made up later is the one
// that its readers would have got in time.
func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// lens is how an audience looks at the draft: as things stand at its freeze.
func (c *Compiler) lens(d *draft, a domain.Audience) Lens {
	see := func(a domain.Audience, it *domain.Item) entitle.Access {
		return c.cfg.Policy.Decide(a, it, d.edition.Frozen)
	}
	return Lens{
		Publication: c.cfg.Publication,
		Slot:        d.edition.Slot,
		Audience:    a,
		See:         func(it *domain.Item) entitle.Access { return see(a, it) },
		Early:       func(it *domain.Item) bool { return see(domain.Audience{}, it).Level != entitle.Full },
	}
}

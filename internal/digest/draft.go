package digest

import (
	"context"
	"fmt"
	"slices"

	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/schedule"
)

// draft is an edition whose items are chosen and not yet rendered.
type draft struct {
	edition domain.Edition
	chosen  [][]domain.Item // by section
	left    []Left          // what came into question and is in no section
	missing []string        // what sections still wait for
}

func (d *draft) empty() bool { return len(d.edition.Items) == 0 }

// draft lets the sections choose, in their order, from what is news at this
// moment. An item goes to at most one of them.
func (c *Compiler) draft(ctx context.Context, slot domain.Slot) (*draft, error) {
	now := c.cfg.Now().UTC()
	due := schedule.Instant(slot, c.cfg.Publication.Zone)
	if due.IsZero() {
		return nil, fmt.Errorf("%w slot %q: write %s", domain.ErrInvalid, slot, domain.SlotLayout)
	}
	news, left, err := c.sift(ctx, slot, due, now)
	if err != nil {
		return nil, fmt.Errorf("find its items: %w", err)
	}
	d := &draft{left: left, edition: domain.Edition{
		Digest: c.cfg.Digest.Name, Slot: slot, State: domain.EditionFrozen, Frozen: now, Due: due,
	}}
	c.choose(d, news)
	return d, nil
}

// choose fills a draft's sections.
func (c *Compiler) choose(d *draft, news []domain.Item) {
	passed := map[domain.ItemID]Left{}
	for _, b := range c.cfg.Sections {
		choice := b.Choose(Week{Slot: d.edition.Slot, Items: news})
		if choice.Missing != "" {
			d.missing = append(d.missing, choice.Missing)
		}
		for _, p := range choice.Passed {
			p.Section = b.Title
			passed[p.Item.ID] = p
		}
		taken := make(map[domain.ItemID]bool, len(choice.Items))
		for _, it := range choice.Items {
			taken[it.ID] = true
			d.edition.Items = append(d.edition.Items, it.ID)
		}
		d.chosen = append(d.chosen, choice.Items)
		news = slices.DeleteFunc(slices.Clone(news), func(it domain.Item) bool { return taken[it.ID] })
	}
	for _, it := range news {
		if p, ok := passed[it.ID]; ok {
			d.left = append(d.left, p)
			continue
		}
		d.left = append(d.left, Left{Item: it, Cause: Unasked, Why: "no section is for a " + string(it.Kind) + " like it"})
	}
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

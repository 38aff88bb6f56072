package feed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// Built is a document and how long it stands.
type Built struct {
	Document *Document
	// Until is when the document next changes without any item changing, by a
	// step of a release ladder; zero when it does not.
	Until time.Time
	// Omitted are the items that cannot be in it.
	Omitted []Omission
	// Grows says of a page of the archive that it may still get more entries.
	Grows bool
}

// Build makes the feed's document for readers as of now. It holds the newest
// items they may know of, each with as much as the policy lets them see, and
// nothing else: what is withheld is in no field.
func (s *Spec) Build(ctx context.Context, store Store, to domain.Readers, now time.Time) (Built, error) {
	v := s.view(to, now)
	if v.Entries == config.EntriesEditions {
		return v.editions(ctx)
	}
	choices, err := v.choose(ctx, store)
	if err != nil {
		return Built{}, fmt.Errorf("build feed %s for %s: %w", s.Name, v.audience.Key(), err)
	}
	b := v.built(choices)
	if held := heldBy(choices); len(held) >= v.limit() { // else it is whole
		pages, err := v.archive(ctx, store)
		if err != nil {
			return Built{}, fmt.Errorf("list the archive of feed %s: %w", s.Name, err)
		}
		b.Document.Older = pages.before(held)
	}
	if v.audience.Standing == domain.Former {
		b.Document.Entries = slices.Insert(b.Document.Entries, 0, v.lapse(b.Document.Updated))
	}
	return b, nil
}

// built is the document of what was chosen.
func (v *view) built(choices []choice) Built {
	b := Built{Document: v.head(v.audience)}
	seen := make(map[string]bool, len(choices))
	for _, c := range choices {
		b.Until = sooner(b.Until, c.until(v.now))
		if c.access.Level == entitle.None {
			continue
		}
		for _, part := range v.parts(c) {
			if e, reason := v.weed(part, seen); reason != "" {
				b.Omitted = append(b.Omitted, Omission{c.item.ID, reason})
			} else {
				b.add(e, v.arrival(c))
			}
		}
	}
	if b.Document.Updated.IsZero() {
		b.Document.Updated = beginning()
	}
	return b
}

// add appends an entry. The document was updated when its newest entry came or
// changed, whichever is later.
func (b *Built) add(e Entry, arrived time.Time) {
	b.Document.Entries = append(b.Document.Entries, e)
	b.Document.Updated = latest(b.Document.Updated, e.Updated, arrived)
}

// beginning is when documents without any dated entry were last updated. Atom
// demands an instant and readers distrust dates before 1990.
func beginning() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// view is a feed in the eyes of one audience at one instant.
type view struct {
	*Spec
	audience domain.Audience
	dates    *calendar.Calendar
	now      time.Time
}

func (s *Spec) view(to domain.Readers, now time.Time) *view {
	to = s.canonical(to)
	dates := calendar.Of(s.Publication.Language, s.Publication.Zone).For(to.Dates)
	return &view{Spec: s, audience: to.Audience, dates: dates, now: now}
}

// choice is one item, what the audience may see of it, and what the highest
// tier may: the line under a teaser must not promise what support does not buy.
type choice struct {
	item         *domain.Item
	access, best entitle.Access

	pick   *domain.Pick // the one film of the item that an entry is about; nil for the whole
	pickID string       // of that entry
}

// until is when the choice's entry next changes by itself.
func (c choice) until(now time.Time) time.Time {
	if c.best.Until.After(now) {
		return sooner(c.access.Until, c.best.Until)
	}
	return c.access.Until
}

// choose judges the newest items until the limit of visible ones is reached or
// the store has no more. Hidden ones are part of the answer: they know when
// they become visible.
func (v *view) choose(ctx context.Context, store Store) ([]choice, error) {
	limit := v.limit()
	for n := limit; ; n *= 2 {
		items, err := store.Items(ctx, v.query(n))
		if err != nil {
			return nil, err
		}
		choices, visible := v.judge(items, limit)
		if visible == limit || len(items) < n {
			return choices, nil
		}
	}
}

func (v *view) limit() int { return cmp.Or(v.Limit, defaultLimit) }

// judge decides on items up to the limit-th visible one.
func (v *view) judge(items []domain.Item, limit int) (choices []choice, visible int) {
	for i := range items {
		if visible == limit {
			break
		}
		if !v.selects(&items[i]) {
			continue
		}
		c := choice{item: &items[i], access: v.Policy.Decide(v.audience, &items[i], v.now)}
		if c.access.Level == entitle.Teaser {
			c.best = v.Policy.Decide(v.patron(), c.item, v.now)
		}
		if c.access.Level != entitle.None {
			visible++
		}
		choices = append(choices, c)
	}
	return choices, visible
}

// heldBy are the items among choices that the audience may know of.
func heldBy(choices []choice) map[domain.ItemID]bool {
	held := make(map[domain.ItemID]bool, len(choices))
	for _, c := range choices {
		if c.access.Level != entitle.None {
			held[c.item.ID] = true
		}
	}
	return held
}

// patron is a patron of the highest tier.
func (v *view) patron() domain.Audience {
	a := domain.Audience{Standing: domain.Active}
	if n := len(v.Policy.Tiers); n > 0 {
		a.Tier = v.Policy.Tiers[n-1].Name
	}
	return a
}

// sooner is the earlier of two instants, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// latest is the last of some instants.
func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}

package digest

import (
	"context"
	"time"

	"marquee/internal/clock"
	"marquee/internal/domain"
)

// sieve parts what is news to an edition from what is not.
type sieve struct {
	zone   *time.Location
	now    time.Time
	until  time.Time // what is published later is the next edition's
	closes time.Time // when the edition freezes
	due    time.Time
	period time.Duration
	frozen time.Time // when the edition before was frozen; zero for the first
	seen   time.Time // what came to light later is news however old; zero believes none of that
	own    string    // the slug of the slot's edition: what it has is free to it

	found []Candidate // newest first
}

// slack is how long before a freeze a piece may have been seen and yet be stored
// after it: reads end within a quarter of an hour, and the clock may be set back by
// as much as it may be wrong. What an edition has it has once, so that nothing comes
// of looking back too far.
const slack = 15*time.Minute + clock.Tolerance

// sift finds all items that come into question for an edition.
func (c *Compiler) sift(ctx context.Context, slot domain.Slot, due, now time.Time) (*sieve, error) {
	frozen, err := c.cfg.Store.LastFrozen(ctx, c.cfg.Digest.Name, slot)
	if err != nil {
		return nil, err
	}
	s := &sieve{
		zone: c.cfg.Publication.Zone, now: now, until: sooner(now, due), closes: due.Add(-c.cfg.Digest.Cutoff),
		due: due, period: c.cfg.Period, frozen: frozen, own: slug(c.cfg.Digest.Name, slot),
	}
	if !frozen.IsZero() {
		s.seen = frozen.Add(-slack)
	}
	s.found, err = c.cfg.Store.Candidates(ctx, CandidateQuery{
		Digest: c.cfg.Digest.Name, Published: due.Add(-c.reach()), Seen: s.seen,
	})
	for i := range s.found {
		it := &s.found[i].Item
		it.Title, it.Series = truncated(it.Title, maxTitle), truncated(it.Series, maxTitle)
		for j := range it.Picks {
			it.Picks[j].Title = truncated(it.Picks[j].Title, maxTitle)
		}
	}
	return s, err
}

func slug(digest string, slot domain.Slot) string {
	e := domain.Edition{Digest: digest, Slot: slot}
	return e.Slug()
}

// maxTitle is how many characters of a title anybody reads.
const maxTitle = 120

// reach is how far back an edition looks: as far as any of its sections, and by
// how long releases take where a section tells of what opened. Of what is older
// than twice the period there is nothing to say.
func (c *Compiler) reach() time.Duration {
	reach := 2 * c.cfg.Period
	for _, b := range c.cfg.Sections {
		t := b.Traits()
		reach = max(reach, c.cfg.Period*time.Duration(1+t.Carry))
		if t.Again {
			reach = max(reach, c.cfg.Period+c.cfg.Policy.Longest())
		}
	}
	return reach
}

// since is when what is news to a section begins.
func (s *sieve) since(t Traits) time.Time {
	return s.due.Add(-s.period * time.Duration(1+t.Carry))
}

// last is when the edition before was frozen, as far as is known.
func (s *sieve) last() time.Time {
	if s.frozen.IsZero() {
		return s.since(Traits{})
	}
	return s.frozen
}

// items are what a section may choose from, without those that are taken.
func (s *sieve) items(t Traits, taken map[domain.ItemID]bool) []domain.Item {
	var items []domain.Item
	for i := range s.found {
		c := &s.found[i]
		cause, _ := s.refuses(c, s.since(t))
		if !taken[c.ID] && (cause == "" || t.Again && cause.known()) {
			items = append(items, c.Item)
		}
	}
	return items
}

// left are the items that no section kept, and why. Of what nobody waits for,
// being older than twice the period, nothing is said.
func (s *sieve) left(kept map[domain.ItemID]bool, reason func(it *domain.Item) Left) []Left {
	var left []Left
	for i := range s.found {
		c := &s.found[i]
		cause, why := s.refuses(c, s.since(Traits{}))
		switch {
		case kept[c.ID], cause.known() && c.Published.Before(s.since(Traits{Carry: 1})):
		case cause == "" || cause == Old && reason(&c.Item).Section != "":
			left = append(left, reason(&c.Item))
		default:
			left = append(left, Left{Item: c.Item, Cause: cause, Why: why})
		}
	}
	return left
}

// refuses says why an item is no news, nothing when it is.
func (s *sieve) refuses(it *Candidate, since time.Time) (Cause, string) {
	switch {
	case !it.Withdrawn.IsZero():
		return Withdrawn, "withdrawn by its source on " + s.at(it.Withdrawn)
	case it.Edition != "" && it.Edition != s.own:
		return Had, "was in edition " + it.Edition
	case it.Held:
		return Held, "came back as new with too many others: marquee gather --accept " + it.Source + " makes them news"
	case it.Published.Before(since) && it.Backlog:
		return Backlog, "was no news any more when it was first seen, on " + s.at(it.FirstSeen)
	case it.Published.Before(since) && !s.cameToLight(it):
		return Old, "was published before " + s.at(since) + ", and no edition has it"
	case it.Published.After(s.until):
		return Ahead, "is published on " + s.at(it.Published) + s.inTime(it.Published)
	case it.Settles.After(s.now) && it.Edition != s.own: // what the edition has is changed to mend it
		return Unsettled, "was changed of late and settles on " + s.at(it.Settles) + s.inTime(it.Settles)
	}
	return "", ""
}

func (s *sieve) cameToLight(it *Candidate) bool {
	return !s.seen.IsZero() && (it.FirstSeen.After(s.seen) || it.Settles.After(s.seen) || it.Published.After(s.seen))
}

// inTime says whether what happens at t still counts for the edition.
func (s *sieve) inTime(t time.Time) string {
	if t.After(s.closes) {
		return ", too late for this edition"
	}
	return ", in time for this edition"
}

// at is an instant as the publication's people read it.
func (s *sieve) at(t time.Time) string { return t.In(s.zone).Format("Jan 2, 15:04") }

// sooner is the earlier instant: an edition that is made up later is the one
// that its readers would have got.
func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

package digest

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// sieve parts what is news to an edition from what is not.
type sieve struct {
	zone  *time.Location
	now   time.Time
	until time.Time // what is published later is the next edition's
	since time.Time // what was published earlier is old
	seen  time.Time // unless it came to light after this; zero believes none of that
	close time.Time // when the edition freezes
}

// sift finds the items that an edition may take, newest first, and tells of the
// others that come into question why it may not.
func (c *Compiler) sift(ctx context.Context, slot domain.Slot, due, now time.Time) (news []domain.Item, left []Left, err error) {
	seen, err := c.cfg.Store.LastFrozen(ctx, c.cfg.Digest.Name, slot)
	if err != nil {
		return nil, nil, err
	}
	s := sieve{
		zone: c.cfg.Publication.Zone, now: now, until: sooner(now, due), since: due.Add(-c.cfg.Period), seen: seen,
		close: due.Add(-c.cfg.Digest.Cutoff),
	}
	found, err := c.cfg.Store.Candidates(ctx, CandidateQuery{
		Digest: c.cfg.Digest.Name, Published: s.since.Add(-c.cfg.Period), Seen: seen,
	})
	if err != nil {
		return nil, nil, err
	}
	for _, candidate := range found {
		if cause, why := s.refuses(&candidate); cause != "" {
			left = append(left, Left{Item: candidate.Item, Cause: cause, Why: why})
			continue
		}
		news = append(news, candidate.Item)
	}
	return news, left, nil
}

// refuses says why an item cannot be in the edition, nothing when it can.
func (s *sieve) refuses(it *Candidate) (Cause, string) {
	switch {
	case !it.Withdrawn.IsZero():
		return Withdrawn, "withdrawn by its source on " + s.at(it.Withdrawn)
	case it.Edition != "":
		return Had, "was in edition " + it.Edition
	case it.Held:
		return Held, "came back as new with too many others: marquee gather --accept " + it.Source + " makes them news"
	case it.Published.Before(s.since) && it.Backlog:
		return Backlog, "was no news any more when it was first seen, on " + s.at(it.FirstSeen)
	case it.Published.Before(s.since) && !s.cameToLight(it):
		return Old, "was published before " + s.at(s.since) + ", and no edition has it"
	case it.Published.After(s.until):
		return Ahead, "is published on " + s.at(it.Published) + s.inTime(it.Published)
	case it.Settles.After(s.now):
		return Unsettled, "was changed of late and settles on " + s.at(it.Settles) + s.inTime(it.Settles)
	}
	return "", ""
}

func (s *sieve) cameToLight(it *Candidate) bool {
	return !s.seen.IsZero() && (it.FirstSeen.After(s.seen) || it.Settles.After(s.seen))
}

// inTime says whether what happens at t still counts for the edition.
func (s *sieve) inTime(t time.Time) string {
	if t.After(s.close) {
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

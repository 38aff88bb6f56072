package digest_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// fakeStore keeps items and editions in memory and answers as digest.Store
// promises.
type fakeStore struct {
	mu       sync.Mutex
	items    []domain.Item
	held     map[domain.ItemID]bool
	editions []digest.NewEdition
	holders  []domain.Holders // of every edition
	// race, when set, runs once before CreateEdition looks for a conflict.
	race func()
	fail error
	// wishes are the languages of dates that are wanted.
	wishes []domain.Readers
}

func (s *fakeStore) Wishes(context.Context, []domain.Audience) ([]domain.Readers, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wishes, s.fail
}

func (s *fakeStore) EditionBySlot(_ context.Context, name string, slot domain.Slot) (domain.Edition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.editions {
		if e.Edition.Digest == name && e.Edition.Slot == slot {
			return e.Edition, s.fail
		}
	}
	if s.fail != nil {
		return domain.Edition{}, s.fail
	}
	return domain.Edition{}, fmt.Errorf("edition of %s: %w", slot, domain.ErrNotFound)
}

func (s *fakeStore) LastFrozen(_ context.Context, name string, before domain.Slot) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last time.Time
	for _, e := range s.editions {
		if e.Edition.Digest == name && e.Edition.Slot < before && e.Edition.Frozen.After(last) {
			last = e.Edition.Frozen
		}
	}
	return last, nil
}

func (s *fakeStore) Candidates(_ context.Context, q digest.CandidateQuery) ([]digest.Candidate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	had := map[domain.ItemID]string{}
	for _, e := range s.editions {
		for _, id := range e.Edition.Items {
			if e.Edition.Digest == q.Digest {
				had[id] = e.Edition.Slug()
			}
		}
	}
	var found []digest.Candidate
	for _, it := range s.items {
		it.Picks = slices.Clone(it.Picks)
		fresh := !it.Published.Before(q.Published)
		after := func(t time.Time) bool { return !q.Seen.IsZero() && t.After(q.Seen) }
		late := after(it.Opened) || (after(it.FirstSeen) || after(it.Settles)) && (!it.Backlog || s.held[it.ID])
		if fresh || late {
			found = append(found, digest.Candidate{Item: it, Edition: had[it.ID], Held: it.Backlog && s.held[it.ID]})
		}
	}
	slices.SortStableFunc(found, func(a, b digest.Candidate) int { return b.Published.Compare(a.Published) })
	return found, nil
}

func (s *fakeStore) CreateEdition(_ context.Context, e digest.NewEdition) (domain.Edition, error) {
	if s.race != nil {
		race := s.race
		s.race = nil
		race()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.editions {
		if old.Edition.Digest == e.Edition.Digest && old.Edition.Slot == e.Edition.Slot {
			return domain.Edition{}, domain.ErrConflict
		}
	}
	e.Edition.ID = domain.EditionID(len(s.editions) + 1)
	s.editions = append(s.editions, e)
	return e.Edition, nil
}

func (s *fakeStore) Edition(_ context.Context, id domain.EditionID) (domain.Edition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.editions {
		if e.Edition.ID == id {
			return e.Edition, s.fail
		}
	}
	return domain.Edition{}, fmt.Errorf("edition %d: %w", id, domain.ErrNotFound)
}

func (s *fakeStore) RemakeEdition(_ context.Context, id domain.EditionID, e digest.NewEdition) (domain.Edition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, old := range s.editions {
		if old.Edition.ID == id && old.Edition.State == domain.EditionHeld {
			e.Edition.ID = id
			s.editions[i] = e
			return e.Edition, s.fail
		}
	}
	return domain.Edition{}, domain.ErrConflict
}

func (s *fakeStore) Rendition(_ context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, as := range []domain.Readers{to, {Audience: to.Audience}} {
		for _, e := range s.editions {
			for _, r := range e.Renditions {
				if e.Edition.ID == id && r.Readers == as {
					return r, s.fail
				}
			}
		}
	}
	return domain.Rendition{}, fmt.Errorf("edition %d for %s: %w", id, to.Key(), domain.ErrNotFound)
}

func (s *fakeStore) Balance(context.Context, domain.EditionID) (domain.Balance, error) {
	var b domain.Balance
	for _, h := range s.holders {
		b.Entitled, b.Sent = b.Entitled+h.Letters, b.Sent+h.Letters
	}
	return b, s.fail
}

func (s *fakeStore) Holders(context.Context, domain.EditionID) ([]domain.Holders, error) {
	return s.holders, s.fail
}

func (s *fakeStore) Item(_ context.Context, id domain.ItemID) (domain.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, it := range s.items {
		if it.ID == id {
			return it, s.fail
		}
	}
	return domain.Item{}, fmt.Errorf("item %s: %w", id, domain.ErrNotFound)
}

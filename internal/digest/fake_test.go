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
	editions []digest.NewEdition
	// race, when set, runs once before CreateEdition looks for a conflict.
	race func()
	fail error
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

func (s *fakeStore) Candidates(_ context.Context, q digest.CandidateQuery) ([]domain.Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := map[domain.ItemID]bool{}
	for _, e := range s.editions {
		for _, id := range e.Edition.Items {
			used[id] = used[id] || e.Edition.Digest == q.Digest
		}
	}
	var found []domain.Item
	for _, it := range s.items {
		fresh := !it.Published.Before(q.PublishedSince)
		late := !q.SeenSince.IsZero() && it.FirstSeen.After(q.SeenSince) && !it.Backlog
		if !used[it.ID] && it.Withdrawn.IsZero() && !it.Published.After(q.Until) && (fresh || late) {
			found = append(found, it)
		}
	}
	slices.SortStableFunc(found, func(a, b domain.Item) int { return b.Published.Compare(a.Published) })
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

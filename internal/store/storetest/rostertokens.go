package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/store"
)

func tokenTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"kept":                     tokensKept,
		"one at a time":            tokensLocked,
		"waiting ends":             tokensWaiting,
		"unlocked after a failure": tokensUnlocked,
	}
}

func tokensKept(t *testing.T, s store.Store) {
	ctx := t.Context()
	shelf := s.Tokens("patreon")
	_, err := shelf.Load(ctx)
	wants(t, err, domain.ErrNotFound)
	check(t, shelf.WithLock(ctx, func(ctx context.Context) error {
		_, err := shelf.Load(ctx) // a lock is not a pair
		wants(t, err, domain.ErrNotFound)
		return nil
	}))
	for _, pair := range []patreonapi.Tokens{
		{Access: "a1", Refresh: "r1", Origin: "o"},
		{Access: "a2", Refresh: "r2", Origin: "o", NotBefore: instant()},
		{Access: "a2", Refresh: "r2", Origin: "o", Refused: true},
		{Access: "a3", Refresh: "", Origin: "p"},
	} {
		check(t, shelf.Save(ctx, pair))
		if got := must(s.Tokens("patreon").Load(ctx))(t); got != pair {
			t.Errorf("kept %v", cmp.Equal(got, pair))
		}
	}
	_, err = s.Tokens("other").Load(ctx)
	wants(t, err, domain.ErrNotFound)
}

func tokensLocked(t *testing.T, s store.Store) {
	var working sync.WaitGroup
	inside, most, runs := 0, 0, 0
	var mu sync.Mutex
	for range 4 {
		shelf := s.Tokens("patreon")
		working.Go(func() {
			err := shelf.WithLock(t.Context(), func(ctx context.Context) error {
				mu.Lock()
				inside++
				most, runs = max(most, inside), runs+1
				mu.Unlock()
				err := shelf.Save(ctx, patreonapi.Tokens{Access: "a", Origin: "o"}) // and the lock holds
				mu.Lock()
				inside--
				mu.Unlock()
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	if most != 1 || runs != 4 {
		t.Errorf("%d at once, %d in all", most, runs)
	}
}

func tokensWaiting(t *testing.T, s store.Store) {
	check(t, s.Tokens("patreon").WithLock(t.Context(), func(ctx context.Context) error {
		over, cancel := context.WithCancelCause(ctx)
		cancel(context.Canceled)
		err := s.Tokens("patreon").WithLock(over, func(context.Context) error {
			t.Error("two have the lock")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		return s.Tokens("other").WithLock(ctx, func(context.Context) error { return nil })
	}))
}

func tokensUnlocked(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	failed := errors.New("failed")
	err := s.Tokens("patreon").WithLock(ctx, func(context.Context) error { cancel(); return failed })
	if !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	check(t, s.Tokens("patreon").WithLock(t.Context(), func(context.Context) error { return nil }))
}

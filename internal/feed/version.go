package feed

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// version is what a store's version is, asked no more often than trust says.
type version struct {
	ask   func(ctx context.Context) (int64, error)
	now   func() time.Time
	trust time.Duration

	flight singleflight.Group
	mu     sync.Mutex
	value  int64
	asked  time.Time
}

// of is the version as of at most trust ago. Those who come while the store is
// being asked share its answer, whoever of them leaves.
func (v *version) of(ctx context.Context) (int64, error) {
	if v.trust == 0 {
		return v.ask(ctx)
	}
	now := v.now()
	v.mu.Lock()
	value, age := v.value, now.Sub(v.asked)
	v.mu.Unlock()
	if 0 <= age && age < v.trust {
		return value, nil
	}
	answer := v.flight.DoChan("", func() (any, error) { return v.refresh(context.WithoutCancel(ctx), now) })
	select {
	case a := <-answer:
		value, _ := a.Val.(int64)
		return value, a.Err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (v *version) refresh(ctx context.Context, now time.Time) (int64, error) {
	value, err := v.ask(ctx)
	if err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.asked = value, now
	return value, nil
}

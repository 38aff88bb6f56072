package jobs

import (
	"context"
	"sync"
	"time"
)

// turns keeps reads of one host apart, whichever round makes them. The zero turns
// is ready for use.
type turns struct {
	mu   sync.Mutex
	host map[string]turn
}

// turn is what is known of a host.
type turn struct {
	free    time.Time // when it may be asked
	failing bool      // the last read failed
}

// wait returns when a host may be asked, and keeps the others away for the time
// to come; before, with the context's error, when ctx ends. No host is nobody's.
func (t *turns) wait(ctx context.Context, now time.Time, host string, apart time.Duration) error {
	if err := ctx.Err(); host == "" || err != nil {
		return err
	}
	t.mu.Lock()
	if t.host == nil {
		t.host = map[string]turn{}
	}
	h := t.host[host]
	pause := max(h.free.Sub(now), 0)
	h.free = now.Add(pause + apart)
	t.host[host] = h
	t.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note notes how a read of a host ended.
func (t *turns) note(host string, failed bool) {
	if host == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.host[host]
	h.failing = failed
	t.host[host] = h
}

// refused tells whether the last read of a host failed: it may have asked for more.
func (t *turns) refused(host string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.host[host].failing
}

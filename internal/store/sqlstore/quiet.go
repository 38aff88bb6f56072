package sqlstore

import (
	"context"
	"sync"

	"marquee/internal/gather"
)

// quiet gathers what reads that found nothing have to say, so that those which end
// at the same time share a transaction: a round of thousands would else wait for
// the disk thousands of times to say next to nothing.
type quiet struct {
	mu      sync.Mutex
	busy    bool
	waiting []unchanged
}

// unchanged is a read that found nothing, and who waits for it to be stored.
type unchanged struct {
	gather.Gathered
	done chan error
}

// saveUnchanged stores a read that found nothing. Whoever comes while nobody writes
// does so for all who come meanwhile.
func (s *Store) saveUnchanged(ctx context.Context, g gather.Gathered) error {
	u := unchanged{g, make(chan error, 1)}
	s.quiet.mu.Lock()
	s.quiet.waiting = append(s.quiet.waiting, u)
	lead := !s.quiet.busy
	s.quiet.busy = true
	s.quiet.mu.Unlock()
	if lead {
		s.writeUnchanged(context.WithoutCancel(ctx))
	}
	select {
	case err := <-u.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Store) writeUnchanged(ctx context.Context) {
	for {
		s.quiet.mu.Lock()
		batch := s.quiet.waiting
		s.quiet.waiting = nil
		s.quiet.busy = len(batch) > 0
		s.quiet.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := s.inTx(ctx, func(tx Tx) error {
			for i := range batch {
				if err := saveSuccess(ctx, tx, batch[i].Gathered); err != nil {
					return err
				}
			}
			return nil
		})
		for _, u := range batch {
			u.done <- err
		}
	}
}

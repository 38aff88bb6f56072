package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// work is what the connections of a run share.
type work struct {
	*run
	desk  *desk
	group *errgroup.Group
	stop  func() // ends the turn: nothing more is begun

	mu    sync.Mutex
	alive int      // connections at work
	had   bool     // a session
	rest  *resting // why the turn was ended; nil when it was not
}

// grow starts one more connection.
func (w *work) grow(ctx, turn context.Context) {
	w.mu.Lock()
	w.alive++
	w.mu.Unlock()
	w.group.Go(func() error {
		err := w.serve(ctx, turn)
		if errors.Is(err, errCrowded) {
			return nil // the others go on
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.alive--
		if rest, ok := errors.AsType[*resting](err); ok {
			w.end(rest)
			return nil // what the others have in hand is finished
		}
		return err
	})
}

// end ends the turn: there is nobody to hand over to. The caller holds mu.
func (w *work) end(rest *resting) {
	if w.rest == nil || w.rest.cause == nil {
		w.rest = rest
	}
	w.stop()
}

// resign lets a connection go unless it is the last.
func (w *work) resign() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.alive == 1 {
		return false
	}
	w.alive--
	return true
}

// serve hands windows over through one session after another, as long as the
// turn lasts and there is something to do. It has a session before it takes a
// claim: a server that does not answer keeps none from the other connections.
// When ctx ends, what is before its final dot is cut off.
func (w *work) serve(ctx, turn context.Context) error {
	for turn.Err() == nil {
		c, err := w.relays.open(turn)
		switch {
		case errors.Is(err, errCrowded):
			if w.resign() {
				return err
			}
			await(turn, crowdedWait)
			continue
		case err != nil && turn.Err() != nil:
			return nil //nolint:nilerr // nobody needs it any more
		case err != nil:
			return err
		}
		w.welcome()
		more, err := w.use(ctx, turn, c)
		c.hangUp()
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// welcome notes that there was a session.
func (w *work) welcome() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.had = true
}

// crowdedWait is how long a run without any connection leaves those of another
// in peace.
const crowdedWait = time.Second

// await waits, at most until ctx ends.
func await(ctx context.Context, d time.Duration) {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
}

// use hands windows over through a connection until it is used up; more is
// whether another may follow.
func (w *work) use(ctx, turn context.Context, c *connection) (more bool, err error) {
	for {
		room := c.room()
		if room == 0 {
			return true, nil
		}
		if room, err = c.admitted(turn, room); err != nil {
			return false, nil //nolint:nilerr // the turn is over
		}
		next := w.desk.take(turn, room)
		if len(next.claims) == 0 {
			w.stop() // nobody else would find anything
			return false, nil
		}
		if w.desk.more() && w.relays.room() {
			w.grow(ctx, turn)
		}
		for _, claims := range apart(next.claims) {
			err = errors.Join(err, w.deliver(ctx, c, claims))
		}
		w.domains.leave(next.busy)
		if err != nil {
			return false, err
		}
	}
}

// apart hands over by itself each letter whose answer was lost before: a second
// loss ends it, and must not be another letter's.
func apart(claims []Claim) [][]Claim {
	var windows [][]Claim
	var sure []Claim
	for _, c := range claims {
		if c.Doubtful {
			windows = append(windows, []Claim{c})
		} else {
			sure = append(sure, c)
		}
	}
	if len(sure) > 0 {
		windows = append(windows, sure)
	}
	return windows
}

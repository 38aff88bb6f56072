package bounce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"marquee/internal/domain"
)

// Store keeps what came back.
type Store interface {
	// TakeBounce writes down that a letter came back, once for each letter and
	// class, and draws the conclusion for the address by the rules, in one
	// transaction. A key that is not empty is noted for 30 days: whatever comes
	// under it again does nothing. ErrNotFound when there is no such patron.
	TakeBounce(ctx context.Context, b domain.Bounce, key string, rules domain.BounceRules) (domain.BounceTaken, error)
}

// Keeper takes what came back: it is the only one who does, whatever the way.
type Keeper struct {
	Store   Store
	Letters Letters
	Rules   domain.BounceRules
	// Refused hears of every letter that was refused for what we are, with the
	// domain that it was for and how many there were lately.
	Refused func(ctx context.Context, host string, b domain.Bounce, letters int) error
	Now     func() time.Time
	Log     *slog.Logger
}

// Take draws the conclusions from a bounce; those are durable when it returns
// nil. After an error it must be told again, and may be any number of times. What
// is about somebody who was forgotten does nothing.
func (k *Keeper) Take(ctx context.Context, b domain.Bounce, key string) error {
	if b.At.IsZero() {
		b.At = k.Now()
	}
	taken, err := k.Store.TakeBounce(ctx, b, key, k.Rules)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take a bounce: %w", err)
	}
	if b.Class == domain.BounceOurs { // also when it is told again: the first time may have come no further
		if err := k.Refused(ctx, taken.Domain, b, taken.Ours); err != nil {
			return fmt.Errorf("take a bounce: %w", err)
		}
	}
	if taken.Fresh {
		k.Log.InfoContext(ctx, "bounce taken", "edition", int64(b.Edition), "patron", int64(b.Patron),
			"class", string(b.Class), "status", b.Status, "way", b.Way, "suppressed", string(taken.Suppressed))
	}
	return nil
}

package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"
)

const (
	recovery = 10 * time.Minute // of calm, after which a destination is trusted one level more
	maxLevel = 6                // a sixty-fourth of full speed

	// How long a destination rests after the first refusal; twice as long after
	// each further one.
	policyRest = 15 * time.Minute // nobody mends it sooner
	slowRest   = 10 * time.Second
	maxRest    = 4 * time.Hour
)

// paces remember how destinations took mail: in the ledger, so that neither a
// restart nor another process starts over.
type paces struct {
	ledger Ledger
	now    func() time.Time
	log    *slog.Logger
	alarm  func(context.Context, Pace) // hears of every rest that somebody must see to

	mu    sync.Mutex
	known map[string]Pace
}

// load reads what other processes and the operator have written since.
func (p *paces) load(ctx context.Context) error {
	known, err := p.ledger.Paces(ctx)
	if err != nil {
		return fmt.Errorf("read paces: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = known
	return nil
}

// of is a destination's pace by now: level has recovered as far as time heals.
func (p *paces) of(destination string) Pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	pace := p.known[destination]
	pace.Destination = destination
	calm := p.now().Sub(pace.Changed)
	pace.Level = max(pace.Level-int(calm/recovery), 0)
	if !pace.Until.After(p.now()) {
		pace.Until, pace.Reason = time.Time{}, ""
	}
	return pace
}

// domains reports whether anything is known of a recipients' domain.
func (p *paces) domains() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name := range maps.Keys(p.known) {
		if isDomain(name) {
			return true
		}
	}
	return false
}

// slow halves a destination's pace and lets it rest for a moment: it asked for
// patience (421).
func (p *paces) slow(ctx context.Context, destination, reason string) {
	p.rest(ctx, destination, slowRest, reason)
}

// refuse lets a destination rest that does not want our mail, until somebody has
// mended what is wrong, and raises the alarm.
func (p *paces) refuse(ctx context.Context, destination, reason string) {
	if pace, fresh := p.rest(ctx, destination, policyRest, reason); fresh {
		p.raise(ctx, pace)
	}
}

// raise raises the alarm: somebody must mend what is wrong.
func (p *paces) raise(ctx context.Context, pace Pace) {
	p.log.ErrorContext(ctx, "destination paused", "destination", pace.Destination, "until", pace.Until, "reason", pace.Reason)
	p.alarm(ctx, pace)
}

// rest pauses a destination unless it rests already.
func (p *paces) rest(ctx context.Context, destination string, first time.Duration, reason string) (Pace, bool) {
	pace := p.of(destination)
	if !pace.Until.IsZero() {
		return pace, false
	}
	pace.Until = p.now().Add(min(first<<pace.Level, maxRest))
	pace.Level = min(pace.Level+1, maxLevel)
	pace.Reason, pace.Changed = reason, p.now()
	p.set(ctx, pace)
	return pace, true
}

// set writes a pace down. What cannot be stored holds in this process all the
// same.
func (p *paces) set(ctx context.Context, pace Pace) {
	p.mu.Lock()
	p.known[pace.Destination] = pace
	p.mu.Unlock()
	if err := p.ledger.SetPace(context.WithoutCancel(ctx), pace); err != nil {
		p.log.ErrorContext(ctx, "pace not stored", "destination", pace.Destination, "err", err)
	}
}

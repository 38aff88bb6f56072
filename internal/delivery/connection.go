package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

const (
	maxWindow = 32
	// A window's letters may leave after their doubt was committed: so much too
	// late may an unsubscription come. Windows that take longer shrink.
	blink = 250 * time.Millisecond
)

// connection is a session with a relay, and what was learnt about it.
type connection struct {
	relays  *relays
	relay   *relay
	session mail.Session
	window  int // letters that it is given at once
	carried int // messages that the relay took
}

// hangUp closes the session; what the other side says to that changes nothing.
func (c *connection) hangUp() {
	_ = c.session.Close() // every message has its outcome by now
	c.relays.release(c.relay)
}

// room is how many letters may be handed over next; none when the connection is
// used up, or its relay rests by now.
func (c *connection) room() int {
	if !c.session.Usable() || c.relays.rests(c.relay) {
		return 0
	}
	return min(c.window, c.relays.allowance(c.relay, c.carried))
}

// admitted waits until the relay's rate admits a letter, and returns how many of
// n it does.
func (c *connection) admitted(ctx context.Context, n int) (int, error) {
	limiter := c.relay.limiter
	if limiter.Limit() == rate.Inf {
		return n, ctx.Err()
	}
	n = min(n, limiter.Burst())
	now := c.relays.paces.now()
	wait := time.NewTimer(limiter.ReserveN(now, n).DelayFrom(now))
	defer wait.Stop()
	select {
	case <-wait.C:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// adapt lets windows grow as long as they are handed over within a blink.
func (c *connection) adapt(full bool, took time.Duration) {
	switch {
	case took > blink:
		c.window = max(c.window/2, 1)
	case full && took < blink/2:
		c.window = min(c.window*2, maxWindow)
	}
}

// copies are a window's messages, and the claims that they are for.
type copies struct {
	claims   []Claim
	messages []mail.Message
	through  []bool // which may be completed; nil before the ledger was asked
}

// print makes a window's copies. Claims for which none can be made have their
// outcome; an error is about the edition: it would be the same for everybody.
func (r *run) print(claims []Claim) (copies, []Outcome, error) {
	var made copies
	var failed []Outcome
	for _, c := range claims {
		if c.Doubtful && r.cfg.Ask {
			failed = append(failed, Outcome{
				Patron: c.Patron, State: domain.Failed, Class: ClassUnknown, Reason: "it may have arrived before a crash or a lost answer",
			})
			continue
		}
		m, err := r.press.print(c)
		var theirs *mail.StampError
		switch {
		case errors.As(err, &theirs): // such as an address that is none: the others go on
			failed = append(failed, Outcome{Patron: c.Patron, State: domain.Failed, Class: theirs.Class, Reason: reason(err)})
		case err != nil:
			return copies{}, nil, fmt.Errorf("print: %w", err)
		default:
			made.claims, made.messages = append(made.claims, c), append(made.messages, m)
		}
	}
	return made, failed, nil
}

// deliver hands a window over and writes down what came of it. Its error means
// that nothing more may be started: the ledger cannot be written, the shard is
// lost, or the edition cannot be printed.
func (r *run) deliver(ctx context.Context, c *connection, claims []Claim) error {
	made, outcomes, err := r.print(claims)
	if err != nil {
		return err
	}
	r.settle(ctx, outcomes)
	if len(made.messages) == 0 {
		return nil
	}
	begun := r.cfg.Now()
	var refusal error
	errs := c.session.Send(ctx, made.messages, func(ctx context.Context) ([]bool, error) {
		begun = r.cfg.Now()
		made.through, refusal = r.book.doubt(ctx, made.claims)
		return made.through, refusal
	})
	c.adapt(len(claims) == c.window, r.cfg.Now().Sub(begun))
	r.settle(ctx, r.conclude(ctx, c, made, errs))
	if refusal != nil {
		return fmt.Errorf("mark in doubt: %w", refusal)
	}
	return nil
}

// conclude turns what the server said into outcomes, and draws the conclusions
// for the relay and for domains.
func (r *run) conclude(ctx context.Context, c *connection, made copies, errs []error) []Outcome {
	r.accepted(c, made, errs)
	var outcomes []Outcome
	for i, err := range errs {
		claim, doubted := made.claims[i], made.through != nil && made.through[i]
		if err != nil && (mail.OutcomeOf(err) == mail.Withheld || r.blame(ctx, c, claim, err)) {
			if doubted {
				outcomes = append(outcomes, Outcome{Patron: claim.Patron, State: domain.Queued})
			}
			continue
		}
		o := judge(claim, err, r.cfg.Now(), r.end)
		if until := r.paces.of(domainOf(claim.Email)).Until; o.Class == ClassPolicy && o.NextAt.Before(until) {
			o = postpone(o, until.Add(pause(claim.Attempts)), r.end) // others are asked for first
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// accepted notes what the server took.
func (r *run) accepted(c *connection, made copies, errs []error) {
	var taken []Claim
	for i, err := range errs {
		if err == nil {
			taken = append(taken, made.claims[i])
		}
	}
	c.carried += len(taken)
	r.domains.accepted(taken)
}

// settle writes outcomes down and counts them.
func (r *run) settle(ctx context.Context, outcomes []Outcome) {
	r.book.settle(outcomes)
	r.tally.add(outcomes)
	for _, o := range outcomes {
		if o.State == domain.Failed || o.Tried && o.Class == ClassPolicy {
			r.cfg.Log.WarnContext(ctx, "delivery refused",
				"edition", r.lease.Edition, "patron", o.Patron, "state", o.State, "class", o.Class, "reason", o.Reason)
		}
	}
}

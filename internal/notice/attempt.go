package notice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

const (
	// patience is how old a notice is when it is not tried again any more. Waiting
	// longer each time, the last attempt is about a day after the first.
	patience = 20 * time.Hour
	// maxCopies may arrive, the last of which nobody confirmed.
	maxCopies = 2
)

// errLost says that a notice was handed over as often as it may be.
var errLost = errors.New("no answer was heard, twice: it may have arrived, even twice")

// attempt is one try to hand a notice over.
type attempt struct {
	*Sender
	notice    domain.Notice
	overtaken bool // somebody else has seen to the notice
}

func (a *attempt) run(ctx context.Context) error {
	if a.notice.Doubts >= maxCopies {
		return a.fail(ctx, errLost)
	}
	m, err := a.message(a.notice)
	if err != nil {
		return a.fail(ctx, err) // the same words give the same error
	}
	session, err := a.open(ctx)
	if err != nil {
		return a.later(ctx, err)
	}
	err = session.Send(ctx, []mail.Message{m}, a.begin)[0]
	_ = session.Close() // the answer was given; how the server says goodbye is nobody's concern
	return a.settle(ctx, err)
}

// begin writes down that a copy may arrive, before it is complete.
func (a *attempt) begin(ctx context.Context) ([]bool, error) {
	n := a.notice
	n.Doubts++
	n.Changed = a.Now()
	if err := a.Store.UpdateNotice(ctx, n); err != nil {
		a.overtaken = errors.Is(err, domain.ErrConflict)
		return nil, err
	}
	return []bool{true}, nil
}

// settle draws the conclusion from the server's answer, nil for yes. A copy stays
// in doubt only when none was heard.
func (a *attempt) settle(ctx context.Context, err error) error {
	lost := mail.OutcomeOf(err) == mail.Unknown
	if lost {
		a.notice.Doubts++
	}
	switch {
	case a.overtaken:
		return nil
	case err == nil:
		return a.sent(ctx)
	case lost && a.notice.Doubts >= maxCopies:
		return a.fail(ctx, fmt.Errorf("%w: %w", errLost, err))
	case mail.OutcomeOf(err) == mail.Rejected:
		return a.fail(ctx, err)
	}
	return a.later(ctx, err)
}

func (a *attempt) sent(ctx context.Context) error {
	if err := a.record(ctx, domain.NoticeSent, nil); err != nil {
		return err
	}
	a.Log.InfoContext(ctx, "notice sent", "notice", int64(a.notice.ID), "kind", string(a.notice.Kind))
	return nil
}

// later leaves the notice queued, unless it is too old by now. Being told to stop
// says nothing of it.
func (a *attempt) later(ctx context.Context, why error) error {
	stopped := errors.Is(ctx.Err(), context.Canceled)
	if !stopped && a.Now().Sub(a.notice.Created) >= patience {
		return a.fail(ctx, fmt.Errorf("given up after a day: %w", why))
	}
	if err := a.record(ctx, domain.NoticeQueued, why); err != nil {
		return err
	}
	return why
}

func (a *attempt) fail(ctx context.Context, why error) error {
	if err := a.record(ctx, domain.NoticeFailed, why); err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", domain.ErrPermanent, why)
}

// record writes the attempt down, also when the caller's time is up. What cannot
// be written is as if the program had crashed.
func (a *attempt) record(ctx context.Context, state domain.NoticeState, why error) error {
	a.notice.State, a.notice.Reason = state, reason(why)
	a.notice.Attempts++
	a.notice.Changed = a.Now()
	if err := a.Store.UpdateNotice(context.WithoutCancel(ctx), a.notice); err != nil {
		return fmt.Errorf("write the attempt down: %w", err)
	}
	return nil
}

// reason is an error for the store: short, on one line, and without the addresses
// that a server's words may repeat (transports take those out).
func reason(err error) string {
	const most = 300
	if err == nil {
		return ""
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), ""), "\n", "; ") // of several relays
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

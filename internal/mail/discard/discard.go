// Package discard takes all mail and keeps none of it: for rehearsals of an
// edition, and for measuring everything else.
package discard

import (
	"context"
	"errors"

	"marquee/internal/config"
	"marquee/internal/mail"
)

// Kind is the transport's entry in the list of kinds.
func Kind() mail.Kind { return mail.Kind{Name: "discard", New: New} }

// New returns a transport. It has no options.
func New(_ mail.Env, opts config.Options) (mail.Transport, error) {
	if err := opts.Decode(&struct{}{}); err != nil {
		return nil, err
	}
	return Transport{}, nil
}

// Transport takes everything that begin lets through.
type Transport struct{}

// Open returns a session; all are alike.
func (Transport) Open(ctx context.Context) (mail.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, &mail.SendError{Outcome: mail.Deferred, Command: "connect", Err: err}
	}
	return session{}, nil
}

type session struct{}

var errKept = errors.New("kept back at the last moment")

// Send takes the window, as mail.Session says.
func (session) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	errs := make([]error, len(window))
	let, err := ask(ctx, begin, len(window))
	for i := range errs {
		switch {
		case err != nil:
			errs[i] = &mail.SendError{Outcome: mail.Withheld, Err: err}
		case !let[i]:
			errs[i] = &mail.SendError{Outcome: mail.Withheld, Err: errKept}
		}
	}
	return errs
}

// ask asks begin about n messages, unless there are none or ctx has ended, which
// it also may while begin is being asked.
func ask(ctx context.Context, begin mail.Begin, n int) (let []bool, err error) {
	if n == 0 || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if let, err = begin.Ask(ctx, n); err == nil {
		err = ctx.Err()
	}
	return let, err
}

// Usable is true: there is nothing to lose.
func (session) Usable() bool { return true }

// Close has nothing to end.
func (session) Close() error { return nil }

package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"marquee/internal/mail"
)

// post is a transport in memory, for tests that own the clock. Its hooks may be
// nil; they are called by all connections.
type post struct {
	opening func(context.Context) error         // before a session is there
	sending func(context.Context, string) error // before the final dot
	taken   func(string) error                  // after it

	mu      sync.Mutex
	opened  int
	letters []mail.Message
}

func (p *post) Open(ctx context.Context) (mail.Session, error) {
	err := ctx.Err()
	if err == nil && p.opening != nil {
		err = p.opening(ctx)
	}
	if err != nil {
		return nil, &mail.SendError{Outcome: mail.Deferred, Err: fmt.Errorf("connect: %w", err)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opened++
	return &posting{post: p}, nil
}

// posting is a session that takes one letter after the other; an error ends it.
type posting struct {
	*post
	over bool
}

func (s *posting) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	errs := make([]error, len(window))
	var through []bool
	for i, m := range window {
		if s.over {
			errs[i] = &mail.SendError{Outcome: mail.Withheld, Err: errors.New("the session is over")}
			continue
		}
		if errs[i] = s.reach(ctx, m); errs[i] != nil {
			continue
		}
		if through == nil {
			var err error
			if through, err = begin(ctx); err != nil {
				errs[i] = s.end(mail.Withheld, err)
				continue
			}
		}
		errs[i] = s.complete(m, through[i])
	}
	return errs
}

// reach gets as far as the final dot.
func (s *posting) reach(ctx context.Context, m mail.Message) error {
	var err error
	if s.sending != nil {
		err = s.sending(ctx, m.To)
	}
	switch {
	case ctx.Err() != nil: // given up
		return s.end(mail.Withheld, ctx.Err())
	case err != nil:
		return s.end(mail.Deferred, err)
	}
	return nil
}

func (s *posting) complete(m mail.Message, through bool) error {
	if !through {
		return &mail.SendError{Outcome: mail.Withheld, Err: errors.New("kept back")}
	}
	s.mu.Lock()
	s.letters = append(s.letters, m)
	s.mu.Unlock()
	if s.taken != nil {
		if err := s.taken(m.To); err != nil {
			return s.end(mail.Unknown, err)
		}
	}
	return nil
}

func (s *posting) end(o mail.Outcome, err error) error {
	s.over = true
	return &mail.SendError{Outcome: o, Err: err}
}

func (s *posting) Usable() bool { return !s.over }
func (s *posting) Close() error { return nil }

// empty is what has arrived since it was last asked.
func (p *post) empty(tb testing.TB) []letter {
	tb.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]letter, len(p.letters))
	for i, m := range p.letters {
		all[i] = read(tb, m.From, m.To, bytes.Join(m.Content, nil))
	}
	p.letters = nil
	return all
}

package delivery_test

import (
	"context"
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

// posting is a session; an error ends it.
type posting struct {
	*post
	over bool
}

func (s *posting) Send(ctx context.Context, m mail.Message) error {
	if s.sending != nil {
		if err := s.sending(ctx, m.To); err != nil {
			return s.end(mail.Deferred, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return s.end(mail.Deferred, err)
	}
	if err := m.Commit(ctx); err != nil {
		return s.end(mail.Withheld, err)
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
		all[i] = read(tb, m.From, m.To, m.Data)
	}
	p.letters = nil
	return all
}

package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/operator"
	"marquee/internal/store"
)

func operatorTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"the password": operatorPassword,
		"sessions":     operatorSessions,
	}
}

func operatorPassword(t *testing.T, s store.Store) {
	ctx := t.Context()
	if got := must(s.OperatorPassword(ctx))(t); got != "" {
		t.Errorf("password %q before there is one", got)
	}
	wants(t, s.BeginSession(ctx, operator.Session{Key: "k"}, "", past()), domain.ErrConflict)
	check(t, s.SetOperatorPassword(ctx, "one"))
	check(t, s.BeginSession(ctx, operator.Session{Key: "k", Begun: instant(), Seen: instant()}, "one", past()))
	check(t, s.SetOperatorPassword(ctx, "two"))
	if got := must(s.OperatorPassword(ctx))(t); got != "two" {
		t.Errorf("password %q", got)
	}
	_, err := s.Session(ctx, "k")
	wants(t, err, domain.ErrNotFound)
	wants(t, s.BeginSession(ctx, operator.Session{Key: "k"}, "one", past()), domain.ErrConflict)
}

func operatorSessions(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.SetOperatorPassword(ctx, "one"))
	want := operator.Session{Key: "k", Begun: instant(), Seen: instant()}
	check(t, s.BeginSession(ctx, want, "one", past()))
	want.Seen = instant().Add(time.Hour)
	check(t, s.SeeSession(ctx, "k", want.Seen))
	check(t, s.BeginSession(ctx, operator.Session{Key: "later", Begun: instant().Add(time.Minute), Seen: instant()}, "one", instant()))
	if diff := cmp.Diff(want, must(s.Session(ctx, "k"))(t)); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	check(t, s.BeginSession(ctx, operator.Session{Key: "last"}, "one", instant().Add(time.Second))) // and what began before is forgotten
	_, err := s.Session(ctx, "k")
	wants(t, err, domain.ErrNotFound)
	must(s.Session(ctx, "later"))(t)
	check(t, s.EndSession(ctx, "later"))
	check(t, s.EndSession(ctx, "later"))
	_, err = s.Session(ctx, "later")
	wants(t, err, domain.ErrNotFound)
	check(t, s.SeeSession(ctx, "later", instant())) // it ended meanwhile
}

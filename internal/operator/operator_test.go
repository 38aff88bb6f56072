package operator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/operator"
)

const password = "a week of harbors"

// memory is a store that forgets with the test.
type memory struct {
	hash     string
	sessions map[string]operator.Session
	wrote    int
}

func (m *memory) OperatorPassword(context.Context) (string, error) { return m.hash, nil }

func (m *memory) SetOperatorPassword(_ context.Context, hash string) error {
	m.hash, m.sessions = hash, map[string]operator.Session{}
	return nil
}

func (m *memory) BeginSession(_ context.Context, s operator.Session, hash string, before time.Time) error {
	if hash != m.hash {
		return domain.ErrConflict
	}
	for key, old := range m.sessions {
		if old.Begun.Before(before) {
			delete(m.sessions, key)
		}
	}
	m.sessions[s.Key] = s
	return nil
}

func (m *memory) Session(_ context.Context, key string) (operator.Session, error) {
	s, ok := m.sessions[key]
	if !ok {
		return s, domain.ErrNotFound
	}
	return s, nil
}

func (m *memory) SeeSession(_ context.Context, key string, at time.Time) error {
	s := m.sessions[key]
	s.Seen = at
	m.sessions[key] = s
	m.wrote++
	return nil
}

func (m *memory) EndSession(_ context.Context, key string) error {
	delete(m.sessions, key)
	return nil
}

// desk is a keeper with a clock that tests turn.
type desk struct {
	operator.Keeper
	store *memory
	now   time.Time
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{store: &memory{}, now: time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)}
	d.Store, d.Now = d.store, func() time.Time { return d.now }
	if err := d.SetPassword(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) login(t *testing.T) string {
	t.Helper()
	secret, err := d.Login(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func (d *desk) known(t *testing.T, secret string) bool {
	t.Helper()
	ok, err := d.Known(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestPassword(t *testing.T) {
	t.Parallel()
	d := open(t)
	first := d.store.hash
	if !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(first, password) {
		t.Errorf("stored as %q", first)
	}
	for _, wrong := range []string{"", "a week of harbor", "A week of harbors", password + " ", strings.Repeat("x", 5000)} {
		if _, err := d.Login(t.Context(), wrong); !errors.Is(err, domain.ErrNotEntitled) {
			t.Errorf("%.20q: %v", wrong, err)
		}
	}
	for _, bad := range []string{"", "short", "fourteen chars", strings.Repeat("x", 1025)} {
		if err := d.SetPassword(t.Context(), bad); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if err := d.SetPassword(t.Context(), password); err != nil || d.store.hash == first {
		t.Errorf("the same password has the same hash twice: %v", err)
	}
}

func TestNoPassword(t *testing.T) {
	t.Parallel()
	k := operator.Keeper{Store: &memory{}, Now: time.Now}
	if _, err := k.Login(t.Context(), ""); !errors.Is(err, operator.ErrNoPassword) {
		t.Errorf("error %v", err)
	}
}

// A hash that is damaged opens nothing, and asks for no more memory than ours do.
func TestDamaged(t *testing.T) {
	t.Parallel()
	d := open(t)
	good := d.store.hash
	for _, bad := range []string{
		"x", "$argon2id$", good[:len(good)-1], strings.Replace(good, "m=19456", "m=4000000000", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "v=19", "v=18", 1), strings.Replace(good, "argon2id", "argon2i", 1), good + "$",
	} {
		d.store.hash = bad
		if _, err := d.Login(t.Context(), password); err == nil || errors.Is(err, domain.ErrNotEntitled) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret, other := d.login(t), d.login(t)
	if len(secret) < 43 || secret == other || d.store.sessions[secret].Key != "" {
		t.Errorf("secrets %q and %q, stored %v", secret, other, d.store.sessions)
	}
	if d.known(t, "") || d.known(t, secret+"x") || !d.known(t, secret) {
		t.Error("known by another secret")
	}
	if err := d.Logout(t.Context(), secret); err != nil || d.known(t, secret) || !d.known(t, other) {
		t.Errorf("after logging out of one: %v", err)
	}
	if err := d.SetPassword(t.Context(), password+"!"); err != nil || d.known(t, other) {
		t.Errorf("a session outlives its password: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret := d.login(t)
	d.now = d.now.Add(operator.Idle)
	if d.known(t, secret) || len(d.store.sessions) != 0 {
		t.Error("nobody used it for days, and it is good")
	}
	secret = d.login(t)
	for end := d.now.Add(operator.Longest); d.now.Before(end.Add(-time.Hour)); d.now = d.now.Add(time.Hour) {
		if !d.known(t, secret) {
			t.Fatalf("it ends at %s although it is used", d.now)
		}
	}
	d.now = d.now.Add(time.Hour)
	if d.known(t, secret) {
		t.Error("it lasts for ever")
	}
}

// Looking at pages writes nothing but once in a while.
func TestSeldomWritten(t *testing.T) {
	t.Parallel()
	d := open(t)
	secret := d.login(t)
	for range 100 {
		d.now = d.now.Add(3 * time.Second)
		d.known(t, secret)
	}
	if d.store.wrote != 1 {
		t.Errorf("written %d times in five minutes", d.store.wrote)
	}
}

package token_test

import (
	"errors"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/token"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte("0123456789abcdef0123456789abcdef"))
	for _, id := range []domain.PatronID{1, 42, 1 << 40, 1<<63 - 1} {
		made := mint.Make(token.Unsubscribe, id)
		got, err := mint.Open(token.Unsubscribe, made)
		if err != nil || got != id {
			t.Errorf("Open(Make(%d)) = %d, %v", id, got, err)
		}
		if made != mint.Make(token.Unsubscribe, id) {
			t.Error("a token differs from one call to the next")
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte("0123456789abcdef0123456789abcdef"))
	good := mint.Make(token.Unsubscribe, 7)
	cases := map[string]string{
		"empty":        "",
		"truncated":    good[:len(good)-1],
		"longer":       good + "A",
		"much longer":  strings.Repeat("A", 1<<16),
		"other id":     mint.Make(token.Unsubscribe, 8)[:12] + good[12:],
		"not base64":   strings.Repeat("!", len(good)),
		"padded":       good + "==",
		"other key":    token.New([]byte("another key of thirty-two bytes!")).Make(token.Unsubscribe, 7),
		"other use":    mint.Make("feed", 7),
		"last changed": good[:len(good)-2] + flip(good[len(good)-2:]),
	}
	for name, bad := range cases {
		if id, err := mint.Open(token.Unsubscribe, bad); !errors.Is(err, domain.ErrNotFound) || id != 0 {
			t.Errorf("%s: Open = %d, %v; want ErrNotFound", name, id, err)
		}
	}
}

func flip(s string) string {
	if s == "AA" {
		return "BA"
	}
	return "AA"
}

func FuzzOpen(f *testing.F) {
	mint := token.New([]byte("0123456789abcdef0123456789abcdef"))
	f.Add(mint.Make(token.Unsubscribe, 7))
	f.Add("AQAAAAAAAAAH")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := mint.Open(token.Unsubscribe, s)
		if err == nil && mint.Make(token.Unsubscribe, id) != s {
			t.Errorf("two tokens open the same: %q", s)
		}
	})
}

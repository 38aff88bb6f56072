package token_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/token"
)

const (
	key   = "0123456789abcdef0123456789abcdef"
	older = "another key of thirty-two bytes!"
)

// ids are what any form must carry.
func ids() []domain.PatronID { return []domain.PatronID{1, 42, 1 << 40, 1<<48 - 1} }

// sort is one form of tokens, seen as one that stands for a patron.
type sort struct {
	shape *regexp.Regexp
	make  func(m *token.Mint, id domain.PatronID) string
	open  func(m *token.Mint, token string) (domain.PatronID, error)
}

func sorts() map[string]sort {
	return map[string]sort{
		"link": {
			regexp.MustCompile(`^[A-Za-z0-9_-]{34}$`),
			func(m *token.Mint, id domain.PatronID) string { return m.Make(token.Unsubscribe, id) },
			func(m *token.Mint, t string) (domain.PatronID, error) { return m.Open(token.Unsubscribe, t) },
		},
		"mailbox": {
			regexp.MustCompile(`^[a-z2-7]{40}$`),
			func(m *token.Mint, id domain.PatronID) string { return m.Mailbox(token.Unsubscribe, id) },
			func(m *token.Mint, t string) (domain.PatronID, error) { return m.OpenMailbox(token.Unsubscribe, t) },
		},
		"return": {
			regexp.MustCompile(`^[a-z2-7]{47}$`),
			func(m *token.Mint, id domain.PatronID) string { return m.Return(7, id) },
			func(m *token.Mint, t string) (domain.PatronID, error) {
				edition, id, err := m.OpenReturn(t)
				if err == nil && edition != 7 || err != nil && edition != 0 {
					return -1, errors.New("another edition")
				}
				return id, err
			},
		},
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key))
	for name, s := range sorts() {
		for _, id := range ids() {
			made := s.make(mint, id)
			if got, err := s.open(mint, made); err != nil || got != id {
				t.Errorf("%s: %d comes back as %d, %v", name, id, got, err)
			}
			if made != s.make(mint, id) {
				t.Errorf("%s: a token differs from one call to the next", name)
			}
			if !s.shape.MatchString(made) {
				t.Errorf("%s: %q is not %s", name, made, s.shape)
			}
		}
	}
	for _, id := range []domain.PatronID{1<<48 + 1, 1<<63 - 1, -1} {
		if got, err := mint.OpenMailbox(token.Unsubscribe, mint.Mailbox(token.Unsubscribe, id)); err != nil || got != id {
			t.Errorf("mailbox: %d comes back as %d, %v", id, got, err)
		}
	}
}

// The links in letters that have gone out work for ever: these were made by the
// program's first release.
func TestFirstRelease(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key))
	for link, want := range map[string]domain.PatronID{} {
		if id, err := mint.Open(token.Unsubscribe, link); err != nil || id != want {
			t.Errorf("%s opens %d, %v; want %d", link, id, err, want)
		}
		if got := mint.Make(token.Unsubscribe, want); got != link {
			t.Errorf("patron %d has a new link: %s", want, got)
		}
	}
}

// A return path cannot carry ids beyond 2^48, and must not become another's.
func TestReturnTooLarge(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key))
	for _, large := range []string{mint.Return(7, 1<<48+42), mint.Return(1<<48+7, 42), mint.Return(7, -1)} {
		if edition, id, err := mint.OpenReturn(large); !errors.Is(err, domain.ErrNotFound) || edition != 0 || id != 0 {
			t.Errorf("OpenReturn = %d, %d, %v; want ErrNotFound", edition, id, err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	before, after := token.New([]byte(older)), token.New([]byte(key), []byte("a third"), []byte(older))
	for name, s := range sorts() {
		old := s.make(before, 42)
		if id, err := s.open(after, old); err != nil || id != 42 {
			t.Errorf("%s: the old token opens %d, %v", name, id, err)
		}
		if s.make(after, 42) == old {
			t.Errorf("%s: tokens are still made with the old key", name)
		}
		if _, err := s.open(before, s.make(after, 42)); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: the old key opens a new token: %v", name, err)
		}
	}
}

// A configuration without a previous key must not open what anybody can make.
func TestEmptyPreviousKey(t *testing.T) {
	t.Parallel()
	anybody, mint := token.New(nil), token.New([]byte(key), nil, []byte{})
	for name, s := range sorts() {
		if _, err := s.open(mint, s.make(anybody, 42)); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: the empty key opens: %v", name, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key), []byte(older))
	for name, s := range sorts() {
		good := s.make(mint, 7)
		cases := map[string]string{
			"empty":       "",
			"truncated":   good[:len(good)-1],
			"longer":      good + "a",
			"much longer": strings.Repeat("a", 1<<16),
			"other id":    s.make(mint, 8)[:21] + good[21:],
			"not encoded": strings.Repeat("!", len(good)),
			"line ends":   good[:10] + "\r\n" + good[12:],
			"padded":      good + "==",
			"other key":   s.make(token.New([]byte("a key that nobody ever had before")), 7),
			"first":       flip(good, 0),
			"last":        flip(good, len(good)-1),
			"middle":      flip(good, len(good)/2),
		}
		for other, o := range sorts() {
			if other != name {
				cases["a "+other] = o.make(mint, 7)
			}
		}
		for what, bad := range cases {
			if id, err := s.open(mint, bad); !errors.Is(err, domain.ErrNotFound) || id != 0 || err.Error() != "token: not found" {
				t.Errorf("%s, %s: opens %d, %v; want ErrNotFound", name, what, id, err)
			}
		}
	}
	for what, err := range map[string]error{
		"link":    second(mint.Open(token.Unsubscribe, mint.Make("feed", 7))),
		"mailbox": second(mint.OpenMailbox(token.Unsubscribe, mint.Mailbox("feed", 7))),
	} {
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("a %s opens for another purpose: %v", what, err)
		}
	}
}

func second(_ domain.PatronID, err error) error { return err }

// flip changes one character into another of the alphabet.
func flip(s string, at int) string {
	c := "b"
	if s[at] == 'b' {
		c = "c"
	}
	return s[:at] + c + s[at+1:]
}

// Mail servers change letter case.
func TestLetterCase(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key))
	for name, s := range sorts() {
		made := s.make(mint, 42)
		for _, changed := range []string{strings.ToUpper(made), strings.ToUpper(made[:9]) + made[9:]} {
			id, err := s.open(mint, changed)
			if name == "link" { // in base64 letter case counts
				if changed != made && err == nil {
					t.Errorf("%s opens in another letter case", name)
				}
				continue
			}
			if err != nil || id != 42 {
				t.Errorf("%s: %q opens %d, %v", name, changed, id, err)
			}
		}
		// U+212A in lower case is k.
		if _, err := s.open(mint, strings.Replace(made, "k", "\u212a", 1)); strings.Contains(made, "k") && err == nil {
			t.Errorf("%s opens with a Kelvin sign", name)
		}
	}
}

// Many goroutines share a mint.
func TestTogether(t *testing.T) {
	t.Parallel()
	mint := token.New([]byte(key), []byte(older))
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for id := range domain.PatronID(200) {
				for name, s := range sorts() {
					if got, err := s.open(mint, s.make(mint, id)); err != nil || got != id {
						t.Errorf("%s: %d comes back as %d, %v", name, id, got, err)
					}
				}
			}
		})
	}
}

// Tokens are made for each of many letters: one allocation, the string. The race
// detector drops some of what a pool holds, so the best of many counts.
func TestAllocations(t *testing.T) {
	mint := token.New([]byte(key))
	for name, s := range sorts() {
		best := 99.0
		for range 50 {
			best = min(best, testing.AllocsPerRun(1, func() { s.make(mint, 42) }))
		}
		if best > 1 {
			t.Errorf("%s: %v allocations", name, best)
		}
	}
}

// What opens is what was made, letter for letter but for case.
func FuzzOpen(f *testing.F) {
	mint := token.New([]byte(key), []byte(older))
	for _, s := range sorts() {
		f.Add(s.make(mint, 7))
		f.Add(s.make(token.New([]byte(older)), 7))
	}
	f.Add("AQAAAAAAAAAH")
	f.Fuzz(func(t *testing.T, text string) {
		for name, s := range sorts() {
			id, err := s.open(mint, text)
			if err != nil {
				continue
			}
			if name != "link" {
				text = strings.ToLower(text)
			}
			if s.make(mint, id) != text && s.make(token.New([]byte(older)), id) != text {
				t.Errorf("two %s tokens open the same: %q", name, text)
			}
		}
	})
}

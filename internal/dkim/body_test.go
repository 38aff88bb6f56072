package dkim_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"marquee/internal/dkim"
)

func sum(text string) []byte {
	h := sha256.Sum256([]byte(text))
	return h[:]
}

var runs = regexp.MustCompile(`[ \t]+`)

// relaxed canonicalises a whole body line by line, as RFC 6376 §3.4.4 tells it.
func relaxed(body string) string {
	var lines []string
	for line := range strings.SplitSeq(body, "\r\n") {
		lines = append(lines, strings.TrimSuffix(runs.ReplaceAllString(line, " "), " "))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

func TestBodyHash(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, want string }{
		// RFC 6376 §3.4.4 has the hash of nothing, RFC 8463 appendix A the other.
		"empty":       {"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		"empty lines": {"\r\n \r\n", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		"example":     {"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n", "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="},
		"without end": {"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.", "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="},
	}
	for name, c := range cases {
		got := dkim.NewBody([][]byte{[]byte(c.body)}).Hash(nil)
		if text := base64.StdEncoding.EncodeToString(got[:]); text != c.want {
			t.Errorf("%s: %s, want %s", name, text, c.want)
		}
	}
}

// checkSplit compares the hash of a divided body with that of the whole.
func checkSplit(t *testing.T, pieces, values []string) {
	t.Helper()
	whole := letter{pieces: pieces, values: values}.body()
	body := dkim.NewBody(split(pieces))
	for range 2 { // a copy must leave nothing behind
		if got := body.Hash(split(values)); !bytes.Equal(got[:], sum(relaxed(string(whole)))) {
			t.Errorf("hash of %q divided by %q is not that of\n%q", pieces, values, relaxed(string(whole)))
		}
	}
}

func TestBodyHashOfAnySplit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6376, 8463))
	words := []string{" ", "\t", "  ", "\r\n", "\r\n", "=\r\n", "a", "bc", "=20", "\r", "\n", "é", strings.Repeat("x", 300)}
	stretch := func() string {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(words[random.IntN(len(words))])
		}
		return b.String()
	}
	for range 4000 {
		pieces, values := []string{stretch()}, []string{}
		for range random.IntN(4) {
			values, pieces = append(values, stretch()), append(pieces, stretch())
		}
		if wholeLineEnds(pieces, values) {
			checkSplit(t, pieces, values)
		}
	}
}

// wholeLineEnds reports whether no CRLF is divided, as NewBody demands.
func wholeLineEnds(pieces, values []string) bool {
	last := ""
	for i := range pieces {
		for _, text := range append(pieces[i:i+1:i+1], values[min(i, len(values)):min(i+1, len(values))]...) {
			if strings.HasSuffix(last, "\r") && strings.HasPrefix(text, "\n") {
				return false
			}
			if text != "" {
				last = text
			}
		}
	}
	return true
}

func TestBodyWantsEveryValue(t *testing.T) {
	t.Parallel()
	for _, values := range [][][]byte{nil, make([][]byte, 2)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d values for one place have a hash", len(values))
				}
			}()
			dkim.NewBody(make([][]byte, 2)).Hash(values)
		}()
	}
}

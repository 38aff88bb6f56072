package smtp_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"marquee/internal/mail/smtp"
)

func TestReplies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		code  int
		words string
		rest  string // not read
	}{
		"250 ok\r\n":                       {code: 250},
		"250\r\n":                          {code: 250},
		"250 \r\n":                         {code: 250},
		"354 go\nrest":                     {code: 354, rest: "rest"},
		"250-a\r\n250-b\r\n250 c\r\n450 x": {code: 250, rest: "450 x"},
		"550-a\r\n550 b\r\n":               {code: 550, words: "a\nb"},
		"550-\r\n550\r\n":                  {code: 550},
		"421 4.3.2 bye\r\n":                {code: 421, words: "4.3.2 bye"},
		"":                                 {},
		"250 ok":                           {},
		"250-a\r\n":                        {},
		"250-a\r\n251 b\r\n":               {},
		"250-a\r\nb\r\n":                   {},
		"25 ok\r\n":                        {},
		"2500 ok\r\n":                      {},
		"250ok\r\n":                        {},
		"150 ok\r\n":                       {},
		"650 ok\r\n":                       {},
		"abc ok\r\n":                       {},
		" 250 ok\r\n":                      {},
		"\r\n250 ok\r\n":                   {},
		"250 " + strings.Repeat("x", 4096) + "\r\n":   {},
		strings.Repeat("250-x\r\n", 1000) + "250 x\n": {},
	} {
		in := smtp.NewReplyReader(strings.NewReader(text))
		code, words, err := in.Next()
		if code != want.code || words != want.words || (err != nil) != (want.code == 0) {
			t.Errorf("%.40q: got %d %q, %v", text, code, words, err)
		}
		if want.code == 0 {
			continue
		}
		if rest, err := io.ReadAll(in.Rest()); err != nil || string(rest) != want.rest {
			t.Errorf("%.40q: left %q, %v", text, rest, err)
		}
	}
}

// FuzzReplies wants any bytes to be read as replies or as none, without a panic
// and without keeping much of them.
func FuzzReplies(f *testing.F) {
	for _, seed := range []string{
		"250 ok\r\n", "250-a\r\n250 b\r\n", "550-5.1.1 a\r\n550 5.1.1 b\r\n", "421", "354 go\r\n\x00", "25", "250 \xff\r\n",
		"550-" + strings.Repeat("x", 3000) + "\r\n550 y\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		source := bytes.NewReader(data)
		in := smtp.NewReplyReader(source)
		for {
			code, words, err := in.Next()
			if err != nil {
				return
			}
			if code < 200 || code > 599 || code < 400 && words != "" || len(words) > 2100 {
				t.Fatalf("got %d and %d bytes", code, len(words))
			}
			status, rest := smtp.SplitStatus(code, words)
			if len(status)+len(rest) > len(words) {
				t.Fatalf("%q became %q and %q", words, status, rest)
			}
			if text := smtp.Redact(rest, "ada@example.org"); strings.ContainsAny(text, "@\r\n\x00\x1b") || len([]rune(text)) > 301 {
				t.Fatalf("%q became %q", rest, text)
			}
		}
	})
}

package dkim_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/dkim"
)

const sdid = "football.example.com" // of RFC 8463's example, like the Ed25519 key

var at = time.Date(2018, 6, 10, 13, 38, 29, 0, time.UTC)

const header = "From: Nora Field <nora@football.example.com>\r\n" +
	"To: \"J. Six-Pack\" <joe@example.net>\r\n" +
	"Subject: The week in the dark:\r\n  =?utf-8?b?xIxlcm7DvSBQZXRy?= and \r\n\ttwo more\t \r\n" +
	"Date: Sun, 10 Jun 2018 13:38:29 +0000\r\n" +
	"Message-ID: <e12.p7@football.example.com>\r\n" +
	"List-Unsubscribe: <https://football.example.com/u/AQAAAAAAAAAHzXb0>\r\n" +
	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" +
	"List-ID: Weekly digest <digest.football.example.com>\r\n" +
	"Feedback-ID: e12:patron:digest:football\r\n" +
	"Auto-Submitted: auto-generated\r\n" +
	"MIME-Version: 1.0\r\n" +
	"Content-Type: text/plain; charset=utf-8\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n"

// letter is a letter to be signed: the values stand between the pieces.
type letter struct {
	header string
	pieces []string
	values []string
}

// plain is the letter that most tests are about.
func plain() letter {
	return letter{
		header: header,
		pieces: []string{
			"Dear =\r\n",
			"=\r\n,\r\n\r\nWe lost  the\tgame. Are you hungry yet?   \r\n\r\nLeave:\r\n",
			"\r\n\r\n-- =20\r\nJoe.\r\n\r\n\r\n",
		},
		values: []string{"Ji=C5=99=C3=AD", "https://football.example.com/u/AQAAAAAAAAAHzXb0"},
	}
}

func (l letter) body() []byte {
	var b bytes.Buffer
	for i, piece := range l.pieces {
		b.WriteString(piece)
		if i < len(l.values) {
			b.WriteString(l.values[i])
		}
	}
	return b.Bytes()
}

// signed is the whole letter with the signatures of keys.
func (l letter) signed(t testing.TB, keys ...dkim.Key) []byte {
	t.Helper()
	signer, err := dkim.New(sdid, keys)
	if err != nil {
		t.Fatal(err)
	}
	hash := dkim.NewBody(split(l.pieces)).Hash(split(l.values))
	fields, err := signer.Sign([]byte(l.header), hash, at)
	if err != nil {
		t.Fatal(err)
	}
	return append(append(fields, l.header+"\r\n"...), l.body()...)
}

func split(texts []string) [][]byte {
	pieces := make([][]byte, len(texts))
	for i, text := range texts {
		pieces[i] = []byte(text)
	}
	return pieces
}

// ed25519Key is the key of RFC 8463 appendix A.2.
func ed25519Key(t testing.TB) dkim.Key {
	t.Helper()
	seed, err := base64.StdEncoding.DecodeString("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
	if err != nil {
		t.Fatal(err)
	}
	return dkim.Key{Selector: "brisbane", Private: ed25519.NewKeyFromSeed(seed)}
}

var rsaPEM = sync.OnceValues(func() ([]byte, error) { return dkim.Generate(dkim.RSA) })

// rsaKey is one key for all tests: making another takes its time.
func rsaKey(t testing.TB) dkim.Key {
	t.Helper()
	pem, err := rsaPEM()
	if err != nil {
		t.Fatal(err)
	}
	private, err := dkim.ParseKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	return dkim.Key{Selector: "test", Private: private}
}

// sample is a letter for the verifiers.
type sample struct {
	name string
	text []byte
	want []bool // which of its signatures are valid
}

// samples are letters of all shapes, and one that somebody has meddled with in
// all ways, each with both signatures.
func samples(t *testing.T) []sample {
	t.Helper()
	keys := []dkim.Key{rsaKey(t), ed25519Key(t)}
	all := []sample{
		{"RSA alone", plain().signed(t, keys[0]), []bool{true}},
		{"Ed25519 alone", plain().signed(t, keys[1]), []bool{true}},
	}
	for name, l := range shapes() {
		all = append(all, sample{name, l.signed(t, keys...), []bool{true, true}})
	}
	signed := string(plain().signed(t, keys...))
	for name, meddle := range harmless() {
		all = append(all, sample{name, []byte(meddle(signed)), []bool{true, true}})
	}
	for name, meddle := range harmful() {
		all = append(all, sample{name, []byte(meddle(signed)), []bool{false, false}})
	}
	one := strings.Replace(signed, "\r\n b=", "\r\n b=QUFB", 1)
	return append(all, sample{"first signature broken", []byte(one), []bool{false, true}})
}

func shapes() map[string]letter {
	with := func(header string, pieces ...string) letter { return letter{header: header, pieces: pieces} }
	return map[string]letter{
		"plain":                   plain(),
		"no body":                 with(header),
		"empty body":              with(header, ""),
		"empty lines alone":       with(header, "\r\n\r\n"),
		"blank lines alone":       with(header, " \t\r\n \r\n"),
		"leading empty lines":     with(header, "\r\n \r\n\r\ntext\r\n"),
		"trailing blanks":         with(header, "text  \t\r\n\t\r\n  \r\n\r\n"),
		"no final line end":       with(header, "one\r\n  two"),
		"very long":               with(header, strings.Repeat("A line of the digest,  which is long.\t\r\n", 20000)),
		"very long line":          with(header, strings.Repeat("word  ", 50000)+"\r\n"),
		"not ASCII":               with(strings.Replace(header, "two more", "Příští\u00a0týden", 1), "Žluťoučký \u00a0 kůň\r\n"),
		"From alone":              with("From: a@football.example.com\r\n", "text\r\n"),
		"empty values":            with("From: a@football.example.com\r\nSubject:\r\nTo: \r\nCc: \r\n \t\r\n", "text\r\n"),
		"odd names":               with("FROM:a@football.example.com\r\nsUBJECT:\tx\r\nmessage-id:<a@b>\r\n", "text\r\n"),
		"several of one name":     with("From: a@football.example.com\r\nTo: a@b\r\nX: y\r\nTo: c@d\r\nReferences: <1@a>\r\nReferences: <2@a>\r\n", "text\r\n"),
		"value first and last":    {header, []string{"", ""}, []string{"all there is"}},
		"empty personal values":   {header, []string{"Dear\r\n", "\r\n", "\r\nend\r\n"}, []string{"", ""}},
		"values with lines":       {header, []string{"Dear\r\n", "\r\nend\r\n"}, []string{"one  two=\r\nthree\r\n\r\n four"}},
		"blanks around a value":   {header, []string{"Dear  \t", " \t you \r\n"}, []string{" \t "}},
		"value among empty lines": {header, []string{"Dear\r\n\r\n", "\r\n\r\n"}, []string{""}},
	}
}

// harmless are changes that a relay may make.
func harmless() map[string]func(string) string {
	return map[string]func(string) string{
		"untouched":           func(s string) string { return s },
		"Received added":      before("Received: from a by b; Sun, 10 Jun 2018 13:40:00 +0000\r\n"),
		"Return-Path added":   before("Return-Path: <bounces@football.example.com>\r\n"),
		"X-Spam added":        before("X-Spam: no\r\n"),
		"subject folded anew": replace("The week in the dark:", "The week\r\n in   the dark:"),
		"field names in caps": replace("\r\nSubject:", "\r\nSUBJECT:"),
		"empty lines at end":  func(s string) string { return s + "\r\n \r\n\r\n" },
		"blanks at line end":  replace("Joe.\r\n", "Joe. \t\r\n"),
		"blanks in a line":    replace("We lost  the", "We  lost the"),
	}
}

// harmful are changes that no signature may survive.
func harmful() map[string]func(string) string {
	return map[string]func(string) string{
		"body changed":              replace("We lost", "We won"),
		"value changed":             replace("Ji=C5=99=C3=AD", "Joe"),
		"body longer":               func(s string) string { return s + "One more thing\r\n" },
		"body shorter":              replace("Joe.\r\n", ""),
		"word divided":              replace("hungry", "hun gry"),
		"subject changed":           replace("The week in", "The weak in"),
		"date changed":              replace("Date: Sun, 10 Jun", "Date: Mon, 11 Jun"),
		"content type changed":      replace("text/plain", "text/html"),
		"list id gone":              replace("List-ID: ", "X-List-ID: "),
		"unsubscribe gone":          replace("List-Unsubscribe: ", "X-Unsubscribe: "),
		"time changed":              func(s string) string { return strings.ReplaceAll(s, "t=1528637909", "t=1528637910") },
		"second From":               before("From: eve@example.org\r\n"),
		"second From below":         replace("\r\n\r\nDear", "\r\nFrom: eve@example.org\r\n\r\nDear"),
		"second Subject":            before("Subject: You have won\r\n"),
		"second To":                 before("To: eve@example.org\r\n"),
		"second Date":               before("Date: Mon, 11 Jun 2018 13:38:29 +0000\r\n"),
		"second unsubscribe":        before("List-Unsubscribe: <https://example.org/>\r\n"),
		"second unsubscribe method": before("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
		"Cc added":                  before("Cc: eve@example.org\r\n"),
		"Reply-To added":            before("Reply-To: eve@example.org\r\n"),
	}
}

func before(field string) func(string) string {
	return func(s string) string { return field + s }
}

func replace(old, by string) func(string) string {
	return func(s string) string {
		if !strings.Contains(s, old) {
			panic("the letter has no " + old)
		}
		return strings.Replace(s, old, by, 1)
	}
}

package delivery

import (
	"bytes"
	"errors"
	netmail "net/mail"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/token"
)

func testPress(tb testing.TB, forms ...domain.Audience) *press {
	tb.Helper()
	letter := mail.Letter{
		From: netmail.Address{Address: "digest@lanternscreen.example"}, Subject: "Weekly",
		Text: "Dear " + mail.SlotName.Mark() + "\n" + mail.SlotUnsubscribe.Mark(),
	}
	composed, err := mail.Compose(letter)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := composed.MarshalBinary()
	if err != nil {
		tb.Fatal(err)
	}
	renditions := []domain.Rendition{{}} // the public's is for the web only
	for _, a := range forms {
		renditions = append(renditions, domain.Rendition{Readers: domain.Readers{Audience: a}, Form: data})
	}
	sender := Sender{
		From: "bounce@lanternscreen.example", Domain: "lanternscreen.example", Server: "https://feeds.lanternscreen.example",
		Key: []byte("key"), Mint: token.New([]byte("0123456789abcdef0123456789abcdef")),
	}
	e := domain.Edition{Digest: "weekly", Slot: "2026-11-20T17:00", Started: time.Date(2026, 11, 20, 23, 0, 5, 0, time.UTC)}
	p, err := newPress(sender, e, renditions)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func whole(m mail.Message) []byte { return bytes.Join(m.Content, nil) }

func TestPrintIsTheSameOnEveryAttempt(t *testing.T) {
	t.Parallel()
	a := domain.Audience{Standing: domain.Reader}
	c := Claim{Patron: 7, Email: "zoe@bücher.example", Name: "Zoë", Audience: a}
	first, err := testPress(t, a).print(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Attempts, c.Doubtful = 3, true
	second, err := testPress(t, a).print(c)
	if err != nil || !bytes.Equal(whole(first), whole(second)) {
		t.Errorf("differs: %v\n%s\n%s", err, whole(first), whole(second))
	}
	if first.To != "zoe@xn--bcher-kva.example" || first.From != "bounce@lanternscreen.example" {
		t.Errorf("envelope from %s to %s", first.From, first.To)
	}
}

// Who wants text alone gets the form of it, and the letter as it is where there
// is none.
func TestPrintPlain(t *testing.T) {
	t.Parallel()
	a := domain.Audience{Standing: domain.Reader}
	p := testPress(t, a)
	want := Claim{Patron: 7, Email: "zoe@reader.example", Audience: a, Plain: true}
	with, err := p.print(want)
	if err != nil || !bytes.Contains(whole(with), []byte("Dear")) {
		t.Fatalf("without a form of text alone: %v\n%s", err, whole(with))
	}
	plain, err := mail.Compose(mail.Letter{From: netmail.Address{Address: "digest@lanternscreen.example"}, Subject: "Weekly", Text: "Text alone"})
	if err != nil {
		t.Fatal(err)
	}
	p.forms[variant{domain.Readers{Audience: a}, true}] = plain
	for wants, text := range map[bool]string{true: "Text alone", false: "Dear"} {
		want.Plain = wants
		if m, err := p.print(want); err != nil || !bytes.Contains(whole(m), []byte(text)) {
			t.Errorf("wants text alone %t: %v\n%s", wants, err, whole(m))
		}
	}
}

// Who wants dates in a language gets the letter with them, of text alone too, and
// the publication's where there is none.
func TestPrintDates(t *testing.T) {
	t.Parallel()
	a, other := domain.Audience{Standing: domain.Reader}, domain.Audience{Standing: domain.Active}
	p := testPress(t, a, other)
	form := func(text string) *mail.Form {
		f, err := mail.Compose(mail.Letter{From: netmail.Address{Address: "digest@lanternscreen.example"}, Subject: "Weekly", Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	german := domain.Readers{Audience: a, Dates: "de"}
	p.forms[variant{domain.Readers{Audience: a}, true}] = form("Text alone")
	p.forms[variant{german, false}], p.forms[variant{german, true}] = form("Freitag"), form("Nur Text, Freitag")
	for name, test := range map[string]struct {
		claim Claim
		want  string
	}{
		"theirs":               {Claim{Audience: a, Dates: "de"}, "Freitag"},
		"theirs in text alone": {Claim{Audience: a, Dates: "de", Plain: true}, "Nur Text, Freitag"},
		"no wish":              {Claim{Audience: a}, "Dear"},
		"changed since":        {Claim{Audience: a, Dates: "ja"}, "Dear"},
		"changed, text alone":  {Claim{Audience: a, Dates: "ja", Plain: true}, "Text alone"},
		"moved to a tier":      {Claim{Audience: other, Dates: "de"}, "Dear"},
		"moved, text alone":    {Claim{Audience: other, Dates: "de", Plain: true}, "Dear"},
	} {
		test.claim.Email = "zoe@reader.example"
		if m, err := p.print(test.claim); err != nil || !bytes.Contains(whole(m), []byte("\r\n\r\n"+test.want)) && !bytes.Contains(whole(m), []byte("\n"+test.want)) {
			t.Errorf("%s: %v\n%s", name, err, whole(m))
		}
	}
}

// Choosing the form of a copy costs no memory. It counts, and runs alone.
func TestFormAllocatesNothing(t *testing.T) {
	p := testPress(t, domain.Audience{Standing: domain.Reader})
	claim := Claim{Audience: domain.Audience{Standing: domain.Reader}, Dates: "de", Plain: true}
	if n := testing.AllocsPerRun(100, func() { p.form(&claim) }); n != 0 || p.form(&claim) == nil {
		t.Errorf("%v times a copy", n)
	}
}

func TestPrintNeedsARendition(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]domain.Audience{"none": {Standing: domain.Active}, "for the web only": {}} {
		_, err := testPress(t, domain.Audience{Standing: domain.Reader}).print(Claim{Email: "a@example.org", Audience: a})
		if !errors.Is(err, domain.ErrNotFound) || errors.As(err, new(*mail.StampError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a roster says about one person, their copy is made, or fails alone:
// any other error would stop the edition.
func FuzzPrint(f *testing.F) {
	a := domain.Audience{Standing: domain.Reader}
	p := testPress(f, a)
	for _, name := range []string{"", "Mara Ellison", "Bell\a", "Two\r\nBcc: x@example.org", "O'Brien, Sean", "\xff", "\u0085", "\u2028", "Zoë \x00"} {
		f.Add("mara@example.org", name)
	}
	for _, email := range []string{"", "@", "a@b", "a b@example.org", `"a b"@example.org`, "a@example.org\r\n", "ä@example.org", "a@ä.example", "a@[127.0.0.1]"} {
		f.Add(email, "Mara")
	}
	f.Fuzz(func(t *testing.T, email, name string) {
		m, err := p.print(Claim{Patron: 1, Email: email, Name: name, Audience: a})
		if err != nil {
			if !errors.As(err, new(*mail.StampError)) {
				t.Errorf("%q, %q would stop the edition: %v", email, name, err)
			}
			return
		}
		got, err := netmail.ReadMessage(bytes.NewReader(whole(m)))
		if err != nil || len(got.Header["To"]) != 1 || got.Header.Get("Bcc") != "" {
			t.Errorf("%q, %q: %v, %v", email, name, got, err)
		}
	})
}

package mail_test

import (
	"bytes"
	"errors"
	"mime"
	netmail "net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

// crlf gives text the line ends that mail has.
func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// htmlEscape is written out here so that the test has a second opinion.
func htmlEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(s)
}

// checkRoundTrip stamps a letter and reads it back.
func checkRoundTrip(t fataler, text, html, value string) {
	t.Helper()
	l := weekly()
	l.Text, l.HTML = text, html
	form, err := mail.Compose(l)
	if err != nil {
		t.Fatalf("compose: %v", err)
	}
	s := stamp()
	s.Values = map[mail.Slot]string{"a": value, "b": "https://x.example/?t=1&u=" + value}
	m, err := form.Stamp(s, nil)
	if err != nil {
		t.Fatalf("stamp: %v", err)
	}
	got := receive(t, bytes.Join(m.Content, nil))
	want := []string{text, html}
	for slot, v := range s.Values {
		want[0] = strings.ReplaceAll(want[0], slot.Mark(), v)
		want[1] = strings.ReplaceAll(want[1], slot.Mark(), htmlEscape(v))
	}
	for i := range want {
		if got.Bodies[i] != crlf(want[i]) {
			t.Fatalf("part %d (-want +got):\n%s", i, cmp.Diff(crlf(want[i]), got.Bodies[i]))
		}
	}
}

func TestMarksAtEveryColumn(t *testing.T) {
	t.Parallel()
	for column := range 160 {
		before := strings.Repeat("x", column)
		for _, after := range []string{"", "y", ".", " ", "=", "é and some more of it", mail.Slot("b").Mark(), strings.Repeat("z", 90)} {
			body := before + mail.Slot("a").Mark() + after + "\n"
			for _, value := range []string{"", "Zoë", ". .", strings.Repeat("→", 40)} {
				checkRoundTrip(t, body, "<p>"+body, value)
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,90}`),
		rapid.StringOf(rapid.RuneFrom([]rune("aé漢אع🎬 .=\t-"))),
		rapid.Just(mail.Slot("a").Mark()), rapid.Just(mail.Slot("b").Mark()),
		rapid.Just("\n"), rapid.Just("m"), rapid.Just("mq7slo"),
	)
	value := rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,200}`),
		rapid.StringOf(rapid.RuneFrom([]rune("aÉß漢字אבعم🎬👩‍💻&<>\"'=.- F\t"))),
	)
	rapid.Check(t, func(t *rapid.T) {
		body := func(name string) string { return strings.Join(rapid.SliceOf(line).Draw(t, name), "") + "\n" }
		checkRoundTrip(t, "x"+body("text"), "<p>"+body("html"), value.Draw(t, "value"))
	})
}

// TestNoLineNeedsStuffing fills letters with what SMTP and mailbox files change
// at the start of lines; checkLines finds it there.
func TestNoLineNeedsStuffing(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(
		rapid.StringMatching(`\.{0,160}`), rapid.StringMatching(`[.=F \t-]{0,90}`), rapid.StringMatching(`(From |é|\.){0,60}`),
		rapid.StringMatching(`x{60,80}\.{0,9}`), rapid.Just(mail.Slot("a").Mark()), rapid.Just("\n"),
	)
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(line, 1, 8)
		text, html := strings.Join(lines.Draw(t, "text"), ""), strings.Join(lines.Draw(t, "html"), "")
		if text != "" && html != "" {
			checkRoundTrip(t, text+"\n", html+"\n", rapid.StringMatching(`[.F -]{0,160}`).Draw(t, "value"))
		}
	})
}

func TestDotsAtEveryColumn(t *testing.T) {
	t.Parallel()
	for before := range 80 {
		for _, dots := range []int{1, 2, 73, 74, 75, 76, 77, 200} {
			body := strings.Repeat("x", before) + strings.Repeat(".", dots)
			for _, end := range []string{"", mail.Slot("a").Mark(), mail.Slot("a").Mark() + "From me"} {
				checkRoundTrip(t, body+end+"\n.\nFrom here\n", "<p>"+body+end+"\n", ".")
			}
		}
	}
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	for _, name := range []string{
		"", "Ada Lovelace", `Ada "the Countess" \ Lovelace`, "O'Brien, Jr.", "Ünlü, İpek", "山田 太郎", "محمد", "👩‍💻 Ada",
		strings.Repeat("Ångström ", 30), strings.Repeat("x", 200), strings.Repeat(`"`, 60), strings.Repeat(`\`, 37) + " x", "ada@example.org", "=?utf-8?q?x?=", "a\xffb", "non\u00a0breaking",
	} {
		s := stamp()
		s.To = netmail.Address{Name: name, Address: "ada@example.org"}
		data := stamped(t, form, s)
		header, _, _ := bytes.Cut(data, []byte("\r\nDate: "))
		for line := range bytes.SplitSeq(header, []byte("\r\n")) {
			if len(line) > 78 {
				t.Errorf("%q: line of %d: %s", name, len(line), line)
			}
			checkWords(t, string(line))
		}
		to, err := receive(t, data).Header.AddressList("To")
		if err != nil {
			t.Fatal(err)
		}
		want := netmail.Address{
			Name:    strings.Join(strings.Fields(strings.ToValidUTF8(name, "\uFFFD")), " "),
			Address: "ada@example.org",
		}
		if diff := cmp.Diff([]*netmail.Address{&want}, to); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

// checkWords wants every encoded word to be whole by itself (RFC 2047 §2, §5).
func checkWords(t *testing.T, line string) {
	t.Helper()
	for word := range strings.FieldsSeq(line) {
		if !strings.HasPrefix(word, "=?") {
			continue
		}
		text, err := new(mime.WordDecoder).Decode(word)
		if err != nil || !utf8.ValidString(text) || len(word) > 75 {
			t.Errorf("%s: %q, %v", word, text, err)
		}
	}
}

// TestLineEnds wants whatever ends lines in a letter to be CRLF in the mail.
func TestLineEnds(t *testing.T) {
	t.Parallel()
	l := weekly()
	l.HTML, l.Text = "", "one\r\ntwo\rthree\né\r\n\r\nfour"
	got := receive(t, stamped(t, compose(t, l), stamp()))
	if diff := cmp.Diff([]string{"one\r\ntwo\r\nthree\r\né\r\n\r\nfour\r\n"}, got.Bodies); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStampRefuses(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	for name, c := range map[string]struct {
		spoil   func(*mail.Stamp)
		patrons bool // the patron's own data are at fault
	}{
		"line end in name":       {func(s *mail.Stamp) { s.To.Name = "Ada\r\nBcc: all@example.org" }, true},
		"NUL in name":            {func(s *mail.Stamp) { s.To.Name = "Ada\x00" }, true},
		"no address":             {func(s *mail.Stamp) { s.To.Address = "" }, true},
		"two addresses":          {func(s *mail.Stamp) { s.To.Address = "a@example.org>, <b@example.org" }, true},
		"line end in address":    {func(s *mail.Stamp) { s.To.Address = "a@example.org>\r\nBcc: <b@example.org" }, true},
		"invisible in address":   {func(s *mail.Stamp) { s.To.Address = "zo\u202ee@example.org" }, true},
		"no such domain":         {func(s *mail.Stamp) { s.To.Address = "zoe@-ß-.example" }, true},
		"address too long":       {func(s *mail.Stamp) { s.To.Address = "a@" + strings.Repeat("x.", 130) + "org" }, true},
		"no return path":         {func(s *mail.Stamp) { s.ReturnPath = "" }, false},
		"return path not ASCII":  {func(s *mail.Stamp) { s.ReturnPath = "zoë@example.org" }, false},
		"line end in return of":  {func(s *mail.Stamp) { s.ReturnPath = "a@example.org>\r\nRCPT TO:<b@example.org" }, false},
		"no message id":          {func(s *mail.Stamp) { s.MessageID = "" }, false},
		"message id in brackets": {func(s *mail.Stamp) { s.MessageID = "<a@b>" }, false},
		"line end in message id": {func(s *mail.Stamp) { s.MessageID = "a@b\r\nBcc" }, false},
		"no date":                {func(s *mail.Stamp) { s.Date = time.Time{} }, false},
		"unfilled slot":          {func(s *mail.Stamp) { delete(s.Values, mail.SlotUnsubscribe) }, false},
		"line end in value":      {func(s *mail.Stamp) { s.Values[mail.SlotName] = "Ada\nLovelace" }, false},
		"CR in value":            {func(s *mail.Stamp) { s.Values[mail.SlotName] = "Ada\rLovelace" }, false},
		"NUL in value":           {func(s *mail.Stamp) { s.Values[mail.SlotName] = "Ada\x00" }, false},
		"unsubscribe nowhere":    {func(s *mail.Stamp) { s.Unsubscribe = "https:///u/t" }, false},
		"mailto unsubscribe":     {func(s *mail.Stamp) { s.Unsubscribe = "mailto:x@example.org" }, false},
		"line end in address of": {func(s *mail.Stamp) { s.Unsubscribe = "https://x.example/\r\nBcc: b" }, false},
		"bracket in address of":  {func(s *mail.Stamp) { s.Unsubscribe = "https://x.example/>,<mailto:b@example.org" }, false},
		"mail address in UTF-8":  {func(s *mail.Stamp) { s.UnsubscribeMail = "zoë@example.org" }, false},
		"query in mail address":  {func(s *mail.Stamp) { s.UnsubscribeMail = "a?bcc=b@example.org" }, false},
		"bracket in mail of":     {func(s *mail.Stamp) { s.UnsubscribeMail = "a@example.org>,<https://x.example/" }, false},
		"endless address of":     {func(s *mail.Stamp) { s.Unsubscribe = "https://x.example/" + strings.Repeat("x", 1000) }, false},
	} {
		s := stamp()
		c.spoil(&s)
		_, err := form.Stamp(s, nil)
		var patrons *mail.StampError
		switch {
		case err == nil:
			t.Errorf("%s: accepted", name)
		case errors.As(err, &patrons) != c.patrons || errors.Is(err, domain.ErrPermanent) != c.patrons:
			t.Errorf("%s: got %v", name, err)
		case c.patrons && (patrons.Class != mail.ClassAddress || strings.Contains(err.Error(), "example.org")):
			t.Errorf("%s: class %q, %v", name, patrons.Class, err)
		case !c.patrons && !errors.Is(err, domain.ErrInvalid):
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
}

// A letter that follows another stands beside it in mailboxes.
func TestInReplyTo(t *testing.T) {
	t.Parallel()
	s := stamp()
	s.InReplyTo = mail.MessageID([]byte("key"), "weekly-2026-11-13-1700", 42, "lanternscreen.example")
	got := receive(t, stamped(t, compose(t, weekly()), s))
	for _, name := range []string{"In-Reply-To", "References"} {
		if v := got.Header[name]; len(v) != 1 || v[0] != "<"+s.InReplyTo+">" {
			t.Errorf("%s: %q", name, v)
		}
	}
	s.InReplyTo = "a@b>\r\nBcc: all@example.org"
	if _, err := compose(t, weekly()).Stamp(s, nil); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

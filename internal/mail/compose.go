package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"marquee/internal/domain"
)

// Compose builds the mail of a letter once, for all copies: the text and then
// the HTML as alternatives (RFC 2046 §5.1.4), both UTF-8 in quoted-printable.
// The same letter always gives the same bytes. Its errors are
// domain.ErrInvalid, or *StampError for the letter's own addresses.
func Compose(l Letter) (*Form, error) {
	l, err := l.check()
	if err != nil {
		return nil, fmt.Errorf("compose letter: %w", err)
	}
	boundary := l.boundary()
	msg, err := l.message(boundary)
	if err != nil {
		return nil, fmt.Errorf("compose letter: %w", err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("compose letter: %w", err)
	}
	text, err := l.constantHeader(raw.Bytes())
	if err != nil {
		return nil, fmt.Errorf("compose letter: %w", err)
	}
	form := cutForm(text, htmlStart(text, boundary))
	if want := strings.Count(l.Text, markHead) + strings.Count(l.HTML, markHead); len(form.cuts) != want {
		return nil, fmt.Errorf("compose letter: %w: %d of %d slots have a whole mark", domain.ErrInvalid, len(form.cuts), want)
	}
	return form, nil
}

// boundary separates the parts. It depends on what they say, so that it is the
// same each time and nothing in them can contain it.
func (l Letter) boundary() string {
	sum := sha256.Sum256([]byte(l.Text + "\x00" + l.HTML))
	return "marquee-" + hex.EncodeToString(sum[:16])
}

// message is the letter as go-mail sees it. Date and Message-ID belong to each
// copy; constantHeader removes the placeholders that keep go-mail from making
// its own.
func (l Letter) message(boundary string) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP),
		gomail.WithBoundary(boundary), gomail.WithNoDefaultUserAgent())
	msg.SetDateWithValue(time.Time{})
	msg.SetMessageIDWithValue("placeholder")
	if err := l.addresses(msg); err != nil {
		return nil, err
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 §5
	for name, value := range map[gomail.Header]string{"Feedback-ID": l.FeedbackID, gomail.HeaderContentLang: l.Language} {
		if value != "" {
			msg.SetGenHeader(name, value)
		}
	}
	if l.List.ID != "" {
		msg.SetGenHeader(gomail.HeaderPrecedence, "bulk")
	}
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	return msg, nil
}

func (l Letter) addresses(msg *gomail.Msg) error {
	from, err := mailboxOf(l.From)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	msg.FromMailAddress(from)
	if l.ReplyTo.Address == "" {
		return nil
	}
	reply, err := mailboxOf(l.ReplyTo)
	if err != nil {
		return fmt.Errorf("reply-to: %w", err)
	}
	msg.ReplyToMailAddress(reply)
	return nil
}

// ownFields are the header fields that go-mail cannot write well: it folds a
// subject before its first word, and encodes a List-ID's brackets too, which
// RFC 2919 §3 forbids.
func (l Letter) ownFields() ([]byte, error) {
	fields := appendField(nil, "Subject", unstructured(l.Subject))
	if l.List.ID == "" {
		return fields, nil
	}
	id, err := l.List.header()
	if err != nil {
		return nil, err
	}
	return appendField(fields, "List-ID", id), nil
}

// constantHeader returns the message with the letter's own fields and without
// those that each copy has of its own. Lines longer than RFC 5322 §2.1.1 allows
// are domain.ErrInvalid.
func (l Letter) constantHeader(raw []byte) ([]byte, error) {
	header, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	text, err := l.ownFields()
	if err != nil {
		return nil, err
	}
	for line := range bytes.SplitSeq(header, []byte("\r\n")) {
		switch {
		case bytes.HasPrefix(line, []byte("Date: ")), bytes.HasPrefix(line, []byte("Message-ID: ")):
			continue
		case len(line) > maxLine:
			return nil, fmt.Errorf("header: %w: a word of more than %d characters", domain.ErrInvalid, maxLine)
		}
		text = append(append(text, line...), "\r\n"...)
	}
	return append(append(text, "\r\n"...), body...), nil
}

// htmlStart is where the HTML part begins, the second after a boundary line;
// the end when there is none.
func htmlStart(text []byte, boundary string) int {
	line := []byte("\r\n--" + boundary + "\r\n")
	first := bytes.Index(text, line)
	if first < 0 {
		return len(text)
	}
	rest := first + len(line)
	if second := bytes.Index(text[rest:], line); second >= 0 {
		return rest + second
	}
	return len(text)
}

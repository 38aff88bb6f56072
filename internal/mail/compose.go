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
// The same letter always gives the same form, whatever its Marks. Its errors are
// domain.ErrInvalid, or *StampError for the letter's own addresses.
func Compose(l Letter) (*Form, error) {
	form, err := l.compose()
	if err != nil {
		return nil, fmt.Errorf("compose letter: %w", err)
	}
	return form, nil
}

func (l Letter) compose() (*Form, error) {
	l, err := l.check()
	if err != nil {
		return nil, err
	}
	boundary := l.boundary()
	msg, err := l.message(boundary)
	if err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, err
	}
	fields, body, _ := bytes.Cut(raw.Bytes(), []byte("\r\n\r\n"))
	header, err := l.constantHeader(fields)
	if err != nil {
		return nil, err
	}
	head := l.Marks.head()
	pieces, cuts := cutter{head: head, htmlAt: htmlStart(body, boundary)}.cut(body)
	if want := strings.Count(l.Text, head) + strings.Count(l.HTML, head); len(cuts) != want {
		return nil, fmt.Errorf("%w: %d of %d slots have a whole mark", domain.ErrInvalid, len(cuts), want)
	}
	return newForm(header, pieces, cuts)
}

// boundary separates the parts. It depends on what they say, so that it is the
// same each time and nothing in them can contain it.
func (l Letter) boundary() string {
	sum := sha256.Sum256([]byte(l.Marks.zero(l.Text) + "\x00" + l.Marks.zero(l.HTML)))
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

// constantHeader is the letter's own fields and those of go-mail, but without
// those that each copy has of its own. Lines longer than RFC 5322 §2.1.1 allows
// are domain.ErrInvalid.
func (l Letter) constantHeader(fields []byte) ([]byte, error) {
	header, err := l.ownFields()
	if err != nil {
		return nil, err
	}
	for line := range bytes.SplitSeq(fields, []byte(lineEnd)) {
		switch {
		case bytes.HasPrefix(line, []byte("Date: ")), bytes.HasPrefix(line, []byte("Message-ID: ")):
			continue
		case len(line) > maxLine:
			return nil, fmt.Errorf("header: %w: a word of more than %d characters", domain.ErrInvalid, maxLine)
		}
		header = append(append(header, line...), lineEnd...)
	}
	return header, nil
}

// htmlStart is where in a body the HTML part begins, the last after a boundary
// line between parts; the end when there is none.
func htmlStart(body []byte, boundary string) int {
	if at := bytes.LastIndex(body, []byte("\r\n--"+boundary+"\r\n")); at >= 0 {
		return at
	}
	return len(body)
}

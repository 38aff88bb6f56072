package mail

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Stamp is what one copy has of its own.
type Stamp struct {
	To        netmail.Address // the patron; Name may be empty
	MessageID string          // without angle brackets; what MessageID returns
	Date      time.Time       // when the mail was first made; kept on every attempt
	Values    map[Slot]string // one line of plain text for each of the form's slots
	// Unsubscribe is the address of one-click unsubscription; empty for notices.
	// It is https, or http for a server on loopback that nobody else reaches:
	// then it is no one-click address (RFC 8058 §3.1).
	Unsubscribe string
}

// Stamp makes one copy: the whole message with CRLF line ends, ready to be
// signed or sent. The same stamp always gives the same bytes. What is wrong
// with the patron's own data is a *StampError; anything else is a mistake of
// the caller and domain.ErrInvalid.
func (f *Form) Stamp(s Stamp) ([]byte, error) {
	out := make([]byte, 0, len(f.text)+s.room(len(f.cuts)))
	out, err := s.appendHeader(out)
	if err != nil {
		return nil, fmt.Errorf("stamp letter: %w", err)
	}
	last := 0
	for _, c := range f.cuts {
		value, ok := s.Values[c.slot]
		if !ok {
			return nil, fmt.Errorf("stamp letter: %w: no value for slot %s", domain.ErrInvalid, c.slot)
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			return nil, fmt.Errorf("stamp letter: %w: the value for slot %s is not one line", domain.ErrInvalid, c.slot)
		}
		out = append(out, f.text[last:c.at]...)
		out = c.part.appendValue(out, value)
		last = c.at
	}
	return append(out, f.text[last:]...), nil
}

// room is how many bytes a copy is likely to need besides the form's.
func (s Stamp) room(cuts int) int {
	longest := 0
	for _, value := range s.Values {
		longest = max(longest, len(value))
	}
	return 512 + 2*len(s.Unsubscribe) + 2*len(s.To.Name) + cuts*(longest+longest/2+16)
}

// appendHeader writes the fields of this copy.
func (s Stamp) appendHeader(dst []byte) ([]byte, error) {
	to, err := s.recipient()
	if err != nil {
		return nil, err
	}
	left, right, _ := strings.Cut(s.MessageID, "@")
	if !dotAtom(left) || !dotAtom(right) || len(s.MessageID) > 250 {
		return nil, fmt.Errorf("%w: message id %q is not local@domain", domain.ErrInvalid, s.MessageID)
	}
	if s.Date.IsZero() {
		return nil, fmt.Errorf("%w: no date", domain.ErrInvalid)
	}
	dst = appendField(dst, "To", to)
	dst = appendField(dst, "Date", s.Date.Format(time.RFC1123Z)) // RFC 5322 §3.3
	dst = appendField(dst, "Message-ID", "<"+s.MessageID+">")
	return s.appendUnsubscribe(dst)
}

func (s Stamp) recipient() (string, error) {
	box, err := Mailbox(s.To.Address)
	if err != nil {
		return "", err
	}
	name, err := oneLine(s.To.Name)
	if err != nil {
		return "", &StampError{Class: ClassAddress, Err: errors.New("the name holds a control character")}
	}
	if name == "" {
		return "<" + box + ">", nil
	}
	return phrase(name) + " <" + box + ">", nil
}

// appendUnsubscribe writes List-Unsubscribe (RFC 2369 §3.2), and with an https
// address the field that makes it one click (RFC 8058 §3.1).
func (s Stamp) appendUnsubscribe(dst []byte) ([]byte, error) {
	if s.Unsubscribe == "" {
		return dst, nil
	}
	u, err := url.Parse(s.Unsubscribe)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%w: the unsubscribe address is no absolute http(s) URL", domain.ErrInvalid)
	}
	if !token(s.Unsubscribe) || len(s.Unsubscribe) > maxLine-len("List-Unsubscribe: <>") {
		return nil, fmt.Errorf("%w: the unsubscribe address does not fit into a header", domain.ErrInvalid)
	}
	dst = appendField(dst, "List-Unsubscribe", "<"+s.Unsubscribe+">")
	if u.Scheme == "https" {
		dst = appendField(dst, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	return dst, nil
}

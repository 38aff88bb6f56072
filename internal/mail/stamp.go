package mail

import (
	"cmp"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

// Stamp is what one copy has of its own.
type Stamp struct {
	ReturnPath string          // the envelope's sender, where bounces go; an address in ASCII
	To         netmail.Address // the patron; Name may be empty
	MessageID  string          // without angle brackets; what MessageID returns
	InReplyTo  string          // likewise, of the letter that this one follows; empty for none
	Date       time.Time       // when the mail was first made; kept on every attempt
	Values     map[Slot]string // one line of plain text for each of the form's slots
	// Unsubscribe is the address of one-click unsubscription; empty for notices.
	// It is https, or http for a server on loopback that nobody else reaches:
	// then it is no one-click address (RFC 8058 §3.1).
	Unsubscribe string
	// UnsubscribeMail is the mail address that unsubscribes whoever it stands for
	// when anything is sent to it; empty where no such mail is read.
	UnsubscribeMail string
}

// Stamp makes one copy, ready to be sent: the copy's own header fields first,
// and before them, when by is not nil, its signatures, dated as the copy is.
// The same stamp always gives the same bytes. Copies share the form's pieces
// and nothing else. What is wrong with the patron's own data is a *StampError;
// anything else is a mistake of the caller and domain.ErrInvalid, or an error of
// by.
func (f *Form) Stamp(s Stamp, by *dkim.Signer) (Message, error) {
	m, err := f.stamp(s, by)
	if err != nil {
		return Message{}, fmt.Errorf("stamp letter: %w", err)
	}
	return m, nil
}

func (f *Form) stamp(s Stamp, by *dkim.Signer) (Message, error) {
	m, err := s.envelope()
	if err != nil {
		return Message{}, err
	}
	own := make([]byte, 0, len(f.header)+s.room(len(f.cuts)))
	if own, err = s.appendHeader(own, m.To); err != nil {
		return Message{}, err
	}
	own = append(append(own, f.header...), lineEnd...)

	pieces := make([][]byte, 2, 3+2*len(f.cuts)) // of signatures, header, and the body
	pieces[1] = slices.Clip(own)
	pieces = append(pieces, f.body[0])
	for i, c := range f.cuts {
		start := len(own)
		if own, err = c.appendValue(own, s.Values); err != nil {
			return Message{}, err
		}
		pieces = append(pieces, own[start:len(own):len(own)], f.body[i+1])
	}
	m.Content = pieces[1:]
	if by == nil {
		return m, nil
	}
	m.Content = pieces
	pieces[0], err = by.Sign(pieces[1], f.hash(pieces[2:]), s.Date)
	return m, err
}

// hash is the body hash of a copy (RFC 6376 §3.7): every other of its pieces is
// a value.
func (f *Form) hash(pieces [][]byte) [32]byte {
	values := make([][]byte, len(f.cuts))
	for i := range values {
		values[i] = pieces[2*i+1]
	}
	return f.signed().Hash(values)
}

// appendValue writes the cut's value as its part of the letter needs it.
func (c cut) appendValue(dst []byte, values map[Slot]string) ([]byte, error) {
	value, ok := values[c.slot]
	if !ok {
		return nil, fmt.Errorf("%w: no value for slot %s", domain.ErrInvalid, c.slot)
	}
	if strings.IndexByte(value, '\r') >= 0 || strings.IndexByte(value, '\n') >= 0 || strings.IndexByte(value, 0) >= 0 {
		return nil, fmt.Errorf("%w: the value for slot %s is not one line", domain.ErrInvalid, c.slot)
	}
	return c.part.appendValue(dst, value), nil
}

// room is how many bytes a copy is likely to need besides the form's.
func (s Stamp) room(cuts int) int {
	longest := 0
	for _, value := range s.Values {
		longest = max(longest, len(value))
	}
	return 384 + len(s.Unsubscribe) + len(s.UnsubscribeMail) + 3*len(s.To.Name) + cuts*(longest+longest/8+16)
}

// envelope is the message without its content.
func (s Stamp) envelope() (Message, error) {
	from, utf8, err := Mailbox(s.ReturnPath)
	if err != nil || utf8 {
		return Message{}, fmt.Errorf("%w: the return path is not an address in ASCII", domain.ErrInvalid)
	}
	m := Message{From: from}
	if m.To, m.UTF8, err = Mailbox(s.To.Address); err != nil {
		return Message{}, err
	}
	return m, nil
}

// appendHeader writes the fields of this copy, which goes to box. Where box is
// beyond ASCII the field is UTF-8 (RFC 6532 §3.2), and it alone is.
func (s Stamp) appendHeader(dst []byte, box string) ([]byte, error) {
	to, err := recipient(s.To.Name, box)
	if err != nil {
		return nil, err
	}
	for _, id := range []string{s.MessageID, cmp.Or(s.InReplyTo, s.MessageID)} {
		left, right, _ := strings.Cut(id, "@")
		if !dotAtom(left) || !dotAtom(right) || len(id) > 250 {
			return nil, fmt.Errorf("%w: message id %q is not local@domain", domain.ErrInvalid, id)
		}
	}
	if s.Date.IsZero() {
		return nil, fmt.Errorf("%w: no date", domain.ErrInvalid)
	}
	dst = appendField(dst, "To", to)
	dst = s.Date.AppendFormat(append(dst, "Date: "...), time.RFC1123Z+"\r\n") // RFC 5322 §3.3
	dst = append(append(append(dst, "Message-ID: <"...), s.MessageID...), ">\r\n"...)
	if s.InReplyTo != "" { // RFC 5322 §3.6.4: it follows a letter that follows none
		dst = append(append(append(dst, "In-Reply-To: <"...), s.InReplyTo...), ">\r\n"...)
		dst = append(append(append(dst, "References: <"...), s.InReplyTo...), ">\r\n"...)
	}
	return s.appendUnsubscribe(dst)
}

// recipient is the value of the To field.
func recipient(name, box string) (string, error) {
	name, err := oneLine(name)
	if err != nil {
		return "", &StampError{Class: ClassAddress, Err: errors.New("the name holds a control character")}
	}
	if name == "" {
		return "<" + box + ">", nil
	}
	return phrase(name) + " <" + box + ">", nil
}

package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"marquee/internal/domain"
)

// Letter is a mail before it is composed, the same for everybody in an
// audience. HTML and Text hold the marks of slots, which are of Marks; nothing
// else may. In the mail both have CRLF line ends, the last line too.
type Letter struct {
	From    netmail.Address
	ReplyTo netmail.Address // its Address may be empty
	Subject string          // plain text
	HTML    string          // a whole document; empty for a letter of text alone
	Text    string          // required: it says what HTML says
	Marks   Marks           // a letter that quotes anybody needs NewMarks

	List       ListID // zero for a notice, which belongs to no list
	FeedbackID string // "edition:audience:digest:sender"; may be empty
	Language   string // BCP 47; may be empty
}

// ListID names the mailing list that a letter belongs to (RFC 2919 §2, §3). The
// ID stays the same for ever; the phrase may change.
type ListID struct {
	Phrase string // for people: "Lantern Screen Weekly"
	ID     string // "weekly.lanternscreen.example", at most 255 characters
}

// header is the value of the List-ID field. The phrase alone may be encoded,
// never what stands in the brackets (RFC 2919 §3).
func (l ListID) header() (string, error) {
	text, err := oneLine(l.Phrase)
	if err != nil {
		return "", fmt.Errorf("list phrase: %w", err)
	}
	if !dotAtom(l.ID) || !strings.Contains(l.ID, ".") || len(l.ID) > 255 {
		return "", fmt.Errorf("list id %q: %w: write label.domain", l.ID, domain.ErrInvalid)
	}
	if text == "" {
		return "<" + l.ID + ">", nil
	}
	return phrase(text) + " <" + l.ID + ">", nil
}

// check returns the letter with its plain texts made fit for headers and its
// line ends made LF, or what is wrong with it.
func (l Letter) check() (Letter, error) {
	var err error
	if l.Subject, err = oneLine(l.Subject); err != nil {
		return l, fmt.Errorf("subject: %w", err)
	}
	switch {
	case l.Subject == "":
		return l, fmt.Errorf("subject: %w: empty", domain.ErrInvalid)
	case l.Text == "":
		return l, fmt.Errorf("text: %w: empty", domain.ErrInvalid)
	case strings.Contains(l.Subject, l.Marks.head()):
		return l, fmt.Errorf("subject: %w: slots belong into bodies", domain.ErrInvalid)
	case !token(l.FeedbackID) || !token(l.Language):
		return l, fmt.Errorf("feedback id or language: %w: not one printable word", domain.ErrInvalid)
	}
	for _, body := range []*string{&l.HTML, &l.Text} {
		if !utf8.ValidString(*body) || strings.ContainsRune(*body, 0) {
			return l, fmt.Errorf("body: %w: not UTF-8 text", domain.ErrInvalid)
		}
		*body = lines(*body)
	}
	return l, nil
}

// lines is text with LF line ends, the last line's among them.
func lines(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// mailboxOf makes a configured address fit for a header.
func mailboxOf(a netmail.Address) (*netmail.Address, error) {
	name, err := oneLine(a.Name)
	if err != nil {
		return nil, fmt.Errorf("name: %w", err)
	}
	box, err := parseMailbox(a.Address)
	if err != nil {
		return nil, err
	}
	box.Name = name
	return box, nil
}

// token reports whether s is one printable word, or empty.
func token(s string) bool { return printable(s) && !strings.ContainsAny(s, " <>") }

// dotAtom reports whether s is words of atom text between dots (RFC 5322 §3.2.3).
func dotAtom(s string) bool {
	before := byte('.')
	for i := range len(s) {
		b := s[i]
		switch b {
		case '(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '"':
			return false
		}
		if b <= ' ' || b > '~' || b == '.' && before == '.' {
			return false
		}
		before = b
	}
	return before != '.'
}

package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"
	"unicode"

	"marquee/internal/mail"
)

// judge says what an error before the final dot, or a reply to it, means: 5yz
// is for good, all else may go better another time. A 421 and everything that
// is no reply end the session (RFC 5321 §3.8).
func (s *session) judge(verb string, err error) *mail.SendError {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return s.lost(mail.Deferred, verb, err)
	}
	if reply.Code == 421 {
		s.drop()
	}
	status, words := splitStatus(reply.Code, reply.Msg)
	e := &mail.SendError{
		Outcome: mail.Deferred, Code: reply.Code, Enhanced: status,
		Err: fmt.Errorf("%s: %s", verb, redact(words, s.private)),
	}
	if reply.Code/100 == 5 {
		e.Outcome = mail.Rejected
	}
	return e
}

// errNonsense stands for replies that are none; their words stay out of errors.
var errNonsense = errors.New("the reply makes no sense")

// lost ends a session whose server did not reply, or not in SMTP.
func (s *session) lost(outcome mail.Outcome, verb string, err error) *mail.SendError {
	s.drop()
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		err = errNonsense
	}
	return &mail.SendError{Outcome: outcome, Err: fmt.Errorf("%s: %w", verb, err)}
}

// codeOf is the reply code in err, 0 without one.
func codeOf(err error) int {
	if sent, ok := errors.AsType[*mail.SendError](err); ok {
		return sent.Code
	}
	return 0
}

// splitStatus takes the enhanced status (RFC 2034 §4, RFC 3463 §2) from the
// front of a reply's words. Its class must be the code's.
func splitStatus(code int, words string) (status, rest string) {
	status, rest, _ = strings.Cut(words, " ")
	parts := strings.Split(status, ".")
	if len(parts) != 3 || parts[0] != strconv.Itoa(code/100) {
		return "", words
	}
	for _, part := range parts {
		if part == "" || len(part) > 3 || strings.Trim(part, "0123456789") != "" {
			return "", words
		}
	}
	return status, rest
}

// most is how much of a server's words is kept, in characters.
const most = 300

// redact makes a server's words fit for logs: one line, printable, not endless,
// without anything that looks like an address and without person, an address or
// a login, of which the local part alone counts too.
func redact(words, person string) string {
	name, _, _ := strings.Cut(person, "@")
	kept := strings.Fields(strings.Map(printableRune, words))
	for i, word := range kept {
		if strings.ContainsRune(word, '@') || strings.Contains(strings.ToLower(word), "%40") || mentions(word, name) {
			kept[i] = "<address>"
		}
	}
	text := []rune(strings.Join(kept, " "))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// mentions reports whether word is name, whatever punctuation surrounds it.
// Shorter names than three letters are taken for chance.
func mentions(word, name string) bool {
	word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return len(name) >= 3 && strings.EqualFold(word, name)
}

func printableRune(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

package smtp

import (
	"errors"
	"fmt"

	"marquee/internal/mail"
)

// letter is one message on its way through a window.
type letter struct {
	from, to string
	utf8     bool
	content  [][]byte
	size     int

	begun   bool            // its opening is being answered, or was
	reset   bool            // it begins with RSET
	last    command         // what ends it: dot or bdat
	end     int64           // where it ends in all that was ever said; 0 until then
	refused *mail.SendError // by the first reply that was a refusal

	judged  bool
	outcome error // nil once judged: the server took responsibility
}

// errNoUTF8 is for addresses that only SMTPUTF8 can carry (RFC 6531 §3.2).
var errNoUTF8 = errors.New("the address needs SMTPUTF8, which is not to be had")

// newLetter is a message as commands need it. What cannot be said to the server
// is judged at once.
func newLetter(m mail.Message, o offers) letter {
	l := letter{content: m.Content, size: m.Size()}
	var beyond bool
	var err error
	if l.from, beyond, err = mail.Mailbox(m.From); beyond {
		err = errNoUTF8
	}
	if err != nil {
		l.judge(&mail.SendError{Outcome: mail.Rejected, Command: string(mailFrom), Err: fmt.Errorf("sender: %w", err)})
		return l
	}
	if l.to, beyond, err = mail.Mailbox(m.To); err != nil { // RFC 3463 §3.2: bad mailbox address syntax
		l.judge(&mail.SendError{Outcome: mail.Rejected, Command: string(rcptTo), Enhanced: "5.1.3", Err: fmt.Errorf("recipient: %w", err)})
		return l
	}
	if l.utf8 = m.UTF8 || beyond; l.utf8 && !o.utf8 {
		l.judge(&mail.SendError{Outcome: mail.Rejected, Command: string(rcptTo), Enhanced: "5.6.7", Err: errNoUTF8})
	}
	return l
}

// opensWith reports whether c comes before the letter's content.
func (l *letter) opensWith(c command) bool {
	return c == rset && l.reset || c == mailFrom || c == rcptTo || c == data && l.last == dot
}

// judge says what became of the letter. The first judgement stands.
func (l *letter) judge(outcome error) {
	if !l.judged {
		l.judged, l.outcome = true, outcome
	}
}

// withhold judges that the letter was kept back.
func (l *letter) withhold(why error) {
	l.judge(&mail.SendError{Outcome: mail.Withheld, Err: why})
}

// refuse keeps why a reply refused the letter. The first refusal stands.
func (l *letter) refuse(why *mail.SendError) {
	if l.refused == nil {
		l.refused = why
	}
}

// lost judges a letter that got no answer.
func (l *letter) lost(outcome mail.Outcome, at command, why error) {
	l.judge(&mail.SendError{Outcome: outcome, Command: string(at), Err: fmt.Errorf("%s: %w", at, why)})
}

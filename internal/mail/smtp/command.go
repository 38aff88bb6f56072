package smtp

import "time"

// command is one thing that is said to a server and answered by it. The dot ends
// what DATA began.
type command string

const (
	rset     command = "RSET"
	mailFrom command = "MAIL"
	rcptTo   command = "RCPT"
	data     command = "DATA"
	dot      command = "dot"
	bdat     command = "BDAT"
	quit     command = "QUIT"
)

// wants is the class of reply that lets the conversation go on. Only 250 or 251
// are foreseen for most commands, but all of 2yz is success (RFC 5321 §4.2.1).
func (c command) wants() int {
	if c == data {
		return 3
	}
	return 2
}

// of is how long the reply to a command is waited for.
func (l limits) of(c command) time.Duration {
	switch c {
	case data:
		return l.data
	case dot, bdat:
		return l.dot
	case quit:
		return l.quit
	case rset, mailFrom, rcptTo:
	}
	return l.command
}

// say puts a command without arguments into the outbox. The dot stands at the
// start of a line, since every message ends one.
func (s *session) say(c command) {
	if c == dot {
		c = "."
	}
	s.out.say(string(c))
	s.endLine()
}

// endLine ends a command.
func (s *session) endLine() {
	s.out.say("\r\n")
	s.asked++
}

// sayMail begins a transaction.
func (s *session) sayMail(l *letter) {
	s.out.say("MAIL FROM:<")
	s.out.say(l.from)
	s.out.say(">")
	if s.offers.size { // RFC 1870 §6
		s.out.say(" SIZE=")
		s.out.sayNumber(l.size)
	}
	if l.utf8 { // RFC 6531 §3.4, RFC 6152 §2
		s.out.say(" BODY=8BITMIME SMTPUTF8")
	}
	s.endLine()
	s.open = true
}

// sayRcpt names the recipient.
func (s *session) sayRcpt(l *letter) {
	s.out.say("RCPT TO:<")
	s.out.say(l.to)
	s.out.say(">")
	s.endLine()
}

// sayChunk is the whole message as its only chunk (RFC 3030 §2).
func (s *session) sayChunk(l *letter) {
	s.out.say("BDAT ")
	s.out.sayNumber(l.size)
	s.out.say(" LAST")
	s.endLine()
	s.out.put(l.content)
}

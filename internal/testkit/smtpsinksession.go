package testkit

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
)

// sinkSession is one client's conversation with a Sink.
type sinkSession struct {
	*Sink
	in  *bufio.Reader
	out *sinkReplies

	message  int    // how many were begun
	from, to string // of the message that was begun
	head     []byte // the beginning of its content, or all of it
	size     int
}

// headSize is how much of a message is searched for its Message-ID.
const headSize = 8 << 10

func newSinkSession(s *Sink, conn net.Conn) *sinkSession {
	out := newSinkReplies(conn, s.cfg.RTT)
	var heard io.Reader = &sinkHearing{conn: conn, out: out}
	if s.cfg.Heard != nil {
		heard = io.TeeReader(heard, s.cfg.Heard)
	}
	return &sinkSession{Sink: s, in: bufio.NewReaderSize(heard, 128<<10), out: out}
}

// serve holds the conversation to its end.
func (s *sinkSession) serve() {
	defer s.out.close()
	if !s.reply("connect", "220 sink.example ESMTP") {
		return
	}
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		if !s.obey(strings.ToUpper(verb), rest) {
			return
		}
	}
}

// obey does what a command says and reports whether the conversation goes on.
func (s *sinkSession) obey(verb, rest string) bool {
	switch verb {
	case "EHLO":
		return s.reply(verb, s.greeting)
	case "HELO", "NOOP":
		return s.reply(verb, "250 sink.example")
	case "MAIL":
		return s.mail(rest)
	case "RCPT":
		return s.rcpt(rest)
	case "DATA":
		return s.data()
	case "BDAT":
		return s.bdat(rest)
	case "RSET":
		s.from, s.to = "", ""
		return s.reply(verb, "250 2.0.0 Flushed")
	case "QUIT":
		s.reply(verb, "221 2.0.0 Bye")
		return false
	}
	return s.reply(verb, "500 5.5.2 Unknown command")
}

func (s *sinkSession) mail(rest string) bool {
	if s.from != "" {
		return s.reply("MAIL", "503 5.5.1 Nested MAIL command")
	}
	s.message++
	s.from, s.to = pathIn(rest), ""
	return s.transact("MAIL", "250 2.1.0 Sender ok", func() { s.from = "" })
}

func (s *sinkSession) rcpt(rest string) bool {
	if s.from == "" {
		return s.reply("RCPT", "503 5.5.1 Need MAIL before RCPT")
	}
	s.to = pathIn(rest)
	return s.transact("RCPT", "250 2.1.5 Recipient ok", func() { s.to = "" })
}

func (s *sinkSession) data() bool {
	if s.to == "" {
		return s.reply("DATA", "554 5.5.1 No valid recipients")
	}
	a := s.answer(s.command("DATA"))
	if !s.act(a, "354 Go ahead") {
		return false
	}
	if refusal(a) || !strings.HasPrefix(orUsual(a, "354"), "3") {
		return true
	}
	if a.Do == SinkDropInside {
		_, _ = s.in.Peek(1)
		return false
	}
	if !s.readDotted() {
		return false
	}
	return s.end("dot")
}

func (s *sinkSession) bdat(rest string) bool {
	count, last, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return s.reply("BDAT", "501 5.5.4 Bad chunk size")
	}
	if s.to == "" {
		if _, err := s.in.Discard(n); err != nil {
			return false
		}
		return s.reply("BDAT", "554 5.5.1 No valid recipients")
	}
	if !s.readCounted(n) {
		return false
	}
	if !strings.EqualFold(last, "LAST") {
		return s.reply("BDAT", "250 2.0.0 Continue")
	}
	return s.end("BDAT")
}

// end answers the end of a message.
func (s *sinkSession) end(verb string) bool {
	a := s.answer(s.command(verb))
	if !refusal(a) {
		s.take(s.taken())
	}
	s.from, s.to, s.head, s.size = "", "", s.head[:0], 0
	return s.act(a, "250 2.0.0 Taken")
}

// taken is the message that has just ended.
func (s *sinkSession) taken() SinkMessage {
	m := SinkMessage{From: s.from, To: s.to, MessageID: messageID(s.head), Size: s.size}
	if s.cfg.Keep {
		m.Content = bytes.Clone(s.head)
	}
	return m
}

// transact answers a command of a transaction; undo is for when it is refused.
func (s *sinkSession) transact(verb, usual string, undo func()) bool {
	a := s.answer(s.command(verb))
	if refusal(a) {
		undo()
	}
	return s.act(a, usual)
}

func (s *sinkSession) reply(verb, usual string) bool { return s.act(s.answer(s.command(verb)), usual) }

func (s *sinkSession) command(verb string) SinkCommand {
	return SinkCommand{Verb: verb, From: s.from, To: s.to, Message: s.message}
}

// act does what an answer says and reports whether the conversation goes on.
func (s *sinkSession) act(a SinkAnswer, usual string) bool {
	switch a.Do {
	case SinkDrop:
		return false
	case SinkHang:
		s.out.flush()
		<-s.closed
		return false
	case SinkWithhold:
		return true
	case SinkGoOn, SinkPart, SinkDropInside:
	}
	s.out.add(orUsual(a, usual))
	return a.Do != SinkPart
}

func orUsual(a SinkAnswer, usual string) string {
	if a.Say == "" {
		return usual
	}
	return a.Say
}

func refusal(a SinkAnswer) bool { return a.Say != "" && a.Say[0] != '2' && a.Say[0] != '3' }

// pathIn is the address in "FROM:<address> SIZE=1".
func pathIn(rest string) string {
	_, after, _ := strings.Cut(rest, "<")
	if end := strings.LastIndexByte(after, '>'); end >= 0 {
		return after[:end]
	}
	return after
}

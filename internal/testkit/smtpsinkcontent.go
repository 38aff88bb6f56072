package testkit

import (
	"bytes"
	"strings"
)

// The end of what DATA began, and how much of it may have come when the rest has
// not.
const (
	dotEnd     = "\r\n.\r\n"
	dotPartial = len(dotEnd) - 1
)

// readDotted reads a message up to its dot and reports whether it came.
func (s *sinkSession) readDotted() bool {
	if start, err := s.in.Peek(3); err != nil {
		return false
	} else if string(start) == ".\r\n" { // a message of no lines
		_, err = s.in.Discard(3)
		return err == nil
	}
	for {
		if _, err := s.in.Peek(len(dotEnd)); err != nil {
			return false
		}
		buffered, _ := s.in.Peek(s.in.Buffered()) // all there
		end := bytes.Index(buffered, []byte(dotEnd))
		if end >= 0 {
			s.keep(buffered[:end+2])
			_, _ = s.in.Discard(end + len(dotEnd)) // buffered
			s.unstuff()
			return true
		}
		whole := len(buffered) - dotPartial
		s.keep(buffered[:whole])
		_, _ = s.in.Discard(whole) // buffered
	}
}

// readCounted reads n bytes and reports whether they came.
func (s *sinkSession) readCounted(n int) bool {
	for n > 0 {
		if _, err := s.in.Peek(1); err != nil {
			return false
		}
		chunk, _ := s.in.Peek(min(n, s.in.Buffered())) // all there
		s.keep(chunk)
		n -= len(chunk)
		_, _ = s.in.Discard(len(chunk)) // buffered
	}
	return true
}

// keep adds to what is kept of the message.
func (s *sinkSession) keep(content []byte) {
	s.size += len(content)
	if !s.cfg.Keep {
		content = content[:max(0, min(len(content), headSize-len(s.head)))]
	}
	s.head = append(s.head, content...)
}

// unstuff undoes dot-stuffing (RFC 5321 §4.5.2) in what is kept.
func (s *sinkSession) unstuff() {
	if !s.cfg.Keep {
		return
	}
	s.head = bytes.ReplaceAll(s.head, []byte("\r\n."), []byte("\r\n"))
	s.head = bytes.TrimPrefix(s.head, []byte("."))
	s.size = len(s.head)
}

// messageID is the Message-ID field's value in a message's head, without angle
// brackets.
func messageID(head []byte) string {
	const name = "message-id:"
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 {
			return ""
		}
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			return strings.Trim(string(line[len(name):]), "<> \r\n")
		}
	}
	return ""
}

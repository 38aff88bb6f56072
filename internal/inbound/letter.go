package inbound

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
)

// letter is what is asked of a mail: who might have sent it. Its text is read
// past.
type letter struct {
	noSender bool   // the envelope's sender is null, as bounces have it
	list     bool   // it has a List-Id
	auto     string // first word of Auto-Submitted, in lower case
	report   string // report-type of a multipart/report, in lower case
}

// unasked is why a mail is nobody's wish to unsubscribe, "" if it may be one.
//
// People's mail programs and their providers send such mail, the latter often
// marked as auto-generated (RFC 3834 §5) or as a report of abuse: that is a wish
// all the same. What answers or informs by itself is none.
func (l letter) unasked() string {
	switch {
	case l.noSender:
		return "null sender"
	case l.auto == "auto-replied", l.auto == "auto-notified":
		return "automatic answer"
	case l.report == "delivery-status", l.report == "disposition-notification":
		return "report of delivery"
	case l.list:
		return "mailing list"
	}
	return ""
}

const (
	maxHeader = 256 << 10 // what comes later is taken for text
	maxField  = 1 << 10   // as much of a field is looked at
)

// read reads a mail to its end. Its header may be as broken as it likes.
func (l *letter) read(r io.Reader) error {
	br := bufio.NewReader(r)
	err := l.header(br)
	if err == nil {
		_, err = io.Copy(io.Discard, br)
	}
	if errors.Is(err, io.EOF) { // there is nothing but a header
		return nil
	}
	return err
}

// header reads fields up to the empty line, piece by piece: a line may be long.
func (l *letter) header(br *bufio.Reader) error {
	var field []byte
	defer func() { l.field(field) }()
	starts := true // the next piece starts a line
	for size := 0; size < maxHeader; {
		piece, err := br.ReadSlice('\n')
		size += len(piece)
		if starts && !bytes.HasPrefix(piece, []byte(" ")) && !bytes.HasPrefix(piece, []byte("\t")) {
			l.field(field)
			field = field[:0]
		}
		if starts && len(bytes.TrimRight(piece, "\r\n")) == 0 {
			return err
		}
		field = append(field, piece[:min(len(piece), maxField-len(field))]...)
		starts = err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
	return nil
}

// field looks at one field, folded or not.
func (l *letter) field(text []byte) {
	name, value, _ := strings.Cut(string(text), ":")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "auto-submitted":
		l.auto = firstWord(value)
	case "list-id":
		l.list = strings.TrimSpace(value) != ""
	case "content-type":
		kind, params, err := mime.ParseMediaType(strings.Join(strings.Fields(value), " "))
		if err == nil && kind == "multipart/report" {
			l.report = strings.ToLower(params["report-type"])
		}
	}
}

// firstWord is a field's value without parameters and comments.
func firstWord(value string) string {
	words := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t\r\n;(", r) })
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

package smtp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"marquee/internal/mail"
)

// reply is what a server says to a command (RFC 5321 §4.2).
type reply struct {
	code int
	text []byte // the words of refusals, lines separated by LF; good until the next reply
}

// class is the first digit of the code.
func (r reply) class() int { return r.code / 100 }

// What a server's words take up at most. A line may have 512 bytes (RFC 5321
// §4.5.3.1.5); one that does not fit the reader's buffer is too long for us.
const (
	maxLines = 128
	maxWords = 2048 // kept of a refusal
)

var (
	// errNonsense stands for replies that are none; their words stay out of errors.
	errNonsense = errors.New("the reply makes no sense")
	// errHungUp is for connections that end without a word.
	errHungUp = errors.New("the server hung up")
	// errSilent is for servers that do not answer in time.
	errSilent = errors.New("no answer in time")
)

// replyReader reads replies.
type replyReader struct {
	*bufio.Reader
	words []byte
}

// ready reports whether the next line is there already.
func (r *replyReader) ready() bool {
	buffered, _ := r.Peek(r.Buffered()) // all there
	return bytes.IndexByte(buffered, '\n') >= 0
}

// next reads one reply. Its error is errNonsense when what comes is none, else
// the connection's.
func (r *replyReader) next() (reply, error) {
	r.words = r.words[:0]
	first := 0
	for range maxLines {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull), errors.Is(err, io.EOF) && len(line) > 0:
			return reply{}, errNonsense
		case err != nil:
			return reply{}, err
		}
		code, words, last := parseLine(line)
		if code == 0 || first != 0 && code != first {
			return reply{}, errNonsense
		}
		first = code
		if code >= 400 {
			r.keep(words)
		}
		if last {
			return reply{code, r.words}, nil
		}
	}
	return reply{}, errNonsense
}

// keep adds a line's words to the reply's.
func (r *replyReader) keep(words []byte) {
	if len(r.words) > 0 {
		r.words = append(r.words, '\n')
	}
	r.words = append(r.words, words[:max(0, min(len(words), maxWords-len(r.words)))]...)
}

// parseLine takes a line of a reply apart; code is 0 when it is none. A bare LF
// may end it, and nothing may follow the code.
func parseLine(line []byte) (code int, words []byte, last bool) {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !digit(line[1]) || !digit(line[2]) {
		return 0, nil, false
	}
	code = 100*int(line[0]-'0') + 10*int(line[1]-'0') + int(line[2]-'0')
	if len(line) == 3 {
		return code, nil, true
	}
	if line[3] != ' ' && line[3] != '-' {
		return 0, nil, false
	}
	return code, line[4:], line[3] == ' '
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

// refusal is what a reply that is no success means: 5yz is for good, all else may
// go better another time. What it says of person is left out.
func refusal(command string, r reply, person string) *mail.SendError {
	status, words := splitStatus(r.code, string(r.text))
	e := &mail.SendError{
		Outcome: mail.Deferred, Command: command, Code: r.code, Enhanced: status,
		Err: fmt.Errorf("%s: %s", command, redact(words, person)),
	}
	if r.class() == 5 {
		e.Outcome = mail.Rejected
	}
	return e
}

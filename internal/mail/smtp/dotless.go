package smtp

import (
	"bytes"
	"errors"
)

// errDotted is for messages that are not as mail.Message promises. Under DATA,
// their rest could be taken for commands.
var errDotted = errors.New("a line of the message starts with a dot, or its last line has no end")

// dotless keeps mail.Message's promise for DATA: no line starts with a dot, which
// makes dot-stuffing (RFC 5321 §4.5.2) needless. Long pieces, which messages
// share, are looked through once: nobody may write to them.
type dotless struct {
	known map[*byte]int // how much of a long piece is known to hold
}

const (
	longPiece = 2 << 10
	mostKnown = 64
)

// holds reports whether a message can be sent as it is.
func (d *dotless) holds(content [][]byte) bool {
	const crlf = "\r\n"
	var end [len(crlf)]byte // of what came before
	copy(end[:], crlf)
	for _, piece := range content {
		if len(piece) == 0 {
			continue
		}
		if end[1] == '\n' && piece[0] == '.' || !d.knows(piece) {
			return false
		}
		if tail := piece[max(0, len(piece)-len(end)):]; len(tail) == len(end) {
			copy(end[:], tail)
		} else {
			end[0], end[1] = end[1], tail[0]
		}
	}
	return string(end[:]) == crlf
}

// knows reports whether no line that begins within piece starts with a dot.
func (d *dotless) knows(piece []byte) bool {
	if len(piece) >= longPiece && d.known[&piece[0]] >= len(piece) {
		return true
	}
	if bytes.Contains(piece, []byte("\n.")) {
		return false
	}
	if len(piece) >= longPiece {
		if d.known == nil || len(d.known) >= mostKnown {
			d.known = map[*byte]int{}
		}
		d.known[&piece[0]] = len(piece)
	}
	return true
}

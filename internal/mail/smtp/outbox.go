package smtp

import (
	"bufio"
	"net"
	"strconv"
)

// strokeSize is how much goes out under one deadline, and blockSize how much goes
// through TLS at once: four full records.
const (
	strokeSize = 256 << 10
	blockSize  = 64 << 10
)

// outbox gathers what is to be said, commands and messages, and hands it to the
// connection in few and large strokes. A message's pieces are never copied,
// unless TLS does.
type outbox struct {
	stream

	pieces net.Buffers
	words  []byte // commands; those up to sealed are in pieces
	sealed int
	said   int64 // bytes that were ever put in
	sent   int64 // of them, those that the connection took
}

// say puts a command in, or a part of it.
func (o *outbox) say(words string) {
	o.words = append(o.words, words...)
	o.said += int64(len(words))
}

// sayNumber puts a number in.
func (o *outbox) sayNumber(n int) {
	before := len(o.words)
	o.words = strconv.AppendInt(o.words, int64(n), 10)
	o.said += int64(len(o.words) - before)
}

// put puts a message in.
func (o *outbox) put(content [][]byte) {
	o.seal()
	for _, piece := range content {
		o.pieces = append(o.pieces, piece)
		o.said += int64(len(piece))
	}
}

// seal makes a piece of the commands that are in none yet.
func (o *outbox) seal() {
	if o.sealed < len(o.words) {
		o.pieces = append(o.pieces, o.words[o.sealed:])
		o.sealed = len(o.words)
	}
}

// flush hands everything to the connection, stroke by stroke while ready lets it.
// Afterwards, even after an error, sent is right and the outbox empty.
func (o *outbox) flush(ready func() error) error {
	o.seal()
	var err error
	for rest := o.pieces; len(rest) > 0 && err == nil; {
		var stroke net.Buffers
		stroke, rest = cutStroke(rest)
		if err = ready(); err == nil {
			var n int64
			n, err = o.write(&stroke)
			o.sent += n
		}
	}
	clear(o.pieces)
	o.pieces, o.words, o.sealed = o.pieces[:0], o.words[:0], 0
	return err
}

// cutStroke divides pieces so that the first part makes one stroke.
func cutStroke(pieces net.Buffers) (stroke, rest net.Buffers) {
	size := 0
	for i, piece := range pieces {
		if size += len(piece); size >= strokeSize {
			return pieces[:i+1], pieces[i+1:]
		}
	}
	return pieces, nil
}

// stream is the writing end of a connection.
type stream interface {
	// write writes all pieces and returns how many bytes of them went out.
	write(pieces *net.Buffers) (int64, error)
}

// clearStream writes to a connection as it is: many pieces with one system call.
type clearStream struct{ net.Conn }

func (s clearStream) write(pieces *net.Buffers) (int64, error) { return pieces.WriteTo(s.Conn) }

// tlsStream writes to TLS in blocks that make full records.
type tlsStream struct {
	blocks *bufio.Writer
	below  *counter
}

// newTLSStream writes to w, which leads to a TLS connection.
func newTLSStream(w *bufio.Writer) tlsStream {
	below := &counter{w: w}
	return tlsStream{bufio.NewWriterSize(below, blockSize), below}
}

func (s tlsStream) write(pieces *net.Buffers) (int64, error) {
	before := s.below.count
	_, err := pieces.WriteTo(s.blocks)
	if err == nil {
		err = s.blocks.Flush()
	}
	return s.below.count - before, err
}

// counter counts what went through a bufio.Writer, and keeps nothing in it.
type counter struct {
	w     *bufio.Writer
	count int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err == nil {
		err = c.w.Flush()
	}
	n = max(0, n-c.w.Buffered())
	c.count += int64(n)
	return n, err
}

package bounce

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"

	"marquee/internal/charset"
)

const (
	maxText   = 64 << 10 // as much of a part is kept, before it is decoded
	maxParts  = 16       // as many texts are kept, and as many reports
	maxDepth  = 8        // of messages within messages
	maxNested = 32       // multiparts that are open at once
)

// Read reads a mail to its end, line by line: what it keeps has a bound, however
// large the mail is. The mail may be as broken as it likes; the only errors are
// those of r. noSender says that the envelope had a null sender, as bounces do.
func Read(r io.Reader, noSender bool) (*Mail, error) {
	w := &walker{mail: &Mail{noSender: noSender}, part: &part{}, inHeader: true}
	in := bufio.NewReaderSize(r, 16<<10)
	for starts := true; ; {
		piece, err := in.ReadSlice('\n')
		if len(piece) > 0 || err == nil {
			w.line(piece, starts)
		}
		starts = err == nil
		if errors.Is(err, io.EOF) {
			w.end()
			return w.mail, nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("read mail: %w", err)
		}
	}
}

// walker goes through a mail. It knows where it is by the boundaries of the
// multiparts around it; one that is missing is made up for by the next outer one.
type walker struct {
	mail     *Mail
	open     []multipart // outermost first
	depth    int         // messages around the part in hand
	part     *part
	inHeader bool
	header   headerReader
}

type multipart struct {
	boundary string
	depth    int // of the message that it is in
}

// part is what is kept of one.
type part struct {
	header header
	kind   string
	keep   func(text string) // what is done with its text; nil passes it over
	text   []byte
	head   bool // its header is a message's
}

// line takes a line, or a piece of one that does not start there.
func (w *walker) line(piece []byte, starts bool) {
	text := bytes.TrimRight(piece, "\r\n")
	switch {
	case starts && w.boundary(text):
	case w.inHeader && starts:
		if w.header.line(text) {
			w.begin()
		}
	case w.inHeader:
		w.header.more(text)
	case w.part.keep != nil:
		w.part.text = append(w.part.text, piece[:min(len(piece), maxText-len(w.part.text))]...)
	}
}

// boundary reports whether a line is one, and goes where it leads (RFC 2046
// §5.1.1).
func (w *walker) boundary(text []byte) bool {
	rest, ok := bytes.CutPrefix(text, []byte("--"))
	if !ok {
		return false
	}
	rest = bytes.TrimRight(rest, " \t")
	for i := range slices.Backward(w.open) {
		after, ok := bytes.CutPrefix(rest, []byte(w.open[i].boundary))
		if !ok || len(after) > 0 && string(after) != "--" {
			continue
		}
		w.end()
		w.depth = w.open[i].depth
		w.part = &part{}
		w.inHeader, w.header = len(after) == 0, headerReader{}
		w.open = w.open[:i+1]
		if !w.inHeader {
			w.open = w.open[:i]
		}
		return true
	}
	return false
}

// end ends the part in hand.
func (w *walker) end() {
	if w.inHeader {
		w.begin()
	}
	if w.part.keep != nil {
		w.part.keep(decoded(w.part.header, w.part.text))
	}
	w.part = &part{}
}

// begin begins the text below a header.
func (w *walker) begin() {
	w.header.flush()
	fields, top := w.header.fields, w.mail.header == nil
	w.inHeader, w.header = false, headerReader{}
	w.part.header = fields
	if top {
		w.mail.header = header{}
		if fields != nil {
			w.mail.header = fields
		}
		w.mail.noSender = w.mail.noSender || fields.first("return-path") == "<>" // RFC 5321 §4.4
	} else if w.part.head {
		w.mail.quote(fields, w.depth)
	}
	kind, params := mediaType(fields.first("content-type"))
	w.part.kind = kind
	if top || w.part.head {
		w.mail.reported(kind, params, w.depth)
	}
	w.content(kind, params)
}

// content decides what becomes of a part's text.
func (w *walker) content(kind string, params map[string]string) {
	m, depth := w.mail, w.depth
	switch kind {
	case "message/rfc822", "message/global", "message/news":
		w.message()
	case "message/delivery-status", "message/global-delivery-status": // RFC 3464 §2.1, RFC 6533 §3
		w.part.keep = func(text string) { m.addStatus(text, depth) }
	case "message/feedback-report": // RFC 5965 §2
		w.part.keep = func(text string) { m.addFeedback(text, depth) }
	case "message/disposition-notification":
		w.part.keep = func(string) { m.receipt = true }
	case "text/rfc822-headers", "message/global-headers": // RFC 6522 §4, RFC 6533 §4
		w.part.keep = func(text string) {
			if groups := parseFields(text); len(groups) > 0 {
				m.quote(groups[0], depth+1)
			}
		}
	case "text/plain", "text", "":
		if depth == 0 {
			w.part.keep = m.addText
		}
	case "text/html":
		if depth == 0 {
			w.part.keep = m.addHTML
		}
	default:
		w.multipart(kind, params["boundary"])
	}
}

// message begins the header of a message within the message.
func (w *walker) message() {
	if w.depth >= maxDepth {
		return
	}
	w.depth++
	w.part = &part{head: true}
	w.inHeader = true
}

// multipart opens one. Without a boundary it is taken for a text.
func (w *walker) multipart(kind, boundary string) {
	if !strings.HasPrefix(kind, "multipart/") {
		return
	}
	if boundary == "" && w.depth == 0 {
		w.part.keep = w.mail.addText
		return
	}
	if boundary != "" && len(w.open) < maxNested {
		w.open = append(w.open, multipart{boundary, w.depth})
	}
}

// decoded is a part's text in UTF-8, as far as its encoding can be followed.
func decoded(fields header, raw []byte) string {
	var in io.Reader
	switch fields.word("content-transfer-encoding") {
	case "base64":
		in = base64.NewDecoder(base64.StdEncoding, &alphabet{raw})
	case "quoted-printable":
		in = quotedprintable.NewReader(bytes.NewReader(raw))
	default:
		in = bytes.NewReader(raw)
	}
	text, _ := io.ReadAll(in) // what is broken, or was cut off, ends there
	return charset.Decode(text, fields.first("content-type"))
}

// alphabet reads what may be base64 of a text.
type alphabet struct{ raw []byte }

func (a *alphabet) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && len(a.raw) > 0 {
		c := a.raw[0]
		a.raw = a.raw[1:]
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '+' || c == '/' || c == '=' {
			p[n] = c
			n++
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

package markdown

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark"

	"marquee/internal/domain"
	"marquee/internal/picks"
	"marquee/internal/source"
)

const (
	// maxSize keeps a piece within what a person writes.
	maxSize = 1 << 20
	// maxNesting is how many quotes and lists may begin on one line. Goldmark's
	// time grows with the square of it.
	maxNesting = 50
	// maxBrackets is how many may open, as each link does; their time grows likewise.
	maxBrackets = 5000
)

// page is one file: what it says, and what is wrong with it.
type page struct {
	notes
	file  file
	guid  string
	sum   string // of the text
	raw   source.Raw
	draft bool
}

// readPage reads one file. What goes wrong is noted on the page.
func (r *Reader) readPage(fsys fs.FS, f file, stable bool) *page {
	p := &page{file: f, guid: f.guid()}
	switch {
	case f.absent:
		p.wrongf(0, "the cloud service keeps only a placeholder here: download the file")
	case !stable:
		p.wrongf(0, "still being written: it is read next time")
	case f.size > maxSize:
		p.wrongf(0, "%d KB is too large: a piece has at most %d KB", f.size>>10, maxSize>>10)
	default:
		text, err := load(fsys, f.path)
		if err != nil {
			p.wrongf(0, "%v", err)
			return p
		}
		sum := sha256.Sum256(text)
		p.sum = hex.EncodeToString(sum[:8])
		r.parse(p, text)
	}
	return p
}

func load(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("it grew beyond %d KB while it was read", maxSize>>10)
	}
	return text, err
}

// parse fills the page from the text of its file.
func (r *Reader) parse(p *page, text []byte) {
	text = plainLines(text)
	if wrong := unreadable(text); wrong != nil {
		p.wrong = append(p.wrong, *wrong)
		return
	}
	front, body, wrong := split(text)
	if wrong != nil {
		p.wrong = append(p.wrong, *wrong)
		return
	}
	w := writer{notes: &p.notes, base: r.base, zone: r.zone(), prose: r.prose, films: r.films}
	fields := w.frontMatter(front)
	if len(p.wrong) > 0 {
		return // it cannot be known whether this is a draft
	}
	if p.draft = fields.truth("draft"); p.draft {
		return
	}
	p.raw = w.piece(p, fields, body, r.kind)
	fields.warnUnknown()
	p.inOrder()
}

func (r *Reader) zone() *time.Location {
	if r.env.Zone == nil {
		return time.UTC
	}
	return r.env.Zone
}

// writer turns what one file says into a piece.
type writer struct {
	*notes
	base  *url.URL
	zone  *time.Location
	prose goldmark.Markdown
	films *picks.Reader
	day   domain.Date // of the issue; set while its picks are read
}

// plainLines takes the byte order mark away and ends every line with "\n".
func plainLines(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// unreadable finds what no later step should be given.
func unreadable(text []byte) *note {
	n, brackets := 0, 0
	for line := range bytes.Lines(text) {
		n++
		brackets += bytes.Count(line, []byte("["))
		switch {
		case !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0:
			return &note{n, "this is not UTF-8 text: save the file as UTF-8"}
		case nesting(line) > maxNesting:
			return &note{n, "too many quotes or lists within each other"}
		case brackets > maxBrackets:
			return &note{n, "too many links or square brackets"}
		}
	}
	return nil
}

// nesting counts the quotes and lists that a line is in, by what begins on it and
// by how far it is indented.
func nesting(line []byte) int {
	s := strings.TrimLeft(string(line), " \t")
	rest, ok := opened(s)
	if !ok {
		return 0
	}
	depth := 1 + (len(line)-len(s))/2
	for ok {
		rest, ok = opened(strings.TrimLeft(rest, " \t"))
		depth++
	}
	return depth
}

// opened takes the mark of a quote or a list off s.
func opened(s string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, ">"); ok {
		return rest, true
	}
	mark := strings.TrimLeft(s, "0123456789")
	if len(mark) < 2 || mark[1] != ' ' && mark[1] != '\t' {
		return s, false
	}
	numbered := len(mark) < len(s)
	return mark[2:], numbered && strings.IndexByte(".)", mark[0]) >= 0 || !numbered && strings.IndexByte("-+*", mark[0]) >= 0
}

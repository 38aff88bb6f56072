package dkim

import "hash"

const crlf = "\r\n"

// gap is white space between two visible octets of a body, as far as relaxed
// canonicalisation tells gaps apart (RFC 6376 §3.4.4): line breaks, and whether
// there are spaces or tabs after the last.
type gap struct {
	lines int
	space bool
}

// then is the gap that g and what follows it make. White space before a line
// break does not count.
func (g gap) then(next gap) gap {
	if next.lines > 0 {
		return gap{g.lines + next.lines, next.space}
	}
	return gap{g.lines, g.space || next.space}
}

func (g gap) append(dst []byte) []byte {
	for range g.lines {
		dst = append(dst, crlf...)
	}
	if g.space {
		dst = append(dst, ' ')
	}
	return dst
}

// part is a canonical stretch of a body. What its outer gaps come to depends on
// what stands beside it.
type part struct {
	before gap    // all of it when nothing is visible
	core   []byte // from the first visible octet to the last
	after  gap
}

// relax is text as a part, its core appended to dst, which is empty.
func relax(dst, text []byte) part {
	p := part{core: dst}
	var g gap
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t':
			g.space = true
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			g = gap{lines: g.lines + 1}
			i++
		case len(p.core) == 0:
			p.before, p.core, g = g, append(p.core, c), gap{}
		default:
			p.core, g = append(g.append(p.core), c), gap{}
		}
	}
	if len(p.core) == 0 {
		return part{before: g}
	}
	p.after = g
	return p
}

// digest hashes a body as its parts come.
type digest struct {
	hash    hash.Hash
	gap     gap  // since the last visible octet
	visible bool // there was one
	room    [8]byte
}

func (d *digest) add(p part) {
	d.gap = d.gap.then(p.before)
	if len(p.core) == 0 {
		return
	}
	d.hash.Write(d.gap.append(d.room[:0]))
	d.hash.Write(p.core)
	d.gap, d.visible = p.after, true
}

// sum ends the body: empty lines at its end do not count, the last line has an
// end, and a body without anything visible is empty.
func (d *digest) sum() (sum [32]byte) {
	if d.visible {
		d.hash.Write(gap{lines: 1}.append(d.room[:0]))
	}
	d.hash.Sum(sum[:0])
	return sum
}

// appendRelaxed writes a header field without its end (RFC 6376 §3.4.2): the
// name in small letters, the value unfolded, white space between its words one
// space each and none around it.
func appendRelaxed(dst []byte, f field) []byte {
	for _, c := range []byte(f.name) {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	dst = append(dst, ':')
	start, space := len(dst), false
	for _, c := range f.value {
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			space = true
		case space && len(dst) > start:
			dst, space = append(dst, ' ', c), false
		default:
			dst, space = append(dst, c), false
		}
	}
	return dst
}

package mail

import (
	"bytes"
	"strings"
)

// cut is a place in a form's body where each copy has a value.
type cut struct {
	slot Slot
	part part
}

// cutter takes the marks out of a composed body.
type cutter struct {
	head   string // of every mark
	htmlAt int    // where in the body the HTML part begins
}

// cut divides body at its marks: between each two pieces there is one cut. Every
// cut stands at the start of a line and before a line break, soft or hard, so
// that a value can be encoded without looking around it. The pieces are guarded.
func (c cutter) cut(body []byte) (pieces [][]byte, cuts []cut) {
	var piece []byte
	for at := 0; ; {
		m, ok := c.next(body[at:])
		if !ok {
			return append(pieces, guard(piece, body[at:])), cuts
		}
		piece = guard(piece, body[at:at+m.start])
		if !bytes.HasSuffix(piece, []byte(lineEnd)) {
			piece = append(piece, softBreak...)
		}
		where := textPart
		if at+m.start >= c.htmlAt {
			where = htmlPart
		}
		pieces, cuts = append(pieces, piece), append(cuts, cut{m.slot, where})
		at += m.end
		piece = nil
		if !breaksLine(body[at:]) {
			piece = []byte(softBreak)
		}
	}
}

// mark is a slot's mark in a composed body.
type mark struct {
	start, end int
	slot       Slot
}

// next finds the first mark in raw.
func (c cutter) next(raw []byte) (mark, bool) {
	for at := 0; ; at++ {
		next := bytes.IndexByte(raw[at:], c.head[0])
		if next < 0 {
			return mark{}, false
		}
		at += next
		if m, ok := c.markAt(raw, at); ok {
			return m, true
		}
	}
}

// markAt reads the mark that starts at start. Soft breaks may stand between its
// letters.
func (c cutter) markAt(raw []byte, start int) (mark, bool) {
	longest := len(c.head) + maxSlot + len(markTail)
	word := make([]byte, 0, 128)
	for at := start; at < len(raw) && len(word) < longest; at++ {
		for bytes.HasPrefix(raw[at:], []byte(softBreak)) {
			at += len(softBreak)
		}
		if at == len(raw) {
			break
		}
		word = append(word, raw[at])
		if n := min(len(word), len(c.head)); string(word[:n]) != c.head[:n] {
			break
		}
		if slot, ok := c.slotOf(string(word)); ok {
			return mark{start, at + 1, slot}, true
		}
	}
	return mark{}, false
}

// slotOf is the slot whose mark is word.
func (c cutter) slotOf(word string) (Slot, bool) {
	name, ok := strings.CutPrefix(word, c.head)
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, markTail)
	return Slot(name), ok && name != ""
}

package mail

import "bytes"

// softBreak ends a quoted-printable line without ending the text's line
// (RFC 2045 §6.7 rule 5).
const softBreak = "=\r\n"

// cut is a place in a form's text where each copy has a value.
type cut struct {
	at   int // offset in the text
	slot Slot
	part part
}

// cutForm takes the marks out of a composed message and remembers their places.
// In the form every cut stands at the start of a line and before a line break,
// soft or hard, so that a value can be encoded without looking around it.
func cutForm(raw []byte, htmlAt int) *Form {
	f := &Form{text: make([]byte, 0, len(raw))}
	for {
		m, ok := nextMark(raw)
		if !ok {
			f.text = append(f.text, raw...)
			return f
		}
		f.text = append(f.text, raw[:m.start]...)
		if !bytes.HasSuffix(f.text, []byte("\r\n")) {
			f.text = append(f.text, softBreak...)
		}
		where := textPart
		if m.start >= htmlAt {
			where = htmlPart
		}
		f.cuts = append(f.cuts, cut{len(f.text), m.slot, where})
		raw, htmlAt = raw[m.end:], htmlAt-m.end
		if len(raw) > 0 && !bytes.HasPrefix(raw, []byte("\r\n")) && !bytes.HasPrefix(raw, []byte(softBreak)) {
			f.text = append(f.text, softBreak...)
		}
	}
}

// mark is a slot's mark in a composed message.
type mark struct {
	start, end int
	slot       Slot
}

// nextMark finds the first mark in raw.
func nextMark(raw []byte) (mark, bool) {
	for at := 0; ; at++ {
		next := bytes.IndexByte(raw[at:], markHead[0])
		if next < 0 {
			return mark{}, false
		}
		at += next
		if m, ok := markAt(raw, at); ok {
			return m, true
		}
	}
}

// markAt reads the mark that starts at start. Soft breaks may stand between its
// letters.
func markAt(raw []byte, start int) (mark, bool) {
	word := make([]byte, 0, markMax)
	for at := start; at < len(raw) && len(word) < markMax; at++ {
		for bytes.HasPrefix(raw[at:], []byte(softBreak)) {
			at += len(softBreak)
		}
		if at == len(raw) {
			break
		}
		word = append(word, raw[at])
		if n := min(len(word), len(markHead)); string(word[:n]) != markHead[:n] {
			break
		}
		if slot, ok := slotOf(string(word)); ok {
			return mark{start, at + 1, slot}, true
		}
	}
	return mark{}, false
}

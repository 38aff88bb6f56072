package dkim

// foldAt is how long a line should be at most, without its end (RFC 5322 §2.1.1).
const foldAt = 78

// folder writes header fields and folds them between words. A word that is
// longer than a line stands on one by itself.
type folder struct {
	text []byte
	line int // where the last line begins
}

func (f *folder) begin(name string) {
	f.line = len(f.text)
	f.text = append(f.text, name...)
}

// add writes a word, after a separator that a fold would replace.
func (f *folder) add(separator, word string) {
	if f.left() < len(separator)+len(word) {
		f.fold()
		separator = ""
	}
	f.text = append(append(f.text, separator...), word...)
}

// list writes a tag whose items have colons between, and folds after these
// (RFC 6376 §3.5, "h="). There is at least one item.
func (f *folder) list(tag string, items []string, end string) {
	separator := " "
	for i, item := range items {
		mark := ":"
		if i == len(items)-1 {
			mark = end
		}
		f.add(separator, tag+item+mark)
		tag, separator = "", ""
	}
}

// fill writes base64, which may be folded anywhere (RFC 6376 §3.5, "b=").
func (f *folder) fill(text string) {
	for len(text) > f.left() {
		n := f.left()
		f.text = append(f.text, text[:n]...)
		f.fold()
		text = text[n:]
	}
	f.text = append(f.text, text...)
}

func (f *folder) left() int { return foldAt - (len(f.text) - f.line) }

func (f *folder) fold() {
	f.end()
	f.text = append(f.text, ' ')
}

func (f *folder) end() {
	f.text = append(f.text, crlf...)
	f.line = len(f.text)
}

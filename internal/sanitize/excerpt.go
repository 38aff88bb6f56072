package sanitize

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longWord is how many characters one word of an excerpt may count for: scripts
// without spaces, and words that are none, are cut by it.
const longWord = 12

// Excerpt is the beginning of any HTML as one line of plain text, at most so
// many words. It ends with a sentence if one ends within the last third, else
// with a word and "…", and not within a quotation where that can be avoided.
func Excerpt(markup string, words int) string {
	if words <= 0 {
		return ""
	}
	all := strings.Fields(Text(markup))
	if len(all) > words {
		all = cut(all, words)
	}
	return shorten(strings.Join(all, " "), words*longWord)
}

// cut chooses where an excerpt of more than words words ends.
func cut(all []string, words int) []string {
	var q quotation
	sentence, quiet := 0, 0
	for i, word := range all[:words] {
		q.read(word)
		n := i + 1
		if n < words-words/3 || q.open() {
			continue
		}
		quiet = n
		if endsSentence(word, all[n]) {
			sentence = n
		}
	}
	if sentence > 0 {
		return all[:sentence]
	}
	if quiet == 0 {
		quiet = words
	}
	head := slices.Clone(all[:quiet])
	head[quiet-1] = ellipsis(head[quiet-1])
	return head
}

// endsSentence reports whether a sentence ends between two words. When in doubt
// it does not.
func endsSentence(word, next string) bool {
	word = strings.TrimRight(word, `"”’'»)]`)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(next, `"“‘'«([¿¡`))
	if unicode.IsLower(first) {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(word)
	switch end {
	case '!', '?', '…':
		return true
	case '.':
		return !abbreviation(strings.TrimLeft(strings.TrimSuffix(word, "."), `"“‘'«([`))
	}
	return false
}

// abbreviation reports whether a word keeps its full stop anywhere: initials,
// and what stands before names and numbers.
func abbreviation(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(first) && size == len(word) || strings.Contains(word, ".") {
		return true
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "no", "vol", "dir", "feat":
		return true
	}
	return false
}

// quotation follows quotation marks from word to word.
type quotation struct {
	depth    int
	straight bool
	low      bool // opened by „, which “ closes
}

// read goes on by one word. Single quotation marks are apostrophes too often to
// be told apart.
func (q *quotation) read(word string) {
	for _, r := range word {
		switch {
		case r == '"':
			q.straight = !q.straight
		case r == '„':
			q.low = true
		case r == '“' && q.low:
			q.low = false
		case r == '“' || r == '«':
			q.depth++
		case r == '”' || r == '»':
			q.depth = max(0, q.depth-1)
		}
	}
}

func (q *quotation) open() bool { return q.depth > 0 || q.straight || q.low }

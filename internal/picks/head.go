package picks

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"marquee/internal/domain"
)

const (
	longestTitle = 100 // in characters
	longestHead  = 300 // in bytes: further on a line no title ends
)

// head is the beginning of a pick: a film's title and what follows on its line.
type head struct {
	said
	title string
	year  int
	end   int  // where in the block's text the particulars end
	runs  bool // the line goes on as a sentence of which the title is a part
	firm  bool // it stands on lines of its own
}

// heads finds titles.
type heads struct {
	lead  *regexp.Regexp // what stands before a title
	year  *regexp.Regexp // a parenthesis with a year in it
	alone *regexp.Regexp // a year

	against *regexp.Regexp // the label of a film that is not recommended
}

func newHeads() heads {
	return heads{
		lead: regexp.MustCompile(`^(?:[^\pL\pN"“‘'«(]|\d{1,2}[.):](?:\s|$)|#\d{1,2}\b[.):]?|No\. ?\d{1,2}[.:]?|` +
			`(?i:(?:the )?(?:critic’s |critic's |top |bonus )?(?:pick|film|movie)(?: of the (?:week|day|month|weekend))?(?: ?#?\d{1,2})?|bonus|also|and|plus|(?:stream|rent|see|watch|catch|buy|queue) (?:it|this|now)|` +
			`(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: night)?)[:.–—]\s+)+`),
		year:    regexp.MustCompile(`[(\[]([^()\[\]]{0,100})[)\]]`),
		against: regexp.MustCompile(`^(?i:skip|avoid|miss|pass on)(?i: (?:it|this|these))?:`),
		alone:   regexp.MustCompile(`\b(?:18[7-9]\d|19\d\d|20\d\d|21\d\d)\b`),
	}
}

// Headline reads "Title (Year)", and nothing else.
func Headline(s string) (title string, year int, ok bool) {
	i := strings.LastIndex(s, "(")
	if i < 0 || !strings.HasSuffix(s, ")") {
		return "", 0, false
	}
	title = strings.TrimSpace(s[:i])
	year, ok = yearOf(s[i+1 : len(s)-1])
	return title, year, ok && title != ""
}

// yearOf reads four digits that are a year in which there were films, or will be.
func yearOf(s string) (int, bool) {
	year, err := strconv.Atoi(s)
	if err != nil || len(s) != 4 || year < 1870 || year > 2199 {
		return 0, false
	}
	return year, true
}

// headOf is the film that a block begins, nil when it begins none for certain.
func (a *article) headOf(b *block) *head {
	if b.shape >= quotation || a.heads.against.MatchString(b.text) || a.rubric(b) != nil {
		return nil
	}
	line, _, _ := strings.Cut(b.text, "\n")
	line = line[:min(len(line), longestHead)]
	from := len(a.heads.lead.FindString(line))
	h := &head{said: said{day: a.day}}
	switch {
	case a.dated(h, b, line, from):
	case b.marked > from && b.marked <= len(line) && a.undated(h, b, line, from):
	default:
		return nil
	}
	h.firm = b.shape == heading || h.end >= len(strings.TrimRight(line, " ")) || b.strong && b.marked >= h.end
	return h
}

// dated reads "Title (Year)" and what follows.
func (a *article) dated(h *head, b *block, line string, from int) bool {
	for _, at := range a.heads.year.FindAllStringSubmatchIndex(line, 3) {
		inside := line[at[2]:at[3]]
		if at[0] <= from || !a.heads.alone.MatchString(inside) {
			continue
		}
		// A film from another year may be mentioned further on.
		if b.shape != heading && b.marked > from && at[0] > b.marked+2 && lettered(line[b.marked:at[0]]) {
			return false
		}
		title, quoted := unquoted(line[from:at[0]])
		set := b.shape == heading || b.marked > from || quoted
		if !titled(title) || !set && !capitalised(title) {
			return false
		}
		h.title = title
		a.particulars.parenthesis(&h.said, inside)
		h.year = h.said.year
		h.end = at[1] + a.particulars.take(&h.said, line[at[1]:], false)
		after := line[at[1]:]
		h.runs = h.end == at[1] && sentence(after) || h.end < len(line) && h.end > at[1] && lower(line[h.end:]) && !announces(line[:h.end])
		if h.end == at[1] {
			h.end += len(a.particulars.gap.FindString(after))
		}
		return h.year != 0 && (set || !h.runs)
	}
	return false
}

// undated reads a title that is set off and has no year: something must be said of
// where it can be seen.
func (a *article) undated(h *head, b *block, line string, from int) bool {
	whole := strings.TrimRight(line[from:b.marked], " ,:;.–—-|·")
	for _, cut := range append(separators(whole), len(whole)) {
		trial := said{day: a.day}
		n := a.particulars.take(&trial, line[from+cut:], false)
		title, _ := unquoted(whole[:cut])
		switch {
		case n == 0 || trial.empty(), !titled(title), a.particulars.says(title):
			continue
		case cut < len(whole) && from+cut+n < len(strings.TrimRight(line[:b.marked], " ,:;.")):
			continue // the dash was the title's own
		}
		h.said, h.title, h.year, h.end = trial, title, trial.year, from+cut+n
		h.runs = lower(line[h.end:])
		return true
	}
	return false
}

// separators are the places at which a title may end.
func separators(s string) []int {
	var all []int
	for _, sep := range []string{" – ", " — ", " - ", " | ", " · ", " • ", ", ", ": ", " ("} {
		if i := strings.LastIndex(s, sep); i > 0 {
			all = append(all, i)
		}
	}
	return all
}

// unquoted is a title without what is set around it, and whether it was in quotes.
func unquoted(s string) (string, bool) {
	s = strings.Trim(s, " ,:;–—-|·*")
	for _, q := range []string{`""`, "“”", "‘’", "''", "«»", "„“"} {
		open, size := utf8.DecodeRuneInString(q)
		if inner, ok := strings.CutPrefix(s, string(open)); ok {
			if inner, ok = strings.CutSuffix(inner, q[size:]); ok {
				return strings.Trim(inner, " ,"), true
			}
		}
	}
	return s, false
}

// titled tells whether a text can be a title.
func titled(s string) bool {
	return utf8.RuneCountInString(s) <= longestTitle && strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	}) >= 0
}

// capitalised tells whether a text is written like a title, and not like the
// beginning of a sentence.
func capitalised(s string) bool {
	words := strings.Fields(s)
	small := 0
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, `"“‘'(¡¿`))
		switch {
		case !unicode.IsLower(first):
		case len(w) > 4:
			return false
		default:
			small++
		}
	}
	return len(words) <= 12 && 2*small <= len(words) && !lower(s)
}

// sentence tells whether what follows a title goes on as a sentence.
func sentence(s string) bool {
	return strings.HasPrefix(s, " ") && lettered(s) && unicode.IsLetter(firstRune(s[1:])) || strings.HasPrefix(s, "’") || strings.HasPrefix(s, "'")
}

// announces tells whether a text ends so that what follows is another sentence,
// however it begins: "on MUBI: still the best".
func announces(s string) bool {
	s = strings.TrimRight(s, " ")
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "—") || strings.HasSuffix(s, "–")
}

// lower tells whether a text begins with a small letter.
func lower(s string) bool { return unicode.IsLower(firstRune(strings.TrimLeft(s, ` "“‘'`))) }

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// pick is what the head says of its film.
func (h *head) pick() domain.Pick {
	p := domain.Pick{Title: h.title, Year: h.year}
	h.fill(&p)
	return p
}

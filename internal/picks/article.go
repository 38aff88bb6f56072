package picks

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"marquee/internal/domain"
)

// article is the work on one post.
type article struct {
	*Reader
	day     domain.Date
	own     []string
	blocks  []*block
	entries []*entry
	note    []*block
}

// mark finds the blocks that begin a film, and the headings that say something of
// all films below them.
func (a *article) mark() {
	rubrics := false // paragraphs that name services are headings, since one stands above the first film
	for i, b := range a.blocks {
		switch b.head = a.headOf(b); {
		case b.head != nil || b.shape >= quotation:
		case b.shape == heading || b.wholly():
			if b.below = a.rubric(b); b.below == nil {
				b.head = a.twoLined(i)
			}
			rubrics = rubrics || b.below != nil && !a.begun(i)
			if b.shape != heading && !rubrics {
				b.below = nil
			}
		default:
			b.head = a.twoLined(i)
		}
	}
	a.doubt()
	for i, b := range a.blocks {
		next := i+1 < len(a.blocks) && a.blocks[i+1].head != nil
		label := b.shape == paragraph && b.strong && b.wholly() && next && len(strings.Fields(b.text)) <= 5
		if b.head == nil && b.below == nil && (b.shape == heading || label && a.rubric(b) == nil) {
			b.below = &said{}
		}
	}
}

// begun tells whether a film begins above a block.
func (a *article) begun(i int) bool {
	return slices.ContainsFunc(a.blocks[:i], func(b *block) bool { return b.head != nil })
}

// wholly tells whether all of a block is set off.
func (b *block) wholly() bool {
	return b.marked > 0 && b.marked >= len(strings.TrimRight(b.text, " .:"))
}

// rubric is what a heading, a short one, says that is nothing but particulars: "Netflix",
// "Leaving November 30". It is nil for any other.
func (a *article) rubric(b *block) *said {
	s := said{day: a.day}
	text := strings.TrimSpace(b.text)
	if len(text) > longestHead {
		return nil
	}
	if n := a.particulars.take(&s, text, false); n == 0 || n < len(text) || s.empty() {
		return nil
	}
	return &s
}

// twoLined is the film of a block whose first line is set off and nothing but a
// title, when a line below says where or when it can be seen.
func (a *article) twoLined(i int) *head {
	b := a.blocks[i]
	title, below, broken := strings.Cut(b.text, "\n")
	if b.shape != heading && (b.marked == 0 || b.marked < len(strings.TrimRight(title, " .:"))) {
		return nil
	}
	from := len(a.heads.lead.FindString(title))
	name, _ := unquoted(title[from:])
	if !titled(name) || a.particulars.service(name) == len(name) {
		return nil
	}
	located := broken && a.located(below, false) || !broken && a.locatedBelow(i)
	if !located {
		return nil
	}
	return &head{said: said{day: a.day}, title: name, end: len(title), firm: true}
}

// locatedBelow tells whether the block below begins with particulars or, below a
// heading, a later one is nothing but particulars.
func (a *article) locatedBelow(i int) bool {
	for n, b := range a.blocks[i+1:] {
		switch {
		case b.shape == heading || b.shape == divider || n > 0 && a.blocks[i].shape != heading:
			return false
		case b.shape < quotation && n == 0 && a.headOf(b) != nil:
			return false
		case b.shape < quotation && a.located(b.text, n > 0):
			return true
		}
	}
	return false
}

// located tells whether a text's first line begins with particulars that say where or
// when a film can be seen, or who made it, and with wholly, is nothing else.
func (a *article) located(text string, wholly bool) bool {
	line, _, _ := strings.Cut(text, "\n")
	line = line[:min(len(line), longestHead)]
	trial := said{day: a.day}
	n := a.particulars.take(&trial, line, true)
	return n > 0 && !trial.empty() && !lower(line[n:]) && (!wholly || n == len(line))
}

// doubt takes back what only looked like the beginning of a film: the mention of
// another one, where films begin in a way that is plainer to see.
func (a *article) doubt() {
	headings, strong := 0, 0
	for _, b := range a.blocks {
		switch {
		case b.head == nil || b.head.runs:
		case b.shape == heading:
			headings++
		case b.strong:
			strong++
		}
	}
	for _, b := range a.blocks {
		if b.head == nil || b.shape != paragraph {
			continue
		}
		if b.head.runs && headings+strong > 0 || headings > 1 && !b.strong {
			b.head = nil
		}
	}
}

// gather gives every film the blocks that belong to it.
func (a *article) gather() {
	pictured := a.picturesLead()
	var current *entry
	var below said
	var waiting *block // a picture that may belong to the film below
	for _, b := range a.blocks {
		switch {
		case b.head != nil:
			current = &entry{head: b.head, first: b, below: below}
			if waiting != nil {
				current.image = imageIn(waiting.node)
			}
			a.entries, waiting = append(a.entries, current), nil
		case b.shape == divider:
			current = nil
		case b.below != nil && (b.shape == heading || current == nil || current.told()):
			current, below = nil, *b.below
		case b.shape == picture && pictured:
			waiting = b
		case current != nil:
			current.rest = append(current.rest, b)
		default:
			a.note = append(a.note, b)
		}
	}
	a.farewell()
}

// picturesLead tells whether films' pictures stand above their titles.
func (a *article) picturesLead() bool {
	i := slices.IndexFunc(a.blocks, func(b *block) bool { return b.head != nil })
	return i > 0 && a.blocks[i-1].shape == picture
}

// farewell takes off the last film what the critic says after it.
func (a *article) farewell() {
	if len(a.entries) == 0 {
		return
	}
	last := a.entries[len(a.entries)-1]
	keep := len(last.rest)
	if last.first.shape != heading && len(a.entries) > 1 {
		most := 0
		for _, e := range a.entries[:len(a.entries)-1] {
			most = max(most, len(e.rest))
		}
		keep = min(keep, most)
	}
	for keep > 0 && parting(last.rest[keep-1].text) {
		keep--
	}
	a.note = append(a.note, last.rest[keep:]...)
	last.rest = last.rest[:keep]
}

// parting tells words that end a post.
func parting(s string) bool {
	s = strings.ToLower(strings.NewReplacer("’", "'").Replace(strings.TrimSpace(s)))
	return slices.ContainsFunc([]string{
		"that's all", "that's it", "see you", "until next", "happy watching", "happy streaming", "happy viewing", "have a ", "thanks ",
		"thank you", "as always", "what are you", "what will you", "let me know", "next week", "enjoy!", "enjoy the weekend",
	}, func(words string) bool { return strings.HasPrefix(s, words) })
}

// paragraphs are all that a reader would count.
func (a *article) paragraphs() int {
	n := 0
	for _, b := range a.blocks {
		if b.head != nil || b.shape == paragraph && b.below == nil || b.shape == item || b.shape == quotation {
			n++
		}
	}
	return n
}

// understood are those of them that belong to a film: all below a title that
// stands on lines of its own, and one below one that does not.
func (a *article) understood() int {
	n := 0
	for _, e := range a.entries {
		below := 0
		for _, b := range e.rest {
			if b.shape != picture {
				below++
			}
		}
		if !e.firm {
			below = min(below, 1)
		}
		n += 1 + below
	}
	return n
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}

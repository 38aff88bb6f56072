package picks

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"marquee/internal/domain"
)

// entry is one film of a post.
type entry struct {
	*head
	first *block   // which the head begins
	rest  []*block // below it
	image *html.Node
	below said // what the headings above say of it
}

// told tells whether an entry needs no line that says where its film can be seen.
func (e *entry) told() bool {
	return len(e.rest) > 0 || len(e.services)+len(e.below.services)+len(e.names) > 0
}

// pick is the film of an entry. It takes the entry's blocks apart.
func (a *article) pick(e *entry) domain.Pick {
	p := e.pick()
	a.links(&p, e)
	e.picture(&p)
	blocks := append([]*block{e.first}, e.rest...)
	if !e.runs {
		drop(e.first.node, e.end)
		blocks = a.particularLines(&p, blocks)
	}
	e.below.fill(&p)
	for _, b := range blocks {
		a.mined(b.text).fill(&p)
	}
	p.Why = rendered(blocks)
	return p
}

// links reads where the words of an entry's head lead to.
func (a *article) links(p *domain.Pick, e *entry) {
	at := 0
	for n := range e.first.node.Descendants() {
		if at >= max(e.end, 1) {
			return
		}
		switch {
		case n.DataAtom == atom.A:
			a.link(p, attribute(n, "href"))
		case n.Type == html.TextNode:
			at += len(n.Data)
		case n.DataAtom == atom.Br:
			at++
		}
	}
}

// picture gives a pick the image that stands beside it, and takes that out of the
// text.
func (e *entry) picture(p *domain.Pick) {
	img := e.image
	for _, b := range append([]*block{e.first}, e.rest...) {
		if img == nil {
			img = imageIn(b.node)
		}
	}
	if img == nil {
		return
	}
	p.Image = &domain.Image{
		URL: attribute(img, "src"), Alt: attribute(img, "alt"),
		Width: number(attribute(img, "width")), Height: number(attribute(img, "height")),
	}
	img.Parent.RemoveChild(img)
	e.rest = slices.DeleteFunc(e.rest, func(b *block) bool {
		return b.shape == picture && imageIn(b.node) == nil && strings.TrimSpace(textOf(b.node)) == ""
	})
}

// particularLines reads the lines of particulars at the beginning and at the end of
// a pick's text, and returns what is left.
func (a *article) particularLines(p *domain.Pick, blocks []*block) []*block {
	s := said{day: a.day}
	for lines := 0; len(blocks) > 0; lines++ {
		b := blocks[0]
		b.index()
		if strings.TrimSpace(b.text) == "" && imageIn(b.node) == nil {
			blocks = blocks[1:]
			continue
		}
		n, whole := a.line(&s, b)
		drop(b.node, n)
		if lines > 2 || !whole {
			break
		}
	}
	for len(blocks) > 1 {
		last := blocks[len(blocks)-1]
		last.index()
		if n, whole := a.line(&s, last); n == 0 || !whole {
			break
		}
		blocks = blocks[:len(blocks)-1]
	}
	if len(blocks) > 0 {
		blocks[0].index()
	}
	s.fill(p)
	return blocks
}

// line reads the particulars that a block begins with: how long they are, and
// whether they are all of its first line.
func (a *article) line(s *said, b *block) (n int, whole bool) {
	if b.shape >= quotation {
		return 0, false
	}
	text := strings.TrimLeft(b.text, "\n ")
	skipped := len(b.text) - len(text)
	line, _, _ := strings.Cut(text, "\n")
	trial := *s
	n = a.particulars.take(&trial, line[:min(len(line), longestHead)], true)
	whole = n == len(line)
	if n == 0 || trial.empty() && trial.rating == nil && trial.year == 0 || lower(line[n:]) {
		return 0, false
	}
	*s = trial
	return skipped + n, whole
}

// mined is what a text says in passing of where and until when a film can be seen.
func (a *article) mined(text string) *said {
	s := said{day: a.day}
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], " (")
		if next < 0 {
			break
		}
		at += next + 1
		rest := text[at:]
		if strings.HasPrefix(rest, "(") {
			trial := said{day: a.day}
			if a.particulars.group(&trial, rest) > 0 && (len(trial.services) > 0 || !trial.leaves.IsZero()) {
				trial.services = append(s.services, trial.services...)
				trial.names = nil
				s = trial
			}
			continue
		}
		for _, word := range []string{"on ", "On ", "via "} {
			if name, ok := strings.CutPrefix(rest, word); ok && len(s.services) == 0 {
				a.particulars.where(&s, name[:min(len(name), 40)])
			}
		}
		if s.leaves.IsZero() && (text[at-1] == '(' || departs(rest)) {
			trial := said{day: a.day}
			if a.particulars.when(&trial, rest[:min(len(rest), 80)]) > 0 {
				s.leaves = trial.leaves
			}
		}
	}
	return &s
}

// departs tells words that films leave with; "until" may be said of anything.
func departs(s string) bool {
	return slices.ContainsFunc([]string{"leaves", "leaving", "Leaves", "Leaving", "expires", "Expires", "departs"}, func(word string) bool {
		return strings.HasPrefix(s, word)
	})
}

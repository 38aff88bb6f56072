package markdown

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"marquee/internal/domain"
	"marquee/internal/picks"
)

// maxService is how long the name of a service can be, in characters, before it
// must be a sentence.
const maxService = 60

// prosePicks reads an issue written as prose: the critic's note, then for each
// film a heading "## Title (Year)", a line "Service · dir. Name", and why.
func (w writer) prosePicks(text prose, region string, day domain.Date) (all []domain.Pick, note string) {
	w.day = day
	note = w.html(text.take(text.doc.FirstChild(), isPickHead))
	for head := text.doc.FirstChild(); head != nil; head = text.doc.FirstChild() {
		if len(all) == maxPicks {
			w.wrongf(text.lineOf(head), "too many films; there may be %d", maxPicks)
			break
		}
		text.doc.RemoveChild(text.doc, head)
		p := w.prosePick(text, head, text.take(text.doc.FirstChild(), isPickHead))
		if p.Region == "" {
			p.Region = region
		}
		w.warnGone(text.lineOf(head), p, day)
		all = append(all, p)
	}
	return all, note
}

func isPickHead(n ast.Node) bool {
	h, ok := n.(*ast.Heading)
	return ok && h.Level == 2
}

func (w writer) prosePick(text prose, head ast.Node, rest prose) domain.Pick {
	line := text.lineOf(head)
	title, year, ok := picks.Headline(oneLine(text.words(head)))
	p := domain.Pick{Title: title, Year: year}
	if !ok {
		w.wrongf(line, "%q is no film: write ## Title (Year), and ### for headings of other kinds", oneLine(text.words(head)))
		return p
	}
	p.URL = w.checkLink("the title's link", target(head), line)
	if first := rest.doc.FirstChild(); first != nil {
		line = text.lineOf(first)
	}
	where, ok := rest.takeLine()
	if !ok {
		w.wrongf(line, "below ## %s (%d), write a line like: Criterion Channel · dir. Tomas Reyl", p.Title, p.Year)
		return p
	}
	w.particulars(&p, where, line)
	p.Why = w.html(rest)
	return p
}

// particulars reads "Service (kind, region) · dir. Name · leaves 2026-11-30".
// What follows the service may come in any order.
func (w writer) particulars(p *domain.Pick, s string, line int) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '·' || r == '•' || r == '|' })
	if len(parts) == 0 || utf8.RuneCountInString(parts[0]) > maxService {
		w.wrongf(line, "the line below a film's title says where it is: Criterion Channel · dir. Tomas Reyl")
		return
	}
	p.Service = strings.TrimSpace(parts[0])
	if name, more, ok := strings.Cut(strings.TrimSuffix(p.Service, ")"), " ("); ok && w.allParticulars(p, more) {
		p.Service = name
	}
	for _, part := range parts[1:] {
		if part = strings.TrimSpace(part); !w.particular(p, part) {
			w.wrongf(line, "%q is not understood: after the service may stand dir. Name, leaves YYYY-MM-DD, "+
				"from YYYY-MM-DD, a rating, a country code, or one of %s", part, joined(domain.PickAccesses()))
		}
	}
}

// allParticulars reads what stands in parentheses behind a service, "subscription, US".
// When one of them is something else they are part of the name.
func (w writer) allParticulars(p *domain.Pick, s string) bool {
	trial := *p
	for part := range strings.SplitSeq(s, ",") {
		if !w.particular(&trial, strings.TrimSpace(part)) {
			return false
		}
	}
	*p = trial
	return true
}

// particular reads one of them into p, and reports whether it is one.
func (w writer) particular(p *domain.Pick, s string) bool {
	key, value, _ := strings.Cut(s, " ")
	value = strings.TrimSpace(value)
	switch strings.ToLower(key) {
	case "dir.", "dir", "director":
		p.Directors = strings.Split(value, ", ")
		return value != ""
	case "directed":
		name, ok := strings.CutPrefix(value, "by ")
		p.Directors = strings.Split(name, ", ")
		return ok
	case "leaves", "until":
		if parseDay(value, &p.Leaves) {
			return true
		}
	case "from":
		if parseDay(value, &p.From) {
			return true
		}
	}
	if i := slices.Index(domain.PickAccesses(), domain.PickAccess(strings.ToLower(s))); i >= 0 {
		p.Access = domain.PickAccesses()[i]
		return true
	}
	if code, ok := parseRegion(s); ok {
		p.Region = code
		return true
	}
	r, err := parseRating(s)
	if err != nil || !strings.ContainsAny(s, "/★½") { // a bare number may be anything
		return w.films.Particulars(p, s, w.day)
	}
	p.Rating = &r
	return true
}

func parseDay(s string, into *domain.Date) bool {
	d, err := domain.ParseDate(s)
	if err == nil {
		*into = d
	}
	return err == nil
}

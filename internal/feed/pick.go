package feed

import (
	"strconv"
	"strings"

	"marquee/internal/domain"
)

// pick writes one film of the picks of a day: what, where and until when, why,
// and the critic's own review of it.
func (m *markup) pick(p *domain.Pick, day domain.Date) {
	m.raw("\n<h3>")
	m.text(pickHeading(p))
	if p.Rating != nil && p.Rating.Valid() {
		m.raw(" ", p.Rating.Stars(), " <span>(", p.Rating.Spoken(), ")</span>")
	}
	m.raw("</h3>\n")
	if p.Image != nil {
		m.image(p.Image, "")
	}
	m.pickBody(p, day)
}

// pickBody is all but the film's title and picture.
func (m *markup) pickBody(p *domain.Pick, day domain.Date) {
	m.where(p, day)
	m.watch(p.Watch)
	if p.Why != "" {
		m.raw("<div>", p.Why, "</div>\n")
	}
	if address(p.Review) != "" {
		m.raw("<p>")
		m.link(p.Review, "Read the review")
		m.raw("</p>\n")
	}
}

// pickHeading is "The Salt Ledger (2024), dir. Tomas Reyl".
func pickHeading(p *domain.Pick) string {
	s := p.Title
	if p.Year != 0 {
		s += " (" + strconv.Itoa(p.Year) + ")"
	}
	if len(p.Directors) > 0 {
		s += ", dir. " + strings.Join(p.Directors, ", ")
	}
	return s
}

// where writes "Criterion Channel · subscription · US · leaves Nov 30".
func (m *markup) where(p *domain.Pick, day domain.Date) {
	var facts []string
	for _, f := range []string{p.Access.Words(), p.Region} {
		if f != "" {
			facts = append(facts, f)
		}
	}
	if !p.From.IsZero() && day.Before(p.From) {
		facts = append(facts, "from "+m.dates.Short(p.From))
	}
	if !p.Leaves.IsZero() {
		facts = append(facts, "leaves "+m.dates.Short(p.Leaves))
	}
	service := p.Service
	if service == "" && len(facts) > 0 {
		service, facts = facts[0], facts[1:]
	}
	if service == "" {
		return
	}
	m.raw("<p>")
	m.link(p.URL, service)
	for _, f := range facts {
		m.raw(" · ")
		m.text(f)
	}
	m.raw("</p>\n")
}

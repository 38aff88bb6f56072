package picks

import (
	"slices"
	"strings"

	"marquee/internal/domain"
)

// said is what some words say of a film, besides its title.
type said struct {
	day domain.Date // on which they were published

	year      int
	directors []string
	services  []string // that are known, or said to be one
	names     []string // of people, or of services that nobody knows
	access    domain.PickAccess
	region    string
	rating    *domain.Rating
	from      domain.Date
	leaves    domain.Date
}

// empty tells whether nothing was said that tells where or when a film can be seen,
// or who made it.
func (s *said) empty() bool {
	return len(s.services)+len(s.directors) == 0 && s.access == "" && s.from.IsZero() && s.leaves.IsZero()
}

// fill gives a pick what it lacks.
func (s *said) fill(p *domain.Pick) {
	services, directors := s.services, s.directors
	for _, name := range s.names {
		switch {
		case len(services) == 0 && (len(directors) > 0 || !strings.Contains(name, " ") || len(s.names) == 1):
			services = append(services, name)
		case len(directors) == 0:
			directors = append(directors, name)
		}
	}
	if p.Service == "" {
		p.Service = strings.Join(slices.Compact(services), ", ")
	}
	if len(p.Directors) == 0 {
		p.Directors = directors
	}
	if p.Access == "" {
		p.Access = s.access
	}
	if p.Region == "" {
		p.Region = s.region
	}
	if p.Rating == nil {
		p.Rating = s.rating
	}
	if p.Year == 0 {
		p.Year = s.year
	}
	if p.From.IsZero() {
		p.From = s.from
	}
	if p.Leaves.IsZero() {
		p.Leaves = s.leaves
	}
}

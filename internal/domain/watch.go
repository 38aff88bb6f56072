package domain

import "strings"

// Watch is where a film can be seen in one region, as a film database tells.
// What a critic says of that stands in a Pick, and beats it.
type Watch struct {
	Region   string    `json:"region"`         // ISO 3166-1 alpha-2: "US"
	Link     string    `json:"link,omitempty"` // page that leads to the services; may be empty
	Services []Service `json:"services"`
	Checked  Date      `json:"checked"` // the day on which this was so
}

// Service is one way to see a film.
type Service struct {
	Name   string     `json:"name"` // "Criterion Channel"
	Access PickAccess `json:"access"`
}

// Words are the services: "Criterion Channel, Mubi (subscription), Tubi (free with ads)".
func (w *Watch) Words() string {
	var b strings.Builder
	for i, s := range w.Services {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.Name)
		if i+1 == len(w.Services) || w.Services[i+1].Access != s.Access {
			b.WriteString(" (" + s.Access.Words() + ")")
		}
	}
	return b.String()
}

// The credits that a film database's licence wants wherever people are shown
// what it tells.
const (
	CreditTMDB      = "This service uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
	CreditJustWatch = "Where to watch: JustWatch."
)

// Supplement is what a film database adds to what sources and critics say. It is
// never stored with an item: it comes and goes.
type Supplement struct {
	Watch    []Watch `json:"-"`
	Supplied bool    `json:"-"` // something of the film is the database's
}

// Credits are the credits that must be shown with it; none where nothing was
// supplied.
func (s *Supplement) Credits() []string {
	var credits []string
	if s.Supplied {
		credits = append(credits, CreditTMDB)
	}
	if len(s.Watch) > 0 {
		credits = append(credits, CreditJustWatch)
	}
	return credits
}

package domain

import (
	"strconv"
	"strings"
	"time"
)

// Film is what is known of the film an item is about. Every field may be empty.
type Film struct {
	Title         string        `json:"title,omitempty"`
	Year          int           `json:"year,omitempty"`
	Directors     []string      `json:"directors,omitempty"`
	Writers       []string      `json:"writers,omitempty"`
	Cast          []string      `json:"cast,omitempty"`
	Genres        []string      `json:"genres,omitempty"`
	Runtime       time.Duration `json:"runtime,omitempty"`        // whole minutes
	ContentRating string        `json:"content_rating,omitempty"` // "PG-13", "Unrated"
	Released      Date          `json:"released,omitzero"`
	Rating        *Rating       `json:"rating,omitempty"` // the critic's own
	Poster        *Image        `json:"poster,omitempty"`
	Still         *Image        `json:"still,omitempty"`
	TMDB          string        `json:"tmdb,omitempty"` // numeric movie id
	IMDB          string        `json:"imdb,omitempty"` // "tt9900001"

	Supplement
}

// Facts is the line that stands under a film's title, "2026 · Ines Vardo · 98 min.",
// without what is not known.
func (f *Film) Facts() string {
	var facts []string
	if f.Year != 0 {
		facts = append(facts, strconv.Itoa(f.Year))
	}
	if len(f.Directors) > 0 {
		facts = append(facts, strings.Join(f.Directors, ", "))
	}
	if f.Runtime >= time.Minute {
		facts = append(facts, strconv.Itoa(int(f.Runtime.Minutes()))+" min.")
	}
	return strings.Join(facts, " · ")
}

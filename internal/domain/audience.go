package domain

import (
	"net/url"
	"strings"
)

// Standing is how a person stands towards the publication.
type Standing string

// The standings. The zero Standing is the public: nobody in particular.
const (
	Public   Standing = ""
	Reader   Standing = "reader" // receives the free edition
	Active   Standing = "active" // is a patron, entitled through support
	Former   Standing = "former" // was a patron
	Operator Standing = "operator"
)

// Audience is the set of people who are entitled to the same text. What anyone
// may see depends on a person only through this pair.
type Audience struct {
	Tier     string // a configured tier's name; only for Active
	Standing Standing
}

// Key names the audience in logs, headers and URLs, in ASCII: "public",
// "reader", "active", "active-screenwriter".
func (a Audience) Key() string {
	switch {
	case a.Standing == Public:
		return "public"
	case a.Tier == "":
		return string(a.Standing)
	}
	return string(a.Standing) + "-" + url.QueryEscape(strings.ToLower(strings.ReplaceAll(a.Tier, " ", "_")))
}

// Label is the audience for people: "Screenwriter patrons", "everyone".
func (a Audience) Label() string {
	switch a.Standing {
	case Public:
		return "everyone"
	case Active:
		return strings.TrimSpace(a.Tier + " patrons")
	case Reader:
		return "free readers"
	case Former:
		return "former patrons"
	case Operator:
		return "the operator"
	}
	return string(a.Standing)
}

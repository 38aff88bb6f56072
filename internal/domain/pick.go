package domain

// PickAccess says how a service lets people see a film.
type PickAccess string

// The ways to see a film.
const (
	Subscription PickAccess = "subscription"
	Free         PickAccess = "free"
	WithAds      PickAccess = "ads"
	Rent         PickAccess = "rent"
	Buy          PickAccess = "buy"
	Theaters     PickAccess = "theaters"
)

// PickAccesses lists every way to see a film.
func PickAccesses() []PickAccess {
	return []PickAccess{Subscription, Free, WithAds, Rent, Buy, Theaters}
}

// Words say how a service lets people see a film, after its name.
func (a PickAccess) Words() string {
	switch a {
	case WithAds:
		return "free with ads"
	case Rent:
		return "to rent"
	case Buy:
		return "to buy"
	case Theaters:
		return "in theaters"
	case Subscription, Free:
	}
	return string(a)
}

// Pick is one film in a picks item: what to watch, where, and why now.
type Pick struct {
	Title     string     `json:"title"`
	Year      int        `json:"year,omitempty"`
	Directors []string   `json:"directors,omitempty"`
	Service   string     `json:"service,omitempty"`
	Access    PickAccess `json:"access,omitempty"`
	Region    string     `json:"region,omitempty"` // ISO 3166-1 alpha-2
	Why       string     `json:"why,omitempty"`    // HTML
	Rating    *Rating    `json:"rating,omitempty"`
	URL       string     `json:"url,omitempty"`    // where it is shown
	Review    string     `json:"review,omitempty"` // the critic's own review
	From      Date       `json:"from,omitzero"`    // first day it can be seen there
	Leaves    Date       `json:"leaves,omitzero"`  // last day it can be seen there
	TMDB      string     `json:"tmdb,omitempty"`
	IMDB      string     `json:"imdb,omitempty"`
	Image     *Image     `json:"image,omitempty"`

	Supplement
}

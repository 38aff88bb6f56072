package domain

import "time"

// PrivatePath is where patrons' own feeds are served: a token and NAME.FORMAT
// follow.
const PrivatePath = "/f/"

// FeedLink is the secret address of a patron's own feeds, as far as it is known:
// the secret itself is shown once and kept by nobody.
type FeedLink struct {
	Made  time.Time  `json:"made"`
	Reads []FeedRead `json:"reads,omitempty"` // the latest first
}

// FeedRead is how often one of a patron's feeds was read by one program in one
// network.
type FeedRead struct {
	Patron      PatronID  `json:"-"`
	Feed        string    `json:"feed"`                  // its file: "reviews.rss"
	Software    string    `json:"software"`              // by its own word
	Network     string    `json:"network"`               // a code, which tells nothing but that two are the same
	Subscribers int       `json:"subscribers,omitempty"` // that the program says it reads for
	Times       int       `json:"times"`
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
}

// How many networks or programs one person's feeds are read from in a week, at
// most, before somebody else seems to read them too: at home, at work, on the way.
const (
	mostNetworks = 6
	mostPrograms = 6
	sharedWindow = 7 * 24 * time.Hour
)

// Shared says why a link seems to be in more than one person's hands, for people;
// "" when it does not.
func (l *FeedLink) Shared(now time.Time) string {
	networks, programs := map[string]bool{}, map[string]bool{}
	for _, r := range l.Reads {
		if now.Sub(r.Last) > sharedWindow {
			continue
		}
		if r.Subscribers > 1 {
			return r.Software + " says that it reads for more than one subscriber"
		}
		networks[r.Network], programs[r.Software] = true, true
	}
	switch {
	case len(networks) > mostNetworks:
		return "it was read from many networks within a week"
	case len(programs) > mostPrograms:
		return "it was read by many different programs within a week"
	}
	return ""
}

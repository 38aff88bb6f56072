package domain

import "time"

// The names a ladder's step may open to besides a tier's.
const (
	ToPatrons  = "patrons"
	ToEveryone = "everyone"
)

// Step opens an item to a group, some time after it was first published.
type Step struct {
	To    string        `json:"to"` // a tier's name ("or higher"), ToPatrons or ToEveryone
	After time.Duration `json:"after"`
}

// Ladder is the release of an item, earliest step first. Without steps an item
// is open to everyone at once.
type Ladder []Step

package domain

import "time"

// EventKind says what happened to an item.
type EventKind string

// The kinds. A piece that a source shows only in part when it is new gives two
// events, new and first look; one that is opened gives changed and now free.
const (
	EventNew         EventKind = "new"
	EventFirstLook   EventKind = "first look"  // new, and its source keeps the whole for patrons
	EventChanged     EventKind = "changed"     // readers see something else
	EventRepublished EventKind = "republished" // a known piece got a later date
	EventNowFree     EventKind = "now free"    // its source kept the whole for patrons, and shows it
	EventWithdrawn   EventKind = "withdrawn"   // taken back, unpublished or trashed
	EventReturned    EventKind = "returned"    // there again
	EventHeld        EventKind = "held"        // came back as new with too many others: no news until the operator says so
	EventAccepted    EventKind = "accepted"    // the operator said so
)

// EventKinds lists every kind, in the order in which they are counted for people.
func EventKinds() []EventKind {
	return []EventKind{
		EventNew, EventFirstLook, EventChanged, EventRepublished, EventNowFree,
		EventReturned, EventWithdrawn, EventHeld, EventAccepted,
	}
}

// Event is something that happened to an item, as gathering saw it.
type Event struct {
	At     time.Time `json:"at"`
	Kind   EventKind `json:"kind"`
	Item   ItemID    `json:"item"`
	Source string    `json:"source"` // whose read told
}

// EventQuery selects events; an empty field selects all. Answers are newest
// first, and those of one instant by item and kind.
type EventQuery struct {
	Source string
	Item   ItemID
	Kinds  []EventKind
	Since  time.Time // not before
	Limit  int       // 0 is no limit
}

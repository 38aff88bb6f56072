package domain

import "time"

// DeliveryState is where one edition stands for one patron.
type DeliveryState string

// The states. Queued, in doubt and deferred are pending; sent, failed and
// skipped are final. What a run has in hand is queued or deferred still.
const (
	Queued   DeliveryState = "queued"
	InDoubt  DeliveryState = "indoubt"  // the final dot may have been sent
	Sent     DeliveryState = "sent"     // the next server took responsibility
	Deferred DeliveryState = "deferred" // to be tried again at NextAt
	Failed   DeliveryState = "failed"   // refused for good; Class and Reason tell
	Skipped  DeliveryState = "skipped"  // not entitled, suppressed or cancelled by now
)

// DeliveryStates lists every state.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{Queued, InDoubt, Sent, Deferred, Failed, Skipped}
}

// Delivery is one edition for one patron: unique by that pair.
type Delivery struct {
	Edition  EditionID
	Patron   PatronID
	State    DeliveryState
	Attempts int       // how often a server was asked
	NextAt   time.Time // when a deferred one is due
	Class    string    // of a failure or a skip: "address", "policy", "unsubscribed"
	Reason   string    // the server's words, without addresses
	Changed  time.Time
}

// DeliveryCount is how many deliveries of an edition ended, or wait, alike.
type DeliveryCount struct {
	State  DeliveryState `json:"state"`
	Class  string        `json:"class,omitempty"`
	Reason string        `json:"reason,omitempty"`
	Count  int           `json:"count"`
}

package domain

import "time"

// DeliveryState is where one edition stands for one patron.
type DeliveryState string

// The states. Queued, claimed, in doubt and deferred are pending; sent, failed
// and skipped are final.
const (
	Queued   DeliveryState = "queued"
	Claimed  DeliveryState = "claimed"  // a run holds it; nothing has been handed over
	InDoubt  DeliveryState = "indoubt"  // the final dot may have been sent
	Sent     DeliveryState = "sent"     // the next server took responsibility
	Deferred DeliveryState = "deferred" // to be tried again at NextAt
	Failed   DeliveryState = "failed"   // refused for good; Class and Reason tell
	Skipped  DeliveryState = "skipped"  // not entitled, unsubscribed or suppressed by now
)

// DeliveryStates lists every state.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{Queued, Claimed, InDoubt, Sent, Deferred, Failed, Skipped}
}

// Delivery is one edition for one patron: unique by that pair.
type Delivery struct {
	Edition  EditionID
	Patron   PatronID
	State    DeliveryState
	Attempts int       // hand-overs begun
	NextAt   time.Time // when a deferred one is due
	Class    string    // of a failure or a skip: "address", "policy", "unsubscribed"
	Reason   string    // the server's words, without addresses
	Changed  time.Time
}

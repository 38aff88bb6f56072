package domain

import "time"

// Names of rosters of people whom no place lists.
const (
	RosterReaders = "readers" // who signed up for the free edition
	RosterByHand  = "by-hand" // whom the operator gave a tier
)

// RosterStatus is how bringing a roster into step goes.
type RosterStatus struct {
	Roster  string    `json:"roster"`
	Synced  time.Time `json:"synced,omitzero"`   // the last success
	Failed  time.Time `json:"failed,omitzero"`   // the last failure, zero after a success
	Error   string    `json:"error,omitempty"`   // of that failure
	Braked  bool      `json:"braked,omitempty"`  // the listing was not believed
	Remarks []string  `json:"remarks,omitempty"` // of the last success
}

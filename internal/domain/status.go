package domain

import "time"

// SourceStatus is how gathering from one source goes.
type SourceStatus struct {
	Source    string    `json:"source"`
	Items     int       `json:"items"`
	Succeeded time.Time `json:"succeeded,omitzero"` // last successful read
	Failed    time.Time `json:"failed,omitzero"`    // last failure, zero after a success
	Error     string    `json:"error,omitempty"`    // of that failure
	Failures  int       `json:"failures,omitempty"` // in a row
	Problems  []string  `json:"problems,omitempty"` // pieces the last read could not use

	Since     time.Time         `json:"failing_since,omitzero"` // when it began to fail
	NotBefore time.Time         `json:"not_before,omitzero"`    // when it may be asked again, by what its server says
	Held      int               `json:"held,omitempty"`         // pieces held out of editions, see EventHeld
	Events    map[EventKind]int `json:"events,omitempty"`       // how often each has happened, ever
}

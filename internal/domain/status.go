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
}

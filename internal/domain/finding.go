package domain

import "fmt"

// Finding is something that should not be so in what is stored.
type Finding struct {
	Edition EditionID `json:"edition,omitempty"` // 0 when it is about no edition
	Text    string    `json:"text"`              // for people
}

// String is the finding in one line: "edition 7: 3 deliveries are missing".
func (f Finding) String() string {
	if f.Edition == 0 {
		return f.Text
	}
	return fmt.Sprintf("edition %d: %s", f.Edition, f.Text)
}

package doctor

import "slices"

// Level is how bad a finding is.
type Level string

// The levels, from the best to the worst. Unknown is what could not be asked.
const (
	OK      Level = "ok"
	Note    Level = "note"
	Unknown Level = "unknown"
	Warning Level = "warning"
	Fault   Level = "fault"
)

// Finding is what one examination says of one thing.
type Finding struct {
	Exam  string `json:"exam"` // a word for machines: spf, dkim, relay
	Of    string `json:"of"`   // what was examined: a domain, a relay, a source
	Level Level  `json:"level"`
	Says  string `json:"says"`            // what is so, in a sentence
	Why   string `json:"why,omitempty"`   // why it matters
	Do    string `json:"do,omitempty"`    // what to do about it
	Paste string `json:"paste,omitempty"` // the record or the line that mends it
}

// Report is everything that was found, in the order of the examinations.
type Report []Finding

// Count is how many findings are of a level.
func (r Report) Count(l Level) int {
	n := 0
	for _, f := range r {
		if f.Level == l {
			n++
		}
	}
	return n
}

// Green reports whether nothing that was found keeps letters from arriving.
func (r Report) Green() bool {
	return !slices.ContainsFunc(r, func(f Finding) bool { return f.Level == Fault })
}

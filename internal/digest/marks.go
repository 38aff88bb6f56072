package digest

import "strings"

// Marks stand in a letter where each patron's copy differs. They consist of
// letters and digits.
type Marks struct {
	Name        string // first name; may be filled with nothing
	Unsubscribe string // https address
}

// sample fills the marks as for some patron, for previews.
func (m Marks) sample(server string) *strings.Replacer {
	return strings.NewReplacer(m.Name, "Alex", m.Unsubscribe, server+"/u/preview")
}

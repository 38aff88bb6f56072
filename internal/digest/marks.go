package digest

import "strings"

// Marks stand in a letter where each patron's copy differs. They consist of
// letters and digits.
type Marks struct {
	Name        string // first name; may be filled with nothing
	Unsubscribe string // https address
	Manage      string // https address of the patron's own page; empty has none
	View        string // https address of the letter on the web; empty is the public copy
}

// sample fills the marks as for some patron, for previews.
func (m Marks) sample(server string) *strings.Replacer {
	pairs := []string{m.Name, "Alex", m.Unsubscribe, server + "/u/preview"}
	if m.Manage != "" {
		pairs = append(pairs, m.Manage, server+"/p/preview")
	}
	if m.View != "" {
		pairs = append(pairs, m.View, server+"/e/preview")
	}
	return strings.NewReplacer(pairs...)
}

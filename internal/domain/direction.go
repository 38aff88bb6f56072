package domain

import "strings"

// The directions in which languages are written, as HTML calls them.
const (
	LTR = "ltr"
	RTL = "rtl"
)

// Direction is the way in which a language is written, by its BCP 47 tag.
func Direction(language string) string {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch primary {
	case "ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return RTL
	}
	return LTR
}

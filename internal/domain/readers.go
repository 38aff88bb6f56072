package domain

// Readers are people who get the same words: an audience, with its dates in one
// language.
type Readers struct {
	Audience
	Dates string // the language's BCP 47 tag; empty is the publication's own
}

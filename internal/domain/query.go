package domain

// ItemQuery selects items that stand (are not withdrawn); an empty field
// selects all. Answers are newest first by Published, then by ID.
type ItemQuery struct {
	Kinds   []ItemKind
	Series  []string
	Sources []string
	Limit   int // 0 is no limit
}

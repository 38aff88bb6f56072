package domain

// ItemQuery selects items that stand (are not withdrawn); an empty field
// selects all. Answers are newest first by Published, then by ID.
type ItemQuery struct {
	Kinds   []ItemKind
	Series  []string
	Sources []string
	IDs     []ItemID
	Limit   int // 0 is no limit
	// Brief leaves out what items say and show: they have their ids, dates, kind,
	// series and title.
	Brief bool
}

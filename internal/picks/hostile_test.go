package picks_test

import (
	"strings"
	"testing"

	"marquee/internal/picks"
)

// What is large and means nothing is read in time that grows with its size: these
// would take minutes if anything were done for each pair.
func TestHostilePosts(t *testing.T) {
	t.Parallel()
	r := picks.NewReader()
	for name, unit := range map[string]string{
		"parentheses": "(", "open titles": "<p><b>A (1999), ", "words": " on Netflix (", "headings": "<h2>A</h2>", "breaks": "a<br>",
		"double breaks": "<b>A</b> (1999)<br><br>", "leaving": " leaves Nov (until ", "separators": " – ", "numbers": "1. ", "lists": "<ul><li>A (1999)",
		"marks": "<b>A</b> ", "services": "Netflix, ", "fillers": "on at via in ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, lead := range []string{"", "<p><b>The Salt Ledger</b> (2024)</p><p>", "<p><b>The Salt Ledger</b> (2024), "} {
				r.Read(picks.Post{HTML: lead + strings.Repeat(unit, 200_000/len(unit)), Day: friday})
			}
		})
	}
}

package gather

import (
	"fmt"
	"strings"
)

// Report is what came of reading a source once.
type Report struct {
	New       int
	Changed   int  // stored pieces of which readers see something else now
	Opened    int  // those among them that were exclusive and are not any more
	Returned  int  // pieces that were withdrawn and are back
	Withdrawn int  // pieces that the source took back
	Unchanged bool // the source said that it holds what it held
	Problems  []string
}

// String is the report in a few words, "3 new, 1 changed, 1 problem"; the
// problems themselves are not in it.
func (r Report) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{
		{r.New, "new"},
		{r.Changed, "changed"},
		{r.Opened, "opened"},
		{r.Returned, "returned"},
		{r.Withdrawn, "withdrawn"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	switch n := len(r.Problems); n {
	case 0:
	case 1:
		parts = append(parts, "1 problem")
	default:
		parts = append(parts, fmt.Sprintf("%d problems", n))
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

func (r *Report) problem(where string, err error) {
	r.Problems = append(r.Problems, fmt.Sprintf("%s: %v", where, err))
}

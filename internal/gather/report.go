package gather

import (
	"fmt"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// Report is what came of reading a source once.
type Report struct {
	New         int
	FirstLooks  int  // those among them that the source shows only in part
	Changed     int  // stored pieces of which readers see something else now
	Republished int  // stored pieces with a later date
	Opened      int  // stored pieces that were exclusive and are not any more
	Returned    int  // pieces that were withdrawn and are back
	Withdrawn   int  // pieces that the source took back
	Held        int  // new ones that are held out of editions
	Unchanged   bool // the source said that it holds what it held
	Problems    []string
}

// report counts what happened.
func (r *round) report(unchanged bool) Report {
	count := map[domain.EventKind]int{}
	for _, e := range r.events {
		count[e.Kind]++
	}
	return Report{
		New: len(r.added), FirstLooks: count[domain.EventFirstLook], Changed: count[domain.EventChanged],
		Republished: count[domain.EventRepublished], Opened: count[domain.EventNowFree], Returned: count[domain.EventReturned],
		Withdrawn: count[domain.EventWithdrawn], Held: count[domain.EventHeld], Unchanged: unchanged, Problems: r.told(),
	}
}

// told is what the operator hears of.
func (r *round) told() []string {
	if r.held == "" {
		return r.problems
	}
	return append(slices.Clip(r.problems), r.held)
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
		{r.FirstLooks, "first look"},
		{r.Changed, "changed"},
		{r.Republished, "republished"},
		{r.Opened, "now free"},
		{r.Returned, "returned"},
		{r.Withdrawn, "withdrawn"},
		{r.Held, "held"},
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

package patron

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"marquee/internal/domain"
)

// rightView is when somebody may read one sort of piece.
type rightView struct{ What, When string }

// rights are what an audience may read when, of all that is not simply open to
// everyone: the ladders, in words.
func (h *handlers) rights(who domain.Audience) []rightView {
	labels := map[domain.ItemKind]string{
		domain.Review: "Reviews", domain.Essay: "Essays", domain.List: "Lists",
		domain.Picks: "Streaming picks", domain.Post: "Posts", domain.Poll: "Polls",
	}
	var views []rightView
	for _, kind := range domain.ItemKinds() {
		if ladder := h.Policy.Kinds[kind]; len(ladder) > 0 {
			views = append(views, rightView{labels[kind], h.opens(who, ladder)})
		}
	}
	for _, series := range slices.Sorted(maps.Keys(h.Policy.Series)) {
		if ladder := h.Policy.Series[series]; len(ladder) > 0 {
			views = append(views, rightView{series, h.opens(who, ladder)})
		}
	}
	for _, source := range slices.Sorted(maps.Keys(h.Policy.Sources)) {
		if ladder := h.Policy.Sources[source]; len(ladder) > 0 {
			views = append(views, rightView{"From " + source, h.opens(who, ladder)})
		}
	}
	return views
}

// opens says when a ladder opens to an audience.
func (h *handlers) opens(who domain.Audience, ladder domain.Ladder) string {
	wait := time.Duration(-1)
	for _, step := range ladder {
		if h.Policy.Reaches(who, step.To) && (wait < 0 || step.After < wait) {
			wait = step.After
		}
	}
	const day = 24 * time.Hour
	switch {
	case wait < 0:
		return "a teaser"
	case wait == 0:
		return "in full, at once"
	case wait == day:
		return "in full, a day after publication"
	case wait%day == 0:
		return fmt.Sprintf("in full, %d days after publication", wait/day)
	}
	return fmt.Sprintf("in full, %s after publication", wait)
}

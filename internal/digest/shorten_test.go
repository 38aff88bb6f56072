package digest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The text is rendered from the view that the HTML fitted with, so each step
// must take the view it was given and leave it alone.
func TestShorteningsLeaveTheirView(t *testing.T) {
	t.Parallel()
	full := func() View {
		return View{Sections: []SectionView{{
			Items: []ItemView{{Title: "Fog", Excerpt: "One two.", Facts: "2026", Action: "Read", Image: &ImageView{URL: "https://x.example/"}}},
			Picks: []PickView{{Title: "Ferry", Why: "<p>One two.</p>", WhyText: "One two.", Image: &ImageView{URL: "https://x.example/"}}},
		}}}
	}
	v, last := full(), View{}
	for _, shorten := range shortenings() {
		last = shorten(v)
		if diff := cmp.Diff(full(), v); diff != "" {
			t.Fatalf("the view was changed (-want +got):\n%s", diff)
		}
	}
	if got := last.Sections[0]; got.Items[0].Title != "Fog" || got.Picks[0].Title != "Ferry" {
		t.Errorf("an item was lost: %+v", got)
	}
}

func TestShorteningsInTurn(t *testing.T) {
	t.Parallel()
	v := View{Sections: []SectionView{{Items: []ItemView{
		{Title: "Fog", Excerpt: "One two.", Facts: "2026", Action: "Read", Image: &ImageView{}},
		{Title: "Sea", Excerpt: "One two.", Facts: "2026", Action: "Read", Image: &ImageView{}},
	}}}}
	var images, excerpts, actions []int
	for _, shorten := range shortenings() {
		v = shorten(v)
		var i, e, a int
		for _, it := range v.Sections[0].Items {
			if it.Image != nil {
				i++
			}
			e, a = e+len(it.Excerpt), a+len(it.Action)
		}
		images, excerpts, actions = append(images, i), append(excerpts, e), append(actions, a)
	}
	want := [][]int{{2, 2, 1, 0, 0}, {16, 16, 16, 0, 0}, {8, 8, 8, 8, 0}}
	if diff := cmp.Diff(want, [][]int{images, excerpts, actions}); diff != "" {
		t.Errorf("images, excerpts and actions after each step (-want +got):\n%s", diff)
	}
}

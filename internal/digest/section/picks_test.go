package section_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

func TestPicksChoose(t *testing.T) {
	t.Parallel()
	week := digest.Week{Items: []domain.Item{
		item(domain.Review, "a"), item(domain.Picks, "b"), item(domain.Poll, "c"), item(domain.Picks, "d"),
	}}
	if got := titles(must(t, "picks", "max: 1").Choose(week).Items); !slices.Equal(got, []string{"b", "d"}) {
		t.Errorf("chose %v, want every picks item", got)
	}
}

func TestPickView(t *testing.T) {
	t.Parallel()
	november := func(day int) domain.Date { return domain.Date{Year: 2026, Month: time.November, Day: day} }
	tests := map[string]struct {
		pick domain.Pick
		want digest.PickView
	}{
		"everything": {
			domain.Pick{
				Title: "The Salt Ledger", Year: 2024, Directors: []string{"Tomas Reyl", "Ada Lind"}, Service: "Criterion Channel",
				Access: domain.Subscription, Region: "US", Why: "<p>Told in <em>receipts</em>.</p>", Rating: &domain.Rating{Value: 2, Best: 5},
				URL: "https://c.example/", Review: "https://r.example/", Leaves: november(30),
				Image: &domain.Image{URL: "https://x.example/p.png"},
			},
			digest.PickView{
				Number: 1, Title: "The Salt Ledger", Year: 2024, Directors: "Tomas Reyl, Ada Lind",
				Where: "Criterion Channel · subscription · US", Service: "Criterion Channel", Dates: "leaves Nov 30",
				URL: "https://c.example/", Review: "https://r.example/",
				Why: "<p>Told in <em>receipts</em>.</p>", WhyText: "Told in receipts.",
				Rating: digest.RatingView{Stars: "★★", Spoken: "2 out of 5 stars", Plain: "★★ (2 out of 5)"},
				Image:  &digest.ImageView{URL: "https://feeds.example/i/p-160.jpg", Alt: "The Salt Ledger (2024), 2 out of 5 stars", Width: 72, Height: 108},
			},
		},
		"a film database's word": {
			domain.Pick{Title: "Fog", Service: "Kanopy", Supplement: domain.Supplement{Supplied: true, Watch: []domain.Watch{
				{Region: "US", Link: "https://www.themoviedb.org/x", Services: []domain.Service{{Name: "Tubi", Access: domain.WithAds}}, Checked: november(19)},
			}}},
			digest.PickView{
				Number: 1, Title: "Fog", Where: "Kanopy", Service: "Kanopy", Credits: []string{domain.CreditTMDB, domain.CreditJustWatch},
				Watch: []digest.WatchView{{Region: "US", Services: "Tubi (free with ads)", URL: "https://www.themoviedb.org/x", Checked: "Nov 19"}},
			},
		},
		"next to nothing": {domain.Pick{Title: "Fog"}, digest.PickView{Number: 1, Title: "Fog"}},
		"not there yet": {
			domain.Pick{Title: "Fog", Access: domain.Theaters, From: november(21), Leaves: november(30)},
			digest.PickView{Number: 1, Title: "Fog", Where: "in theaters", Dates: "from Nov 21, leaves Nov 30"},
		},
		"gone already": {domain.Pick{Title: "Fog", Leaves: november(19)}, digest.PickView{Number: 1, Title: "Fog", Dates: "left on Nov 19"}},
		"the last day": {domain.Pick{Title: "Fog", Leaves: november(20)}, digest.PickView{Number: 1, Title: "Fog", Dates: "leaves today"}},
		"there since today": {
			domain.Pick{Title: "Fog", Service: "Tubi", Access: domain.WithAds, From: november(20)},
			digest.PickView{Number: 1, Title: "Fog", Where: "Tubi · free with ads", Service: "Tubi"},
		},
		"a broad image stays small": {
			domain.Pick{Title: "Fog", Image: &domain.Image{URL: "https://x.example/s.png"}},
			digest.PickView{Number: 1, Title: "Fog", Image: &digest.ImageView{URL: "https://feeds.example/i/s-160.jpg", Alt: "Fog", Width: 72, Height: 41}},
		},
		"an image that is not ours": {
			domain.Pick{Title: "Fog", Image: &domain.Image{URL: "https://x.example/gone.png"}}, digest.PickView{Number: 1, Title: "Fog"},
		},
		"images in the text": {
			domain.Pick{Title: "Fog", Why: `<p>A <img src="https://x.example/s.png" alt="pier" width="2000">, a <img src="https://x.example/gone.png" alt="lamp">.</p>`},
			digest.PickView{
				Number: 1, Title: "Fog", WhyText: "A , a .",
				Why: `<p>A <img src="https://feeds.example/i/s-1280.jpg" alt="pier" width="552" height="311">, a lamp.</p>`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			it := item(domain.Picks, "Picks", func(it *domain.Item) { it.Picks, it.Pictures = []domain.Pick{test.pick}, pictures() })
			v, ok := must(t, "picks", "").View(lens(nobody, nil), []domain.Item{it})
			if !ok || len(v.Picks) != 1 {
				t.Fatalf("view %+v, %v", v, ok)
			}
			if diff := cmp.Diff(test.want, v.Picks[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPicksAccessInWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range domain.PickAccesses() {
		it := item(domain.Picks, "Picks", func(it *domain.Item) { it.Picks = []domain.Pick{{Title: "Fog", Access: a}} })
		v, _ := must(t, "picks", "").View(lens(nobody, nil), []domain.Item{it})
		seen[v.Picks[0].Where] = true
	}
	if len(seen) != len(domain.PickAccesses()) || seen[""] {
		t.Errorf("ways to see a film in words: %v", seen)
	}
}

func TestPicksView(t *testing.T) {
	t.Parallel()
	films := func(names ...string) func(*domain.Item) {
		return func(it *domain.Item) {
			for _, n := range names {
				it.Picks = append(it.Picks, domain.Pick{Title: n})
			}
		}
	}
	body := func(text string) func(*domain.Item) { return func(it *domain.Item) { it.Body = text } }
	nowhere := func(it *domain.Item) { it.URL = "" }
	patronsOnly := domain.Ladder{{To: domain.ToPatrons}}
	prose := "<p>" + strings.Repeat("word ", 151) + "</p>"
	tests := map[string]struct {
		audience domain.Audience
		ladder   domain.Ladder
		options  string
		chosen   []domain.Item
		picks    []string
		items    []string
		note     string
		gone     bool
	}{
		"the list": {
			audience: matinee, ladder: patronsOnly,
			chosen: []domain.Item{item(domain.Picks, "P", films("a", "b"), body("<p>Wet week.</p>"))},
			picks:  []string{"a", "b"}, note: "Wet week.",
		},
		"for readers": {
			audience: reader, ladder: patronsOnly,
			chosen: []domain.Item{item(domain.Picks, "P", films("a", "b"))}, items: []string{"P"},
		},
		"too many": {
			options: "max: 3", note: "Wet.",
			chosen: []domain.Item{
				item(domain.Picks, "P", films("a", "b"), body("<p>Wet.</p>")),
				item(domain.Picks, "Q", films("c", "d"), body("<p>Dry.</p>")),
				item(domain.Picks, "R", films("e")),
			},
			picks: []string{"a", "b", "c"},
		},
		"a list in prose":      {chosen: []domain.Item{item(domain.Picks, "P", films("a"), body(prose))}, picks: []string{"a"}},
		"nobody could read it": {chosen: []domain.Item{item(domain.Picks, "P", body(prose))}, items: []string{"P"}},
		"only a note":          {chosen: []domain.Item{item(domain.Picks, "P", nowhere, body("<p>No picks today.</p>"))}, note: "No picks today."},
		"posts of a site": { // each keeps its title and its link
			chosen: []domain.Item{item(domain.Picks, "P", body("<p>Wet.</p>")), item(domain.Picks, "Q", body("<p>Dry.</p>"))},
			items:  []string{"P", "Q"},
		},
		"no body, no films": {chosen: []domain.Item{item(domain.Picks, "P", body(""))}, items: []string{"P"}},
		"nothing":           {gone: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, ok := must(t, "picks", test.options).View(lens(test.audience, test.ladder), test.chosen)
			var picks, items []string
			for i, p := range v.Picks {
				picks = append(picks, p.Title)
				if p.Number != i+1 {
					t.Errorf("pick %d has number %d", i+1, p.Number)
				}
			}
			for _, it := range v.Items {
				items = append(items, it.Title)
			}
			if ok == test.gone || !slices.Equal(picks, test.picks) || !slices.Equal(items, test.items) || v.NoteText != test.note {
				t.Errorf("picks %v, items %v, note %q, shown %v", picks, items, v.NoteText, ok)
			}
		})
	}
}

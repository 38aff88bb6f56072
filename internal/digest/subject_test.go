package digest

import (
	"testing"
	"unicode/utf8"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

func TestSubjectAndPreheader(t *testing.T) {
	t.Parallel()
	const long = "The Assassination of a Lighthouse Keeper by the Cowardly Sea and Its Many Friends"
	item := func(title, stars string) ItemView {
		return ItemView{Title: title, Rating: RatingView{Stars: stars}, Excerpt: "It begins in fog."}
	}
	lanterns, copper := item("Paper Lanterns", "★★★½"), item("Copperwire", "★★")
	ledger := PickView{Title: "The Salt Ledger", Service: "Criterion Channel", Dates: "leaves Nov 30"}
	ferry := PickView{Title: "Night Ferry"}
	tests := map[string]struct {
		items              []ItemView
		picks              []PickView
		slot               domain.Slot
		subject, preheader string
	}{
		"rich": {
			[]ItemView{lanterns, copper},
			[]PickView{ledger, ferry, ferry},
			"2026-11-20T17:00",
			"Paper Lanterns ★★★½, three picks for tonight",
			"The Salt Ledger on Criterion Channel, leaves Nov 30 · Copperwire ★★",
		},
		"one of each": {
			[]ItemView{item("Copperwire", "")},
			[]PickView{ferry},
			"2026-11-20T17:00",
			"Copperwire, one pick for tonight", "Night Ferry",
		},
		"stars do not fit": {
			[]ItemView{item("A Lighthouse Keeper and His Sea!", "★★★★")},
			[]PickView{ferry, ferry, ferry},
			"2026-11-20T17:00",
			"A Lighthouse Keeper and His Sea!, three picks for tonight", "Night Ferry",
		},
		"nothing fits": {
			[]ItemView{item(long, "★")},
			[]PickView{ferry},
			"2026-11-20T17:00",
			"The Assassination of a Lighthouse Keeper by the Cowardly…", "Night Ferry",
		},
		"reviews": {
			[]ItemView{lanterns, copper, copper},
			nil, "2026-11-20T17:00",
			"Paper Lanterns ★★★½ and two more", "Copperwire ★★ · Copperwire ★★",
		},
		"one review": {
			[]ItemView{lanterns},
			nil, "2026-11-20T17:00",
			"Lantern Screen Weekly: Paper Lanterns ★★★½", "It begins in fog.",
		},
		"picks on a Friday": {
			nil,
			[]PickView{ledger, ferry, ferry},
			"2026-11-20T17:00",
			"The Salt Ledger and two more to watch this weekend", "The Salt Ledger on Criterion Channel, leaves Nov 30",
		},
		"picks on a Tuesday": {
			nil,
			[]PickView{ledger},
			"2026-11-17T17:00",
			"The Salt Ledger, to watch this week", "The Salt Ledger on Criterion Channel, leaves Nov 30",
		},
		"picks with a long title": {
			nil,
			[]PickView{{Title: long}, ferry},
			"2026-11-21T09:00",
			"Two things to watch this weekend", long,
		},
		"nothing": {nil, nil, "2026-11-20T17:00", "Lantern Screen Weekly, Nov 20", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := View{Title: "Lantern Screen Weekly", Sections: []SectionView{{Items: test.items}, {Picks: test.picks}}}
			got := subject(v, test.slot, calendar.Of("en-US", nil))
			if got != test.subject || utf8.RuneCountInString(got) > maxSubject {
				t.Errorf("subject %q, want %q", got, test.subject)
			}
			if got := preheader(v); got != test.preheader || utf8.RuneCountInString(got) > maxPreheader {
				t.Errorf("preheader %q, want %q", got, test.preheader)
			}
		})
	}
}

func TestTruncated(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		n    int
		want string
	}{
		"fits":          {"one two", 7, "one two"},
		"between words": {"one two three", 9, "one two…"},
		"no comma left": {"one, two", 6, "one…"},
		"one word":      {"Łódźłódźłódź", 5, "Łódź…"},
	}
	for name, test := range tests {
		if got := truncated(test.text, test.n); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

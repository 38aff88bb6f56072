package picks_test

import (
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/picks"
)

// What stands behind a title, in many hands.
func TestParticulars(t *testing.T) {
	t.Parallel()
	r := picks.NewReader()
	for line, want := range map[string]string{
		", Netflix":                                 "on Netflix",
		" – HULU":                                   "on Hulu",
		" [Netflix]":                                "on Netflix",
		", now streaming on Max":                    "on Max",
		", dir. Max von Sydow":                      "dir Max von Sydow",
		", directed by A. B. Carrow and Mia Bos":    "dir A. B. Carrow+Mia Bos",
		" · Criterion24/7 · dir. Tomas Reyl":        "dir Tomas Reyl | on Criterion24/7",
		", Netflix and Hulu":                        "on Netflix, Hulu",
		", rent/buy on Apple TV":                    "on Apple TV | as rent",
		", in theaters":                             "as theaters",
		", Kanopy (free, US only)":                  "on Kanopy | as free | in US",
		", BFI Player, UK":                          "on BFI Player | in GB",
		", leaves Nov 30":                           "leaves 2026-11-30",
		", Leaving Netflix on December 1st":         "on Netflix | leaves 2026-12-01",
		", Hulu (until 1/4)":                        "on Hulu | leaves 2027-01-04",
		", Hulu (until 30/11)":                      "on Hulu | leaves 2026-11-30",
		", Hulu, expires 2026-12-05":                "on Hulu | leaves 2026-12-05",
		", Hulu, through 5 December 2026":           "on Hulu | leaves 2026-12-05",
		", Hulu, until Sunday":                      "on Hulu | leaves 2026-11-22",
		", Hulu, through the end of November":       "on Hulu | leaves 2026-11-30",
		", Hulu, leaves Nov 31":                     "on Hulu",
		", Shudder, from Nov. 27":                   "on Shudder | from 2026-11-27",
		", Shudder, premieres Fri., Nov 27":         "on Shudder | from 2026-11-27",
		", ★★★½, Tubi":                              "on Tubi | stars 3.5/0",
		", 7/10, Tubi":                              "on Tubi | stars 7/10",
		", ½ star, Tubi":                            "on Tubi | stars 0.5/0",
		", 3½ stars out of 4, Tubi":                 "on Tubi | stars 3.5/4",
		", PG-13, 1h 38m, Tubi (free with ads)":     "on Tubi | as ads",
		", Nothing Else Like It Under The Sun Ever": "",
	} {
		found, ok := r.Read(picks.Post{HTML: "<p><b>Ember Street</b> (1956)" + line + "</p><p>Why not.</p>", Day: friday})
		if !ok || len(found.Picks) != 1 {
			t.Errorf("%q is no film", line)
			continue
		}
		got, _, _ := strings.Cut(told(found), "\n")
		got = strings.TrimPrefix(strings.TrimPrefix(got, "Ember Street (1956)"), " | ")
		if got != want {
			t.Errorf("%q says %q, want %q", line, got, want)
		}
	}
}

// What begins a film, and what does not.
func TestTitles(t *testing.T) {
	t.Parallel()
	r := picks.NewReader()
	for post, want := range map[string]string{
		"<p>Ember Street (1956), Tubi</p>":                                      "Ember Street",
		"<p>#4. Ember Street (1956), Tubi</p>":                                  "Ember Street",
		"<p>🎬 <i>Ember Street</i> (1956), Tubi</p>":                             "Ember Street",
		"<p>«Ember Street» (1956), Tubi</p>":                                    "Ember Street",
		"<p><b>Pick of the Week: Ember Street</b> (1956), Tubi</p>":             "Ember Street",
		"<p><b>Ember Street [1956]</b> Tubi</p>":                                "Ember Street",
		"<p><b>Ember</b> <i>Street</i> (1956)</p>":                              "Ember Street",
		"<p><u>Ember Street</u> (A. B. Carrow, 1956)</p>":                       "Ember Street",
		"<p><i>Ember Street</i> (1956) is a film that I like.</p>":              "Ember Street",
		"<p>Ember Street (1956) is a film that I like.</p>":                     "",
		"<p>A thing that happened to me on the way to Ember Street (1956).</p>": "",
		"<p>Ember Street (closed)</p>":                                          "",
		"<p>Ember Street (1056), Tubi</p>":                                      "",
		"<p><b>Note</b> (updated 1956 times)</p>":                               "",
		"<p><b>Netflix</b> – Hulu</p>":                                          "",
		"<p><b>Last week</b> I saw (1956) nothing.</p>":                         "",
		"<p>(1956)</p>": "",
		"":              "",
	} {
		found, _ := r.Read(picks.Post{HTML: post, Day: friday})
		got := ""
		if len(found.Picks) > 0 {
			got = found.Picks[0].Title
		}
		if got != want {
			t.Errorf("%s is about %q, want %q", post, got, want)
		}
	}
}

// Without a day of its own a post cannot say in which year a day lies.
func TestUndatedPost(t *testing.T) {
	t.Parallel()
	found, ok := picks.NewReader().Read(picks.Post{HTML: "<p><b>Ember Street</b> (1956), Tubi, leaves Nov 30, until Sunday</p>"})
	if !ok || found.Picks[0].Leaves != (domain.Date{}) {
		t.Errorf("%+v, %t", found, ok)
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"1917 (1978)": 1978, "1917 (978)": 0, "(1978)": 0, "1917": 0, "1917 (1978) again": 0} {
		title, year, ok := picks.Headline(s)
		if ok != (want != 0) || ok && (title != "1917" || year != want) {
			t.Errorf("%q is %q of %d, %t", s, title, year, ok)
		}
	}
}

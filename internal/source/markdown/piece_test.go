package markdown_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
)

const review = `---
kind: review
title: "Copperwire: Redux"
date: 2026-11-20 09:30
updated: 2026-11-21T10:00:00Z
series: Reader's Choice
tags: [thriller, telephones]
url: reviews/copperwire/
author: Mara Ellison
language: en-GB
teaser: A thriller that loses its *own* signal.
image: {url: /still.jpg, alt: A pole, width: 1600, height: 900}
release: [{to: Screenwriter}, {to: patrons, after: 48h}, {to: everyone, after: 240h}]
film:
  title: Copperwire
  year: 2026
  director: Edda Quill
  writers: [Edda Quill, Tomas Reyl]
  cast: [Ines Vardo]
  genres: [Thriller]
  runtime: 1h 38m
  content_rating: PG-13
  released: 2026-11-18
  rating: ★★★½
  poster: https://images.example/copperwire.png
  tmdb: 990002
  imdb: tt9900002
---
I saw it <b>twice</b>.
`

func TestReview(t *testing.T) {
	t.Parallel()
	got, _ := one(t, "copperwire.md", review, "url: https://www.lanternscreen.example")
	want := source.Raw{
		GUID: "copperwire", URL: "https://www.lanternscreen.example/reviews/copperwire/",
		Title: "Copperwire: Redux", Author: "Mara Ellison", Language: "en-GB",
		Summary: "<p>A thriller that loses its <em>own</em> signal.</p>", Content: "<p>I saw it <b>twice</b>.</p>",
		Categories: []string{"thriller", "telephones"}, Kind: domain.Review, Series: "Reader's Choice",
		Image: &domain.Image{URL: "https://www.lanternscreen.example/still.jpg", Alt: "A pole", Width: 1600, Height: 900},
		Film: &domain.Film{
			Title: "Copperwire", Year: 2026, Directors: []string{"Edda Quill"}, Writers: []string{"Edda Quill", "Tomas Reyl"},
			Cast: []string{"Ines Vardo"}, Genres: []string{"Thriller"}, Runtime: 98 * time.Minute, ContentRating: "PG-13",
			Released: domain.Date{Year: 2026, Month: 11, Day: 18}, Rating: &domain.Rating{Value: 3.5, Step: 0.5},
			Poster: &domain.Image{URL: "https://images.example/copperwire.png"}, TMDB: "990002", IMDB: "tt9900002",
		},
		Release: domain.Ladder{
			{To: "Screenwriter"}, {To: domain.ToPatrons, After: 48 * time.Hour}, {To: domain.ToEveryone, After: 240 * time.Hour},
		},
		Published: time.Date(2026, 11, 20, 15, 30, 0, 0, time.UTC),
		Updated:   time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Every editor and every system saves text in its own way.
func TestSavedDifferently(t *testing.T) {
	t.Parallel()
	want, _ := one(t, "copperwire.md", review, "url: https://www.lanternscreen.example")
	for name, text := range map[string]string{
		"byte order mark": "\uFEFF" + review,
		"CRLF":            strings.ReplaceAll(review, "\n", "\r\n"),
		"CR":              strings.ReplaceAll(review, "\n", "\r"),
		"blank lines":     "\n\n" + review,
		"spaces at end":   strings.ReplaceAll(review, "---\n", "--- \t\n"),
		"dots":            strings.Replace(review, "\n---\n", "\n...\n", 1),
		"no last newline": strings.TrimSuffix(review, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := one(t, "copperwire.md", text, "url: https://www.lanternscreen.example")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTitlesAreWords(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"1917", "300", "No", "NO", "null", "true", "2:37", "1e3", "0x10", "08", "2001-04-06", ".nan", "1_000"} {
		raw, s := one(t, "2026-11-20.md", "---\npicks:\n  - title: "+title+"\n    year: 2006\n---\n", "")
		if got := raw.Picks[0].Title; got != title || s.log.Len() > 0 {
			t.Errorf("title: %s reads as %q, log %s", title, got, s.log)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, chicago(t))
	tests := []struct {
		file, date string
		want       time.Time
		odd        bool
	}{
		{"2026-11-20.md", "", day, false},
		{"2026-11-20-noir-week.md", "", day, false},
		{"2026/2026-11-20.markdown", "", day, false},
		{"2026-11-20.md", "2026-11-20", day, false},
		{"2026-11-20.md", "2026-11-20 17:00", day.Add(17 * time.Hour), false},
		{"2026-11-20.md", "2026-11-20T17:00:05", day.Add(17*time.Hour + 5*time.Second), false},
		{"2026-11-20.md", "2026-11-20T23:00:00Z", day.Add(17 * time.Hour), false},
		{"2026-11-20.md", "2026-11-20 17:00:00 -0600", day.Add(17 * time.Hour), false},
		{"2026-11-20.md", "2026-11-21T02:00:00Z", day.Add(20 * time.Hour), false},
		{"2026-11-20.md", "2026-11-13 17:00", day, true},
		{"picks.md", "2026-11-20", day, false},
		{"2026-11-2.md", "2026-11-20", day, false},
		{"2026-11-130.md", "2026-11-20", day, false},
		{"picks-2026-11-13.md", "2026-11-20T06:00:00Z", day, false},
	}
	for _, tt := range tests {
		raw, s := one(t, tt.file, "---\ndate: "+tt.date+"\n---\nA note.\n", "")
		if !raw.Published.Equal(tt.want) || s.log.Len() > 0 != tt.odd {
			t.Errorf("%s, date %s: published %v, want %v; log %s", tt.file, tt.date, raw.Published, tt.want, s.log)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct{ base, text, want string }{
		{"", "A note.", ""},
		{"url: https://lanternscreen.example/picks", "A note.", "https://lanternscreen.example/picks/2026-11-20"},
		{"url: https://lanternscreen.example/picks", "---\nurl: noir/\n---\n", "https://lanternscreen.example/picks/noir/"},
		{"url: https://lanternscreen.example/picks/", "---\nurl: https://other.example/\n---\n", "https://other.example/"},
	}
	for _, tt := range tests {
		if raw, _ := one(t, "2026-11-20.md", tt.text, tt.base); raw.URL != tt.want {
			t.Errorf("%q below %q: got %q, want %q", tt.text, tt.base, raw.URL, tt.want)
		}
	}
}

func TestRuntimes(t *testing.T) {
	t.Parallel()
	for written, minutes := range map[string]int{
		"98": 98, "98 min": 98, "98 min.": 98, "98 minutes": 98, "98m": 98, "1h 38m": 98, "1h38": 98, "1h 38 min.": 98, "1:38": 98, "2h": 120, "7h 19m": 439,
	} {
		raw, _ := one(t, "2026-11-20.md", "---\nfilm:\n  runtime: "+written+"\n---\n", "")
		if got := raw.Film.Runtime; got != time.Duration(minutes)*time.Minute {
			t.Errorf("%s: got %v, want %d minutes", written, got, minutes)
		}
	}
	for _, written := range []string{"0", "-5", "long", "1h 2h", "h", "98 kg", "99999999", "1.5h"} {
		s := newShelf(t, t.TempDir(), "")
		s.write("2026-11-20.md", "---\nfilm:\n  runtime: "+written+"\n---\n")
		if res := s.read(); len(res.Problems) != 1 {
			t.Errorf("%s: got %v, want a problem", written, res)
		}
	}
}

func TestOddities(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"unknown key":      {"---\nrelaese: patrons\n---\n", `where=DIR/2026-11-20.md:2 err="unknown key relaese`},
		"unknown in pick":  {"---\npicks:\n  - title: X\n    direktor: Y\n---\n", `:4 err="unknown key direktor`},
		"left before":      {"---\npicks:\n  - title: Ember Street\n    leaves: 2026-11-19\n---\n", `:3 err="Ember Street leaves on 2026-11-19, before`},
		"left before came": {"## X (2020)\nMUBI · from 2026-12-02 · leaves 2026-12-01", `:1 err="X leaves on 2026-12-01, before it comes`},
		"comment in title": {"---\ntitle: The #1 Film\n---\n", `:2 err="title: # begins a comment`},
		"curly quotes":     {"---\ntitle: “Noir”\n---\n", `:2 err="title: curly`},
		"unknown in image": {"---\nimage: {url: 'https://i.example/a.png', size: 3}\n---\n", `:2 err="unknown key size`},
		"unknown in film":  {"---\nfilm:\n  director: X\n  star: Y\n---\n", `:4 err="unknown key star`},
		"same film twice":  {"---\npicks: [{title: X, year: 2020}, {title: x, year: 2020}]\n---\n", "recommended 0 issues before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s := one(t, "2026-11-20.md", tt.text, "")
			got := strings.ReplaceAll(s.log.String(), s.dir, "DIR")
			if !strings.Contains(got, "level=WARN") || !strings.Contains(got, "source=picks") || !strings.Contains(got, tt.want) {
				t.Errorf("logged %q, want %s", got, tt.want)
			}
		})
	}
}

func TestRepeatedPick(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	pick := "---\npicks: [{title: Winter Count, year: 2026}]\n---\n"
	s.write("2026-11-06.md", pick)
	s.write("2026-11-13.md", strings.Replace(pick, "2026}", "1970}", 1))
	s.write("2026-11-20.md", pick)
	s.read()
	if got := s.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "item=2026-11-20") ||
		!strings.Contains(got, "Winter Count was recommended 2 issues before") {
		t.Errorf("logged %s", got)
	}
}

func TestProsePick(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]domain.Pick{
		"Kanopy": {Service: "Kanopy", Region: "US"},
		"*Kanopy* (free with a library card) · dir. A, B": {Service: "Kanopy", Access: domain.Free, Region: "US", Directors: []string{"A", "B"}},
		"Hulu · leaves Nov 30":                            {Service: "Hulu", Region: "US", Leaves: domain.Date{Year: 2026, Month: 11, Day: 30}},
		"Prime Video (rent, GB) | directed by A | ★★½":    {Service: "Prime Video", Access: domain.Rent, Region: "GB", Directors: []string{"A"}, Rating: &domain.Rating{Value: 2.5, Step: 0.5}},
		"Theaters • from 2026-12-01 • until 2026-12-24 • theaters": {
			Service: "Theaters", Region: "US", Access: domain.Theaters, From: domain.Date{Year: 2026, Month: 12, Day: 1}, Leaves: domain.Date{Year: 2026, Month: 12, Day: 24},
		},
	} {
		raw, _ := one(t, "2026-11-20.md", "---\nregion: us\n---\nA note.\n\n## Salt \\& *Ledger* &amp; Sons (1961)\n"+line+"\nWhy.\n", "")
		want.Title, want.Year, want.Why = "Salt & Ledger & Sons", 1961, "<p>Why.</p>"
		if diff := cmp.Diff([]domain.Pick{want}, raw.Picks); diff != "" || raw.Content != "<p>A note.</p>" {
			t.Errorf("%s: note %q, picks (-want +got):\n%s", line, raw.Content, diff)
		}
	}
}

func TestManyMistakes(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-20.md", "---\npicks:\n"+strings.Repeat("- year: 08\n", 90)+"---\n")
	if res := s.read(); len(res.Problems) != 20 {
		t.Errorf("%d problems are told, want 20", len(res.Problems))
	}
}

package filmdata

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
)

func TestRuntime(t *testing.T) {
	t.Parallel()
	for s, minutes := range map[string]int{
		"PT1H38M": 98, "PT98M": 98, "P0DT1H38M": 98, "PT2H": 120, "PT5880S": 98, "98 min.": 98, "98": 98, "98 minutes": 98, "1h 38m": 98,
		"1 hr 38 min": 98, "1 hr. 38 min.": 98, "1 hour, 38 minutes": 98, "": 0, "soon": 0, "two hours": 0, "99999999 min": 0, "98 pages": 0, "-5 min": 0,
		"PT0M": 0, "1h 38": 98,
	} {
		if got := runtime(s); got != time.Duration(minutes)*time.Minute {
			t.Errorf("%q: %v, want %d minutes", s, got, minutes)
		}
	}
}

func TestReleased(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026-05-29": "2026-05-29", "2026-05-29T00:00:00-06:00": "2026-05-29", "May 29, 2026": "2026-05-29", "Dec. 5, 2025": "2025-12-05",
		"29 May 2026": "2026-05-29", "2026": "", "05/29/2026": "", "June 31, 2026": "", "": "",
	} {
		if got := released(s).String(); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestYear(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"2026": 2026, "1895-12-28": 1895, "1300": 0, "20260": 0, "": 0, "soon": 0} {
		if got := year(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	var film domain.Film
	for _, address := range []string{
		"https://example.com/title/tt1/", "https://www.imdb.com/name/nm1/", "https://www.imdb.com/title/ttx/",
		"https://www.imdb.com/title/tt9900001/?ref=x", "https://www.imdb.com/title/tt2/", "https://www.themoviedb.org/tv/5", "https://www.themoviedb.org/movie/990001-the-salt-ledger",
	} {
		identify(&film, address)
	}
	if diff := cmp.Diff(domain.Film{IMDB: "tt9900001", TMDB: "990001"}, film); diff != "" {
		t.Error(diff)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	other := &domain.Film{
		Title: "Other", Year: 2024, Cast: []string{"A"}, Rating: &domain.Rating{Value: 3, Best: 4},
		Poster: &domain.Image{URL: "https://h/p.jpg", Width: 10, Height: 15, Alt: "Poster"},
	}
	if Merge(nil, nil) != nil {
		t.Error("nothing and nothing is nothing")
	}
	alone := Merge(nil, other)
	if diff := cmp.Diff(other, alone); diff != "" {
		t.Error(diff)
	}
	alone.Cast[0], alone.Rating.Value, alone.Poster.Alt = "B", 1, "mine"
	if other.Cast[0] != "A" || other.Rating.Value != 3 || other.Poster.Alt != "Poster" {
		t.Error("the result shares memory with what it was filled from")
	}
	film := Merge(&domain.Film{
		Title: "Mine", Cast: []string{"Me"}, Rating: &domain.Rating{Value: 3.5}, Poster: &domain.Image{URL: "https://h/p.jpg", Alt: "Mine"},
	}, other)
	want := &domain.Film{
		Title: "Mine", Year: 2024, Cast: []string{"Me"}, Rating: &domain.Rating{Value: 3, Best: 4},
		Poster: &domain.Image{URL: "https://h/p.jpg", Width: 10, Height: 15, Alt: "Mine"},
	}
	if diff := cmp.Diff(want, film); diff != "" {
		t.Error(diff)
	}
	film.Rating.Value = 0.5
	if Merge(film, other).Rating.Value != 0.5 {
		t.Error("a rating with a scale gave way")
	}
}

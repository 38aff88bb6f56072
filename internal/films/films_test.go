package films_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/testkit"
)

func ledger() testkit.TMDBFilm {
	return testkit.TMDBFilm{
		ID: 990001, IMDB: "tt9900001", Title: "The Salt Ledger", Original: "Solná kniha", Released: "2024-09-13", Runtime: 112,
		Genres: []string{"Crime"}, Directors: []string{"Tomas Reyl"}, Writers: []string{"Ada Lind"}, Cast: []string{"Lio Marsh"},
		Certified: map[string]string{"US": "R"},
		Watch:     map[string]map[string][]string{"US": {"flatrate": {"Criterion Channel"}, "rent": {"Apple TV"}}},
	}
}

// A film is taken for another only when that is certain.
func TestMatch(t *testing.T) {
	t.Parallel()
	film := func(id int64, title, released string, directors ...string) testkit.TMDBFilm {
		return testkit.TMDBFilm{ID: id, Title: title, Released: released, Directors: directors}
	}
	many := func(n int) (all []testkit.TMDBFilm) {
		for i := range n {
			all = append(all, film(int64(i+1), "Home", "2024-01-01", fmt.Sprintf("Director %d", i+1)))
		}
		return all
	}
	tests := map[string]struct {
		known  []testkit.TMDBFilm
		film   domain.Film
		want   string
		reason string
	}{
		"title and year":            {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The salt  ledger", Year: 2024}, "990001", ""},
		"its own title":             {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "Solna Kniha!", Year: 2024}, "990001", ""},
		"the year before":           {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger", Year: 2023}, "990001", ""},
		"the year after":            {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger", Year: 2025}, "990001", ""},
		"two years off":             {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger", Year: 2026}, "", "TMDB knows no film of this title of 2026"},
		"a part of the title":       {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "Salt Ledger", Year: 2024}, "", "knows no film of this title"},
		"no year":                   {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger"}, "", "no year is named"},
		"an id":                     {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "Salt", TMDB: "990001"}, "990001", ""},
		"an id that is none":        {nil, domain.Film{Title: "Salt", TMDB: "7"}, "", "TMDB knows no film 7"},
		"IMDb's id":                 {[]testkit.TMDBFilm{ledger()}, domain.Film{IMDB: "tt9900001"}, "990001", ""},
		"IMDb's id of no film":      {nil, domain.Film{IMDB: "tt1"}, "", "TMDB knows no film tt1"},
		"its director":              {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger", Year: 2024, Directors: []string{"Ada Lind", "Tomás  Reyl"}}, "990001", ""},
		"another's director":        {[]testkit.TMDBFilm{ledger()}, domain.Film{Title: "The Salt Ledger", Year: 2024, Directors: []string{"Ada Lind"}}, "", "by another director is 990001 (2024)"},
		"two of one title":          {[]testkit.TMDBFilm{film(1, "Fog", "2024-01-01"), film(2, "Fog", "2025-01-01")}, domain.Film{Title: "Fog", Year: 2024}, "", "could be any of 1 (2024), 2 (2025)"},
		"two, told apart":           {[]testkit.TMDBFilm{film(1, "Fog", "2024-01-01", "A B"), film(2, "Fog", "2024-01-01", "C D")}, domain.Film{Title: "Fog", Year: 2024, Directors: []string{"c. d."}}, "2", ""},
		"two by one director":       {[]testkit.TMDBFilm{film(1, "Fog", "2024-01-01", "A B"), film(2, "Fog", "2025-01-01", "A B")}, domain.Film{Title: "Fog", Year: 2024, Directors: []string{"A B"}}, "", "could be any of 1 (2024), 2 (2025)"},
		"too many":                  {many(7), domain.Film{Title: "Home", Year: 2024, Directors: []string{"Director 1"}}, "", "too many films have such a title"},
		"more than anybody reads":   {append(many(70), film(99, "Fog Home", "2024-01-01")), domain.Film{Title: "Home", Year: 2024}, "", "too many films have such a title"},
		"a title like a phrase":     {[]testkit.TMDBFilm{film(1, "Fog & Fire: Who's There?", "2024-01-01")}, domain.Film{Title: "Fog & Fire – Who’s There?", Year: 2024}, "1", ""},
		"without a date of its own": {[]testkit.TMDBFilm{film(1, "Fog", "")}, domain.Film{Title: "Fog", Year: 2024}, "", "knows no film of this title"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.known...)
			w.items = []domain.Item{review(test.film)}
			w.refresh(t, time.Hour)
			for _, r := range w.records {
				if r.TMDB != test.want || (r.Reason == "") != (test.reason == "") || !strings.Contains(r.Reason, test.reason) {
					t.Errorf("is %q, because %q", r.TMDB, r.Reason)
				}
			}
			if len(w.records) != 1 {
				t.Errorf("records %+v", w.records)
			}
		})
	}
}

// What a piece says stays; what it leaves out is filled in, and credited.
func TestSupply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ledger())
	w.items = []domain.Item{review(domain.Film{
		Title: "Salt Ledger, The", Year: 2023, Cast: []string{"Ines Vardo"}, TMDB: "990001", Rating: &domain.Rating{Value: 3, Best: 4},
	})}
	if got := w.shown(t); !cmp.Equal(got, w.items[0]) || got.Credits() != nil {
		t.Errorf("before anybody asked: %+v", got.Film)
	}
	w.refresh(t, time.Hour)
	got := w.shown(t)
	want := domain.Film{
		Title: "Salt Ledger, The", Year: 2023, Cast: []string{"Ines Vardo"}, TMDB: "990001", Rating: &domain.Rating{Value: 3, Best: 4},
		Runtime: 112 * time.Minute, Genres: []string{"Crime"}, Directors: []string{"Tomas Reyl"}, Writers: []string{"Ada Lind"},
		ContentRating: "R", Released: domain.Date{Year: 2024, Month: 9, Day: 13}, IMDB: "tt9900001",
		Supplement: domain.Supplement{Supplied: true, Watch: []domain.Watch{{
			Region: "US", Link: "https://www.themoviedb.org/movie/990001/watch?locale=US", Checked: domain.Date{Year: 2026, Month: 11, Day: 21}, // in Tokyo
			Services: []domain.Service{{Name: "Criterion Channel", Access: domain.Subscription}, {Name: "Apple TV", Access: domain.Rent}},
		}}},
	}
	if diff := cmp.Diff(want, *got.Film); diff != "" {
		t.Errorf("film (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{domain.CreditTMDB, domain.CreditJustWatch}, got.Credits()); diff != "" {
		t.Errorf("credits (-want +got):\n%s", diff)
	}
	if w.items[0].Film.Runtime != 0 {
		t.Error("the item itself was changed")
	}
}

func TestSupplyPicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ledger())
	w.items = []domain.Item{{Kind: domain.Picks, Picks: []domain.Pick{
		{Title: "The Salt Ledger", Year: 2024, Service: "Kanopy", Why: "<p>Why</p>"}, {Title: "Fog", Year: 1980},
	}}}
	w.refresh(t, time.Hour)
	got := w.shown(t)
	p := got.Picks[0]
	if p.TMDB != "990001" || p.Service != "Kanopy" || p.Why != "<p>Why</p>" || len(p.Watch) != 1 || !p.Supplied || p.Directors[0] != "Tomas Reyl" {
		t.Errorf("pick %+v", p)
	}
	if other := got.Picks[1]; !cmp.Equal(other, w.items[0].Picks[1]) {
		t.Errorf("unknown pick %+v", other)
	}
	if len(got.Credits()) != 2 || w.items[0].Picks[0].TMDB != "" {
		t.Errorf("credits %v", got.Credits())
	}
}

// A film about which everything was said, and that can be watched nowhere, owes
// nobody credit.
func TestNothingToCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.TMDBFilm{ID: 1, Title: "Fog", Released: "1980-02-01"})
	w.items = []domain.Item{review(domain.Film{Title: "The Fog", Year: 1980, TMDB: "1"})}
	w.refresh(t, time.Hour)
	if got := w.shown(t); got.Credits() != nil || got.Film.Supplied {
		t.Errorf("film %+v", got.Film)
	}
}

// How old what is known may get.
func TestAges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ledger())
	w.items = []domain.Item{review(domain.Film{Title: "The Salt Ledger", Year: 2024}), review(domain.Film{Title: "Fog", Year: 1980})}
	start := w.now
	for _, step := range []struct {
		after time.Duration
		asks  int
		what  string
	}{
		{0, 7, "both, by three years each, and the film"},
		{0, 0, "again"},
		{19 * time.Hour, 0, "what is not a day old"},
		{20 * time.Hour, 1, "what is"},
		{6 * 24 * time.Hour, 1, "one day after the other"},
		{7 * 24 * time.Hour, 4, "once more what was not found"},
	} {
		w.now = start.Add(step.after)
		if n := w.refresh(t, 20*time.Hour); n != step.asks {
			t.Errorf("%s: %d questions, want %d", step.what, n, step.asks)
		}
	}
	// The site is read no more: nothing is asked until facts are to be renewed.
	w.items = w.items[:1]
	shelved := w.items
	last := w.now
	w.now, w.items = last.Add(71*time.Hour), nil
	w.refresh(t, 20*time.Hour)
	w.items = shelved
	if got := w.shown(t); len(got.Film.Watch) != 1 {
		t.Errorf("after three days less an hour: %+v", got.Film)
	}
	w.now = last.Add(72 * time.Hour)
	if got := w.shown(t); got.Film.Watch != nil || got.Film.Runtime == 0 || len(got.Credits()) != 1 {
		t.Errorf("after three days: %+v", got.Film)
	}
	w.now, w.items = last.Add(150*24*time.Hour), nil
	if n := w.refresh(t, 20*time.Hour); n != 1 {
		t.Errorf("after five months: %d questions", n)
	}
	last = w.now
	w.items = shelved
	w.now = last.Add(180*24*time.Hour - 1)
	if got := w.shown(t); got.Film.Runtime == 0 {
		t.Errorf("after six months, nearly: %+v", got.Film)
	}
	w.now = last.Add(180 * 24 * time.Hour)
	if got := w.shown(t); got.Film.Runtime != 0 || got.Credits() != nil {
		t.Errorf("after six months: %+v", got.Film)
	}
}

// The operator's word stands, also when it is none.
func TestDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ledger(), testkit.TMDBFilm{ID: 5, Title: "Other", Released: "1999-01-01", Runtime: 90})
	w.items = []domain.Item{review(domain.Film{Title: "The Salt Ledger", Year: 2024})}
	w.refresh(t, time.Hour)
	const subject = "the salt ledger (2024)"
	check(t, w.DecideFilm(t.Context(), subject, "", "5"))
	if got := w.shown(t); got.Film.Runtime != 0 {
		t.Errorf("still the other film's: %+v", got.Film)
	}
	if n := w.refresh(t, time.Hour); n != 1 || w.shown(t).Film.Runtime != 90*time.Minute {
		t.Errorf("%d questions, %+v", n, w.shown(t).Film)
	}
	check(t, w.DecideFilm(t.Context(), subject, "", ""))
	for range 2 {
		w.now = w.now.Add(30 * 24 * time.Hour)
		if n := w.refresh(t, time.Hour); n != 0 || w.records[subject].TMDB != "" {
			t.Errorf("%d questions, %+v", n, w.records[subject])
		}
	}
}

// A database that is down is left alone, and what is known of films stays.
func TestTrouble(t *testing.T) {
	t.Parallel()
	down := testkit.TMDBRefusal(http.StatusServiceUnavailable, 9)
	refused := testkit.TMDBRefusal(http.StatusUnauthorized, 7)
	later := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7200")
		testkit.TMDBRefusal(http.StatusTooManyRequests, 25)(w, r)
	}
	tests := map[string]struct {
		answers []http.HandlerFunc
		asks    int // questions before it gives up
		left    int
		rest    time.Duration
	}{
		"down":         {[]http.HandlerFunc{down, down, down, down, down, down, down, down, down}, 9, 5, 0},
		"refused":      {[]http.HandlerFunc{refused}, 1, 5, 0},
		"asks to wait": {[]http.HandlerFunc{later}, 1, 5, 2 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range 5 {
				id := fmt.Sprint(i + 1)
				w.tmdb.Add(testkit.TMDBFilm{ID: int64(i + 1), Title: "Film " + id, Released: "2024-01-01", Runtime: 80})
				w.items = append(w.items, review(domain.Film{Title: "Film " + id, TMDB: id}))
			}
			w.refresh(t, time.Hour)
			w.now = w.now.Add(20 * time.Hour)
			w.tmdb.Break(test.answers...)
			report, err := w.Refresh(t.Context(), 20*time.Hour)
			if n := len(w.tmdb.Asked()); err == nil || n != test.asks || report.Left != test.left {
				t.Errorf("%d questions, %+v, %v", n, report, err)
			}
			if w.health.Error == "" || !w.health.Failed.Equal(w.now) || (test.rest > 0 && !w.health.NotBefore.Equal(w.now.Add(test.rest))) {
				t.Errorf("health %+v", w.health)
			}
			if got := w.shown(t); got.Film.Runtime != 80*time.Minute {
				t.Errorf("lost %+v", got.Film)
			}
			w.now = w.now.Add(time.Hour)
			if n := w.refresh(t, 20*time.Hour); n != 5 && test.rest == 0 || n != 0 && test.rest > 0 {
				t.Errorf("an hour later: %d questions", n)
			}
			w.now = w.now.Add(time.Hour)
			w.refresh(t, 20*time.Hour)
			if w.health.Error != "" {
				t.Errorf("health %+v", w.health)
			}
		})
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ledger())
	w.items = []domain.Item{review(domain.Film{TMDB: "990001"}), review(domain.Film{TMDB: "2"})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := w.Refresh(ctx, time.Hour); !errors.Is(err, context.Canceled) || r.Left != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]films.Subject{
		"tmdb:7":                                 {Title: "A", Year: 2024, TMDB: "7", IMDB: "tt1"},
		"imdb:tt1":                               {Title: "A", Year: 2024, IMDB: "tt1"},
		"the salt ledger (2024) ada, tomas reyl": {Title: " The SALT Ledger ", Year: 2024, Directors: []string{"Tomás Reyl", "Ada"}},
		"film":                                   {Title: "Film"},
		"!!!":                                    {Title: " !!!"},
		"fog and fire":                           {Title: "Fog & Fire!"},
		"":                                       {Year: 2024},
	} {
		if got := s.Key(); got != want {
			t.Errorf("key %q, want %q", got, want)
		}
	}
}

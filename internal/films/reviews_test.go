package films_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/films"
)

// bookcase holds reviews, the newest first.
type bookcase struct {
	films.Store
	written []domain.Item
	fail    error
}

func (b bookcase) Reviews(context.Context, []string) ([]domain.Item, error) { return b.written, b.fail }

// written is a review of a film.
func written(address string, f domain.Film) domain.Item {
	stars := domain.Rating{Value: 3.5, Best: 4}
	f.Rating = &stars
	return domain.Item{Kind: domain.Review, Title: "The Salt Ledger", URL: address, Film: &f}
}

// A review is joined to a pick only when it is certainly of the same film.
func TestReviewsOfTheSameFilm(t *testing.T) {
	t.Parallel()
	salt := domain.Film{Title: "The Salt Ledger", Year: 1961, Directors: []string{"Tomas Reyl"}}
	for name, tt := range map[string]struct {
		pick domain.Pick
		film domain.Film
		same bool
	}{
		"title and year":           {domain.Pick{Title: "the salt ledger", Year: 1961}, salt, true},
		"another year":             {domain.Pick{Title: "The Salt Ledger", Year: 2024}, salt, false},
		"no year, no director":     {domain.Pick{Title: "The Salt Ledger"}, salt, false},
		"its director":             {domain.Pick{Title: "The Salt Ledger", Directors: []string{"Tomás Reyl"}}, salt, true},
		"its director, a year off": {domain.Pick{Title: "The Salt Ledger", Year: 1962, Directors: []string{"Tomas Reyl"}}, salt, true},
		"its director, a remake":   {domain.Pick{Title: "The Salt Ledger", Year: 1981, Directors: []string{"Tomas Reyl"}}, salt, false},
		"another director":         {domain.Pick{Title: "The Salt Ledger", Year: 1961, Directors: []string{"Ada Lind"}}, salt, false},
		"one id":                   {domain.Pick{Title: "Solná kniha", TMDB: "990001"}, domain.Film{Title: "The Salt Ledger", TMDB: "990001"}, true},
		"two ids":                  {domain.Pick{Title: "The Salt Ledger", Year: 1961, IMDB: "tt1"}, domain.Film{Title: "The Salt Ledger", Year: 1961, IMDB: "tt2"}, false},
		"another title":            {domain.Pick{Title: "The Sugar Ledger", Year: 1961}, salt, false},
		"a film without its title": {domain.Pick{Title: "The Salt Ledger", Year: 1961}, domain.Film{Year: 1961}, true},
		"a review without a year":  {domain.Pick{Title: "The Salt Ledger", Year: 1961}, domain.Film{Title: "The Salt Ledger"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			it := &domain.Item{Picks: []domain.Pick{tt.pick}}
			r := films.Reviews{Store: bookcase{written: []domain.Item{written("https://l.example/salt", tt.film)}}, Known: func(*domain.Item) bool { return true }}
			if err := r.Supply(t.Context(), []*domain.Item{it}); err != nil {
				t.Fatal(err)
			}
			if got := it.Picks[0]; (got.Review != "") != tt.same || (got.Rating != nil) != tt.same {
				t.Errorf("pick %+v", got)
			}
		})
	}
}

func TestReviewsAddOnly(t *testing.T) {
	t.Parallel()
	film := domain.Film{Year: 1961, Poster: &domain.Image{URL: "https://l.example/poster.jpg"}}
	newest, older, secret := written("https://l.example/again", film), written("https://l.example/once", film), written("https://l.example/secret", film)
	newest.Pictures = []domain.Picture{{URL: "https://l.example/still.jpg", Key: "s"}, {URL: "https://l.example/poster.jpg", Key: "p", Width: 400, Height: 600}}
	own := domain.Rating{Value: 1, Best: 4}
	said := &domain.Item{Picks: []domain.Pick{
		{Title: "The Salt Ledger", Year: 1961, Review: "https://l.example/mine"},
		{Title: "The Salt Ledger", Year: 1961, Rating: &own, Image: &domain.Image{URL: "https://l.example/own.jpg"}},
		{Title: "The Salt Ledger", Year: 1961},
	}}
	before := said.Picks
	r := films.Reviews{
		Store: bookcase{written: []domain.Item{secret, {Title: "The Salt Ledger", URL: "https://l.example/none"}, newest, older}},
		Known: func(it *domain.Item) bool { return it.URL != secret.URL },
	}
	if err := r.Supply(t.Context(), []*domain.Item{said}); err != nil {
		t.Fatal(err)
	}
	want := []domain.Pick{
		{Title: "The Salt Ledger", Year: 1961, Review: "https://l.example/mine"},
		{Title: "The Salt Ledger", Year: 1961, Review: newest.URL, Rating: &own, Image: &domain.Image{URL: "https://l.example/own.jpg"}},
		{Title: "The Salt Ledger", Year: 1961, Review: newest.URL, Rating: newest.Film.Rating, Image: film.Poster},
	}
	if diff := cmp.Diff(want, said.Picks); diff != "" {
		t.Errorf("picks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(newest.Pictures[1:], said.Pictures); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	if before[2].Review != "" {
		t.Error("what was read from the store has changed")
	}
	broken := errors.New("no disk")
	r.Store = bookcase{fail: broken}
	if err := r.Supply(t.Context(), []*domain.Item{said}); err != nil {
		t.Errorf("every pick has its review, and yet %v", err)
	}
	if err := r.Supply(t.Context(), []*domain.Item{{Picks: before}}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

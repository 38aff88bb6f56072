package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/store"
)

func filmTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"reviews by their titles":   reviewsByTitle,
		"films come back":           filmsComeBack,
		"what is shown has changed": filmsChangeItems,
		"the operator's word":       filmsDecided,
		"films expire":              filmsExpire,
		"film health":               filmHealth,
	}
}

func film(subject string) films.Record {
	return films.Record{
		Subject: subject, Title: "The Salt Ledger (2024) \xff", TMDB: "990001", Asked: instant(), Checked: instant(),
		Facts: domain.Film{Year: 2024, Runtime: 98 * time.Minute, Directors: []string{"Tomas Reyl"}},
		Watch: []domain.Watch{{Region: "US", Link: "https://www.themoviedb.org/x", Services: []domain.Service{{Name: "Mubi", Access: domain.Rent}}}},
	}
}

func reviewsByTitle(t *testing.T, s store.Store) {
	titled := func(guid, title string, age time.Duration) domain.Item {
		it := named("a", guid, title)
		it.Kind, it.Published = domain.Review, past().Add(-age)
		return it
	}
	older, newer, essay := titled("1", "The Salt Ledger", time.Hour), titled("2", "“The salt ledger”", 0), titled("3", "Fog", 2*time.Hour)
	newer.Series, essay.Kind = "The Definitives", domain.Essay
	gone, post := titled("4", "Fog", 0), titled("5", "Fog", 0)
	gone.Withdrawn, post.Kind = past(), domain.Post
	keep(t, s, "a", older, newer, essay, gone, post)
	var got []domain.ItemID
	for _, it := range must(s.Reviews(t.Context(), []string{"the salt ledger", "The Salt Ledger", "FOG", "Rain"}))(t) {
		got = append(got, it.ID)
	}
	if diff := cmp.Diff([]domain.ItemID{newer.ID, older.ID, essay.ID}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if none := must(s.Reviews(t.Context(), nil))(t); len(none) != 0 {
		t.Errorf("of no title: %+v", none)
	}
}

func filmsComeBack(t *testing.T, s store.Store) {
	ctx := t.Context()
	none := films.Record{Subject: "fog (1980)", Title: "Fog (1980)", Reason: "could be any of 1, 2", Asked: instant()}
	known := film("tmdb:990001")
	check(t, s.SaveFilm(ctx, none))
	check(t, s.SaveFilm(ctx, known))
	known.Title = "The Salt Ledger (2024) \uFFFD"
	want := map[string]films.Record{none.Subject: none, known.Subject: known}
	if diff := cmp.Diff(want, must(s.Films(ctx, nil))(t)); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	delete(want, none.Subject)
	if diff := cmp.Diff(want, must(s.Films(ctx, []string{"x", known.Subject, known.Subject}))(t)); diff != "" {
		t.Errorf("one (-want +got):\n%s", diff)
	}
	if got := must(s.Films(ctx, []string{}))(t); len(got) != 0 {
		t.Errorf("of no subject: %v", got)
	}
	known.TMDB, known.Reason, known.Checked, known.Facts, known.Watch = "", "gone", time.Time{}, domain.Film{}, nil
	check(t, s.SaveFilm(ctx, known))
	if diff := cmp.Diff(known, must(s.Films(ctx, []string{known.Subject}))(t)[known.Subject]); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
}

// versions tells how often a step moved the items' version.
func versions(t *testing.T, s store.Store, step func() error) int64 {
	t.Helper()
	before := must(s.ItemsVersion(t.Context()))(t)
	check(t, step())
	return must(s.ItemsVersion(t.Context()))(t) - before
}

func filmsChangeItems(t *testing.T, s store.Store) {
	ctx := t.Context()
	f := film("a")
	for _, step := range []struct {
		what  string
		edit  func()
		moves int64
	}{
		{"a first time", func() {}, 1},
		{"the same", func() {}, 0},
		{"the same, later", func() { f.Asked, f.Checked = instant().Add(time.Hour), instant().Add(time.Hour) }, 0},
		{"another service", func() { f.Watch = slices.Clone(f.Watch); f.Watch[0].Region = "DE" }, 1},
		{"another fact", func() { f.Facts.Year = 2025 }, 1},
		{"nowhere", func() { f.Watch = nil }, 1},
	} {
		step.edit()
		if n := versions(t, s, func() error { return s.SaveFilm(ctx, f) }); n != step.moves {
			t.Errorf("%s: the items' version moved by %d", step.what, n)
		}
	}
}

func filmsDecided(t *testing.T, s store.Store) {
	ctx := t.Context()
	check(t, s.SaveFilm(ctx, film("a")))
	check(t, s.DecideFilm(ctx, "a", "ignored", "7"))
	want := films.Record{Subject: "a", Title: "The Salt Ledger (2024) \uFFFD", TMDB: "7", Decided: true}
	check(t, s.SaveFilm(ctx, film("a"))) // began before
	if diff := cmp.Diff(want, must(s.Films(ctx, nil))(t)["a"]); diff != "" {
		t.Errorf("decided (-want +got):\n%s", diff)
	}
	late := film("a")
	late.Decided = true // with another id, decided before
	check(t, s.SaveFilm(ctx, late))
	if got := must(s.Films(ctx, nil))(t)["a"]; got.TMDB != "7" {
		t.Errorf("overruled: %+v", got)
	}
	late.TMDB = "7"
	check(t, s.SaveFilm(ctx, late))
	if got := must(s.Films(ctx, nil))(t)["a"]; !got.Decided || got.Facts.Year != 2024 {
		t.Errorf("facts of a decision: %+v", got)
	}
	check(t, s.DecideFilm(ctx, "b", "B", ""))
	if diff := cmp.Diff(films.Record{Subject: "b", Title: "B", Decided: true}, must(s.Films(ctx, nil))(t)["b"]); diff != "" {
		t.Errorf("none (-want +got):\n%s", diff)
	}
}

func filmsExpire(t *testing.T, s store.Store) {
	ctx := t.Context()
	decided := film("decided")
	check(t, s.DecideFilm(ctx, "decided", "D", "990001"))
	decided.Decided = true
	for _, f := range []films.Record{film("a"), decided} {
		check(t, s.SaveFilm(ctx, f))
	}
	at := instant()
	if n := versions(t, s, func() error { return s.ExpireFilms(ctx, at, at) }); n != 0 {
		t.Errorf("nothing is old: %d", n)
	}
	if n := versions(t, s, func() error { return s.ExpireFilms(ctx, at, at.Add(1)) }); n != 0 { // less than a microsecond
		t.Errorf("nothing is old: %d", n)
	}
	if n := versions(t, s, func() error { return s.ExpireFilms(ctx, at, at.Add(time.Second)) }); n != 1 {
		t.Errorf("old services: %d", n)
	}
	for subject, f := range must(s.Films(ctx, nil))(t) {
		if f.Watch != nil || f.Facts.Year != 2024 || !f.Checked.Equal(at) {
			t.Errorf("%s: %+v", subject, f)
		}
	}
	if n := versions(t, s, func() error { return s.ExpireFilms(ctx, at.Add(time.Second), at.Add(time.Second)) }); n != 1 {
		t.Errorf("old facts: %d", n)
	}
	for subject, f := range must(s.Films(ctx, nil))(t) {
		if f.Facts.Year != 0 || !f.Checked.IsZero() || f.TMDB != "990001" || f.Decided != (subject == "decided") {
			t.Errorf("%s: %+v", subject, f)
		}
	}
}

func filmHealth(t *testing.T, s store.Store) {
	ctx := t.Context()
	at := instant()
	for _, step := range []struct{ set, want films.Health }{
		{films.Health{Failed: at, Error: "down\x00"}, films.Health{Failed: at, Error: "down\uFFFD"}},
		{films.Health{Succeeded: at}, films.Health{Succeeded: at}},
		{films.Health{Failed: at, Error: "429", NotBefore: at.Add(time.Hour)}, films.Health{Succeeded: at, Failed: at, Error: "429", NotBefore: at.Add(time.Hour)}},
	} {
		check(t, s.SetFilmHealth(ctx, step.set))
		if got := must(s.FilmHealth(ctx))(t); got != step.want {
			t.Errorf("health %+v, want %+v", got, step.want)
		}
	}
}

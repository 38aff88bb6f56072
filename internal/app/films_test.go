package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const (
	filmReview = `---
kind: review
title: Copperwire
date: 2026-11-20 09:30
url: https://www.lanternscreen.example/copperwire/
film: {title: Copperwire, year: 2026, runtime: 98}
---
I saw it twice.
`
	filmPicks = `---
date: 2026-11-20 09:40
release: everyone
picks:
  - {title: The Salt Ledger, year: 2024, service: Kanopy, why: Receipts.}
---
`
	askTMDB = `tmdb: {token: "tmdb-secret-key", regions: [US]}`
)

func filmDatabase() *testkit.TMDB {
	db := &testkit.TMDB{Key: "tmdb-secret-key"}
	db.Add(testkit.TMDBFilm{
		ID: 990002, IMDB: "tt9900002", Title: "Copperwire", Released: "2026-11-18", Runtime: 101, Directors: []string{"Edda Quill"},
		Watch: map[string]map[string][]string{"US": {"flatrate": {"Criterion Channel"}, "rent": {"Apple TV"}}},
	}, testkit.TMDBFilm{
		ID: 990001, Title: "The Salt Ledger", Released: "2024-09-13", Watch: map[string]map[string][]string{"US": {"ads": {"Tubi"}}},
	})
	return db
}

// filmed is a publication of a review and of picks that asks a film database.
func filmed(t *testing.T, db *testkit.TMDB, blocks ...string) *publication {
	t.Helper()
	p := publish(t, append(blocks, weekly, "mail: {from: \"Mara Ellison <digest@lanternscreen.example>\", transport: discard}",
		"sources: {texts: {kind: markdown, path: texts, settle: 0s}}\nfeeds: {all: {}}\nrelease: {picks: [{to: everyone}]}")...)
	p.write(t, "texts/2026-11-20-copperwire.md", filmReview, time.Time{})
	p.write(t, "texts/2026-11-20.md", filmPicks, time.Time{})
	p.env = func(e *app.Env) { e.TMDB = db }
	return p
}

// published is all that people see: the feeds in every format, and the letter.
func (i *instance) published(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	dir := i.build(t)
	for _, name := range []string{"all.rss", "all.atom", "all.json"} {
		body, err := os.ReadFile(filepath.Join(dir, "feeds", name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(body)
	}
	r, err := i.Preview(t.Context(), "weekly", slotName, domain.Readers{Audience: domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}})
	if err != nil {
		t.Fatal(err)
	}
	all["letter in HTML"], all["letter as text"] = r.HTML, strings.Join(strings.Fields(r.Text), " ")
	return all
}

// What the database tells stands in every feed and letter, with the credits that
// its licence wants; what the critic said stays; and it goes with the token.
func TestFilmDatabase(t *testing.T) {
	t.Parallel()
	db := filmDatabase()
	p := filmed(t, db, askTMDB)
	i := p.open(t, slotTime.Add(-time.Hour))
	if _, failures := i.gather(t); len(failures) > 0 {
		t.Fatal(failures)
	}
	if len(db.Asked()) > 0 {
		t.Error("gathering asked the film database")
	}
	for what, text := range i.published(t) {
		if strings.Contains(text, "TMDB") || strings.Contains(text, "JustWatch") {
			t.Errorf("%s credits what is not there", what)
		}
	}
	i.now = i.now.Add(2 * time.Second) // feeds ask again what there is after one
	if r, err := i.RefreshFilms(t.Context()); err != nil || r.Known != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	for what, text := range i.published(t) {
		for _, want := range []string{"Edda Quill", "Criterion Channel", "Apple TV", "Tubi", "Kanopy", "JustWatch", "not endorsed, certified, or otherwise approved by TMDB"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", what, want)
			}
		}
		if strings.Contains(text, "101 min") || strings.Contains(what, "letter") && !strings.Contains(text, "as of Nov 20") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if strings.Contains(i.log.String(), "tmdb-secret-key") {
		t.Error("the key is in the log")
	}
	i.close(t)
	p.write(t, "config.yaml", strings.Replace(p.read(t, "config.yaml"), askTMDB, "", 1), time.Time{})
	i = p.open(t, i.now)
	for what, text := range i.published(t) {
		if strings.Contains(text, "Edda Quill") || strings.Contains(text, "TMDB") {
			t.Errorf("%s still tells what the database said", what)
		}
	}
	if known, err := i.Store().Films(t.Context(), nil); err != nil || known["copperwire (2026)"].Facts.Year != 0 {
		t.Errorf("kept without a token: %+v, %v", known, err)
	}
	if _, err := i.RefreshFilms(t.Context()); err == nil || !strings.Contains(err.Error(), "tmdb.token") {
		t.Errorf("refreshed without a token: %v", err)
	}
}

// A database that refuses is the operator's trouble, and nobody else's.
func TestFilmDatabaseIsDown(t *testing.T) {
	t.Parallel()
	db := filmDatabase()
	i := filmed(t, db, askTMDB).open(t, slotTime.Add(-time.Hour))
	i.gather(t)
	db.Break(testkit.TMDBRefusal(http.StatusUnauthorized, 7))
	if _, err := i.RefreshFilms(t.Context()); err == nil || !strings.Contains(err.Error(), "copy tmdb.token anew") {
		t.Errorf("got %v", err)
	}
	if h, err := i.Store().FilmHealth(t.Context()); err != nil || !strings.Contains(h.Error, "401") {
		t.Errorf("health %+v, %v", h, err)
	}
	for what, text := range i.published(t) {
		if !strings.Contains(text, "Copperwire") || strings.Contains(text, "TMDB") {
			t.Errorf("%s: %s", what, text)
		}
	}
}

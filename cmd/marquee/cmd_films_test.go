package main

import (
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/films"
)

func TestFilmLines(t *testing.T) {
	t.Parallel()
	watch := []domain.Watch{{Services: make([]domain.Service, 2)}, {Services: make([]domain.Service, 1)}}
	var out strings.Builder
	if err := writeFilms(&out, []filmLine{
		lineOf(films.Record{Subject: "copperwire (2026)", TMDB: "990002", Watch: watch}),
		lineOf(films.Record{Subject: "fog (1980)", Reason: "could be any of 1, 2\x1b[2J"}),
		lineOf(films.Record{Subject: "home (2024)"}),
		lineOf(films.Record{Subject: "no (2012)", Decided: true}),
	}); err != nil {
		t.Fatal(err)
	}
	const want = `SUBJECT            TMDB    SERVICES  REMARK
copperwire (2026)  990002  3         
fog (1980)         -       0         could be any of 1, 2·[2J
home (2024)        -       0         not asked yet
no (2012)          -       0         by your word
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

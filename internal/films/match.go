package films

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/tmdb"
)

// maxNamesakes is how many films of one title and year are told apart by their
// directors.
const maxNamesakes = 6

// match finds the one film that a subject can be. Without one it is empty and
// tells the reason.
func (l *Library) match(ctx context.Context, s Subject) (id, reason string, err error) {
	switch {
	case s.TMDB != "":
		return s.TMDB, "", nil
	case s.IMDB != "":
		if id, err = l.cfg.Database.ByIMDB(ctx, s.IMDB); id == "" && err == nil {
			reason = "TMDB knows no film " + s.IMDB
		}
		return id, reason, err
	case s.Year == 0:
		return "", "no year is named, and films of one title are many", nil
	}
	same, whole, err := l.namesakes(ctx, s)
	switch {
	case err != nil:
		return "", "", err
	case len(same) == 0 && whole:
		return "", fmt.Sprintf("TMDB knows no film of this title of %d, the year before or the year after", s.Year), nil
	case len(same) == 0, len(same) > maxNamesakes, !whole && len(s.Directors) == 0:
		return "", "too many films have such a title", nil
	case len(s.Directors) > 0:
		return l.byDirector(ctx, s, same)
	case len(same) > 1:
		return "", "could be any of " + list(same), nil
	}
	return same[0].ID, "", nil
}

// namesakes are the films of a title, also in its own language, that came out in
// the subject's year, the year before or the year after: festivals and countries differ.
func (l *Library) namesakes(ctx context.Context, s Subject) (same []tmdb.Candidate, whole bool, err error) {
	title := fold(s.Title)
	whole = true
	for _, year := range []int{s.Year, s.Year - 1, s.Year + 1} {
		found, all, err := l.cfg.Database.Search(ctx, s.Title, year)
		if err != nil {
			return nil, false, err
		}
		whole = whole && all
		for _, c := range found {
			near := c.Year >= s.Year-1 && c.Year <= s.Year+1 // the server's word is not taken for it
			known := slices.ContainsFunc(same, func(k tmdb.Candidate) bool { return k.ID == c.ID })
			if near && !known && (fold(c.Title) == title || fold(c.Original) == title) {
				same = append(same, c)
			}
		}
	}
	return same, whole, nil
}

// byDirector is the only one of some films that shares a director with the subject.
func (l *Library) byDirector(ctx context.Context, s Subject, same []tmdb.Candidate) (id, reason string, err error) {
	var theirs []tmdb.Candidate
	for _, c := range same {
		film, err := l.cfg.Database.Film(ctx, c.ID, nil)
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return "", "", err
		}
		if share(film.Facts.Directors, s.Directors) {
			theirs = append(theirs, c)
		}
	}
	switch len(theirs) {
	case 0:
		return "", "by another director is " + list(same), nil
	case 1:
		return theirs[0].ID, "", nil
	}
	return "", "could be any of " + list(theirs), nil
}

func share(names, others []string) bool {
	return slices.ContainsFunc(names, func(a string) bool {
		return slices.ContainsFunc(others, func(b string) bool { return fold(a) == fold(b) })
	})
}

// list names films so that the operator can look at them: "990001 (2024)".
func list(all []tmdb.Candidate) string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.ID + " (" + strconv.Itoa(c.Year) + ")"
	}
	return strings.Join(names, ", ")
}

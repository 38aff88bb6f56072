package films

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"marquee/internal/domain"
)

// Subject is a film as a piece or a pick names it.
type Subject struct {
	Title      string
	Year       int
	Directors  []string
	TMDB, IMDB string
}

func ofFilm(f *domain.Film) Subject {
	return Subject{Title: f.Title, Year: f.Year, Directors: f.Directors, TMDB: f.TMDB, IMDB: f.IMDB}
}

func ofPick(p *domain.Pick) Subject {
	return Subject{Title: p.Title, Year: p.Year, Directors: p.Directors, TMDB: p.TMDB, IMDB: p.IMDB}
}

// subjects are the films of an item.
func subjects(it *domain.Item) []Subject {
	var all []Subject
	if it.Film != nil {
		all = append(all, ofFilm(it.Film))
	}
	for i := range it.Picks {
		all = append(all, ofPick(&it.Picks[i]))
	}
	return all
}

// Key is the same for all who mean the same film in the same words, and readable:
// "the salt ledger (2024) tomas reyl". It is empty when nothing is named.
func (s Subject) Key() string {
	switch {
	case s.TMDB != "":
		return "tmdb:" + s.TMDB
	case s.IMDB != "":
		return "imdb:" + s.IMDB
	case s.Title == "":
		return ""
	}
	key := fold(s.Title)
	if s.Year != 0 {
		key += " (" + strconv.Itoa(s.Year) + ")"
	}
	names := make([]string, len(s.Directors))
	for i, name := range s.Directors {
		names[i] = fold(name)
	}
	slices.Sort(names)
	return strings.TrimSpace(key + " " + strings.Join(names, ", "))
}

// Is tells whether two subjects are certainly one film: by an id that both name, or
// by their title together with a director or, where one of them names none, the
// year. Festivals and countries differ by a year, so that directors outweigh it.
func (s Subject) Is(o Subject) bool {
	switch {
	case s.TMDB != "" && o.TMDB != "":
		return s.TMDB == o.TMDB
	case s.IMDB != "" && o.IMDB != "":
		return s.IMDB == o.IMDB
	case fold(s.Title) != fold(o.Title):
		return false
	case len(s.Directors) > 0 && len(o.Directors) > 0:
		near := s.Year == 0 || o.Year == 0 || s.Year-o.Year <= 1 && o.Year-s.Year <= 1
		return near && share(s.Directors, o.Directors)
	}
	return s.Year != 0 && s.Year == o.Year
}

// String is the film as people write it: "The Salt Ledger (2024), dir. Tomas Reyl".
func (s Subject) String() string {
	text := s.Title
	if s.Year != 0 {
		text += " (" + strconv.Itoa(s.Year) + ")"
	}
	if len(s.Directors) > 0 {
		text += ", dir. " + strings.Join(s.Directors, ", ")
	}
	return text
}

// fold is a title or a name without what people write one way or another: letter
// case, accents, apostrophes, punctuation, & for and. What consists of nothing
// else stays as it is.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(s)) {
		switch {
		case r >= 0x300 && r <= 0x36F, r == '\'', r == '’', r == '‘', r == 'ʼ': // accents and apostrophes
		case r == '&':
			b.WriteString(" and ")
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	if folded := strings.Join(strings.Fields(b.String()), " "); folded != "" {
		return folded
	}
	return strings.TrimSpace(s)
}

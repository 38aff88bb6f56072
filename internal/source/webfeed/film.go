package webfeed

import (
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"marquee/internal/domain"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// filmOf reads what the item's extensions say about a film: Letterboxd's
// elements, else the credits and the certificate of Media RSS.
func filmOf(e *entry, x ext.Extensions) about {
	if film := letterboxd(x); film != nil {
		e.title = film.Title
		a := about{film: film, kind: letterboxdKind(e.guid)}
		if img := firstImage(e.base, e.summary.Value); img != nil {
			film.Poster, e.pictures = img, nil
			e.summary.Value = withoutFirstImage(e.summary.Value)
		}
		return a
	}
	if strings.HasPrefix(e.guid, "letterboxd-list-") {
		return about{kind: domain.List}
	}
	return about{film: credited(x)}
}

// letterboxd reads the elements of a diary entry. Its ratings are out of five,
// whatever the critic's own scale is.
func letterboxd(x ext.Extensions) *domain.Film {
	title := soup.Line(first(extra(x, "letterboxd", "filmTitle")))
	if title == "" {
		return nil
	}
	film := &domain.Film{Title: title, TMDB: digits(first(extra(x, "tmdb", "movieId")))}
	film.Year = year(first(extra(x, "letterboxd", "filmYear")))
	value, err := strconv.ParseFloat(first(extra(x, "letterboxd", "memberRating")), 64)
	if rating := (domain.Rating{Value: value, Best: 5, Step: 0.5}); err == nil && rating.Valid() {
		film.Rating = &rating
	}
	return film
}

// letterboxdKind tells a review from a line in the diary.
func letterboxdKind(guid string) domain.ItemKind {
	if strings.HasPrefix(strings.TrimSpace(guid), "letterboxd-review-") {
		return domain.Review
	}
	return domain.Post
}

// withoutFirstImage drops the paragraph that holds nothing but the poster.
func withoutFirstImage(s string) string {
	before, rest, _ := strings.Cut(s, "<p><img ")
	_, after, found := strings.Cut(rest, "</p>")
	if !found || strings.TrimSpace(before) != "" {
		return s
	}
	return after
}

// credited reads media:credit and media:rating, wherever in the item they stand.
func credited(x ext.Extensions) *domain.Film {
	film, found := &domain.Film{}, false
	var collect func(map[string][]ext.Extension)
	collect = func(elements map[string][]ext.Extension) {
		said := addFacts(film, elements)
		if titles := elements["title"]; said && film.Title == "" && len(titles) > 0 {
			film.Title = soup.Line(titles[0].Value)
		}
		found = found || said
		for _, inside := range []string{"content", "group"} {
			for _, e := range elements[inside] {
				collect(e.Children)
			}
		}
	}
	collect(x["media"])
	if !found {
		return nil
	}
	return film
}

func addFacts(film *domain.Film, elements map[string][]ext.Extension) bool {
	found := false
	for _, c := range elements["credit"] {
		found = addCredit(film, strings.ToLower(c.Attrs["role"]), soup.Line(c.Value)) || found
	}
	for _, r := range elements["rating"] {
		if r.Attrs["scheme"] == "urn:mpaa" && r.Value != "" {
			film.ContentRating, found = strings.ToUpper(soup.Line(r.Value)), true
		}
	}
	return found
}

// addCredit files a name under its role (European Broadcasting Union's names,
// the default scheme of Media RSS 1.5.1).
func addCredit(film *domain.Film, role, name string) bool {
	var list *[]string
	switch role {
	case "director":
		list = &film.Directors
	case "writer", "screenwriter", "author", "script writer", "screenplay":
		list = &film.Writers
	case "actor", "actress", "cast", "performer":
		list = &film.Cast
	default:
		return false
	}
	if name != "" && !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
	return true
}

// takeStars moves the rating at the end of a title into the film: "Paper
// Lanterns ★★★½". The scale is not in the feed unless the title shows it, so
// Best is 0: gathering knows the source's scale.
func takeStars(raw *source.Raw) {
	title, rating := cutStars(raw.Title)
	film := raw.Film
	if film == nil && rating != nil {
		film = &domain.Film{}
	}
	if film == nil {
		return
	}
	name, made := cutYear(title)
	if film.Title == "" {
		film.Title = name
	}
	named := strings.EqualFold(film.Title, name) || strings.EqualFold(film.Title, title)
	told := rating != nil && film.Rating != nil && film.Rating.Value == rating.Value // "A Series: Paper Lanterns ★★★½"
	if rating != nil && !named && !told {
		return // the stars are another film's
	}
	if film.Year == 0 {
		film.Year = made
	}
	raw.Title, raw.Film = title, film
	if film.Rating == nil {
		film.Rating = rating
	}
}

// cutStars parts a title from the stars at its end; without any the rating is nil.
func cutStars(title string) (string, *domain.Rating) {
	i := strings.IndexAny(title, "★⭐")
	if i < 0 {
		return title, nil
	}
	tail := strings.NewReplacer("⭐", "★", "\ufe0f", "", "1/2", "½", " ", "", ")", "", "]", "").Replace(title[i:])
	stars, scale, scaled := strings.Cut(tail, "/")
	full, half, none := strings.Count(stars, "★"), strings.Count(stars, "½"), strings.Count(stars, "☆")
	name := strings.TrimRight(title[:i], " -–—:|,·([")
	if name == "" || strings.Trim(stars, "★½☆") != "" || half > 1 {
		return title, nil
	}
	r := &domain.Rating{Value: float64(full) + float64(half)/2, Step: 0.5}
	if none > 0 {
		r.Best = float64(full + half + none)
	}
	if scaled {
		best, err := strconv.Atoi(scale)
		if err != nil || best < full+half || best > 10 {
			return title, nil
		}
		r.Best = float64(best)
	}
	return name, r
}

// cutYear parts "The Salt Ledger (2024)".
func cutYear(title string) (string, int) {
	name, rest, found := strings.Cut(title, " (")
	if digits, ok := strings.CutSuffix(rest, ")"); found && ok && len(digits) == 4 && year(digits) > 0 {
		return name, year(digits)
	}
	return title, 0
}

// year is a year in which there were films, or 0.
func year(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1874 || n > 2200 {
		return 0
	}
	return n
}

func digits(s string) string {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

package filmdata_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
)

const (
	host    = "http://127.0.0.1:8088"
	uploads = host + "/wp-content/uploads/2025/09/"
)

func captured(t testing.TB, file string) (body []byte, contentType string) {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/wordpress/" + file)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	return body, res.Header.Get("Content-Type")
}

func TestCapturedPages(t *testing.T) {
	t.Parallel()
	poster := func(name, alt string) *domain.Image {
		return &domain.Image{URL: uploads + name + "-movie-poster.png", Width: 1000, Height: 1500, Alt: alt}
	}
	shared := func(name string) *domain.Image { i := poster(name, ""); return i }
	for file, want := range map[string]filmdata.Facts{
		"page-review-public.http": {
			Title: "The Salt Ledger", Canonical: host + "/reviews/the-salt-ledger-2/", Image: shared("Paper-Lanterns"),
			Film: &domain.Film{
				Title: "The Salt Ledger", Year: 2026, Directors: []string{"Tomas Reyl"}, Cast: []string{"Edda Quill", "Lio Marsh"},
				Runtime: 128 * time.Minute, ContentRating: "R", Released: domain.Date{Year: 2026, Month: time.January, Day: 30},
				Rating: &domain.Rating{Value: 2.5, Best: 4, Step: 0.5}, Poster: poster("Paper-Lanterns", "Paper Lanterns poster"),
				Still: &domain.Image{URL: uploads + "Paper-Lanterns-movie-still-2-1024x576.png", Width: 1024, Height: 576, Alt: "Still"},
			},
		},
		"page-review-exclusive.http": {
			Title: "Paper Lanterns", Canonical: host + "/reviews/paper-lanterns/", Image: shared("The-Salt-Ledger"), Teaser: true,
			Film: &domain.Film{
				Title: "Paper Lanterns", Year: 2026, Directors: []string{"Ines Vardo"}, Cast: []string{"Lio Marsh", "Petra Lund"},
				Runtime: 98 * time.Minute, ContentRating: "PG-13", Released: domain.Date{Year: 2026, Month: time.November, Day: 20},
				Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}, Poster: poster("The-Salt-Ledger", "The Salt Ledger poster"),
			},
		},
		"page-review-protected.http": {
			Title: "Protected: The Members’ Screening", Canonical: host + "/reviews/the-members-screening/", Image: shared("Paper-Lanterns"), Teaser: true,
			Film: &domain.Film{
				Title: "Protected: The Members’ Screening", Year: 2026, Directors: []string{"Pia Solano"}, Cast: []string{"Emmi Castell"},
				Runtime: 93 * time.Minute, ContentRating: "PG", Released: domain.Date{Year: 2026, Month: time.November, Day: 13},
				Rating: &domain.Rating{Value: 3, Best: 4, Step: 0.5}, Poster: poster("Paper-Lanterns", "Paper Lanterns poster"),
			},
		},
		"page-reviews-archive.http":      {},
		"page-missing.http":              {},
		"variants/maintenance-feed.http": {},
		"after/page-review-edited-new-url.http": {
			Title: "Copperwire (Director’s Cut)", Canonical: host + "/reviews/copperwire-directors-cut/", Image: shared("The-Salt-Ledger"), Teaser: true,
			Film: &domain.Film{
				Title: "Copperwire (Director’s Cut)", Year: 2026, Directors: []string{"Halvard Brekke"}, Cast: []string{"Sunniva Dahl", "Theo Lindqvist"},
				Runtime: 133 * time.Minute, ContentRating: "R", Released: domain.Date{Year: 2026, Month: time.October, Day: 16},
				Rating: &domain.Rating{Value: 2, Best: 4, Step: 0.5}, Poster: poster("The-Salt-Ledger", "The Salt Ledger poster"),
			},
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			body, contentType := captured(t, file)
			got, err := filmdata.FromPage(body, contentType, host+"/")
			if err != nil {
				t.Fatal(err)
			}
			if (got.Body != "") != (want.Film != nil) {
				t.Errorf("body: %.60q", got.Body)
			}
			got.Body = ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The opened review is no teaser any more, and its body is the whole text.
func TestOpenedReview(t *testing.T) {
	t.Parallel()
	body, contentType := captured(t, "after/page-review-exclusive.http")
	facts, err := filmdata.FromPage(body, contentType, host+"/reviews/paper-lanterns/")
	if err != nil || facts.Teaser || len(facts.Body) < 1000 {
		t.Errorf("%v, teaser %v, %d bytes of body", err, facts.Teaser, len(facts.Body))
	}
}

func page(t *testing.T, html string) filmdata.Facts {
	t.Helper()
	facts, err := filmdata.FromPage([]byte(html), "text/html; charset=utf-8", "https://www.lanternscreen.example/reviews/x/")
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

const ld = `<script type="application/ld+json">`

func TestShapesOfJSONLD(t *testing.T) {
	t.Parallel()
	full := &domain.Film{
		Title: "Salt & Ledger", Year: 2024, Directors: []string{"Tomas Reyl"}, Writers: []string{"A. Pen", "Robert Downey, Jr."},
		Cast: []string{"Lio Marsh"}, Genres: []string{"Crime", "Drama"}, Runtime: 98 * time.Minute, ContentRating: "PG-13",
		Released: domain.Date{Year: 2024, Month: time.September, Day: 13}, Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5},
		Poster: &domain.Image{URL: "https://www.lanternscreen.example/p.jpg", Width: 1000, Height: 1500, Alt: "A poster"},
		IMDB:   "tt9900001", TMDB: "990001",
	}
	for name, c := range map[string]struct {
		html string
		want *domain.Film
	}{
		"graph with references, a broken block before and behind": {
			ld + `{"@type":"Movie","name":</script>` +
				ld + `{"@context":"https://schema.org","@graph":[
{"@type":["WebPage","ItemPage"],"@id":"#page","isPartOf":{"@id":"#site"}},
{"@type":["Thing","http://schema.org/Review"],"itemReviewed":{"@id":"#film"},"reviewRating":{"@id":"#rating"}},
{"@type":"Rating","@id":"#rating","ratingValue":3.5,"bestRating":4,"worstRating":"0"},
{"@type":"schema:Movie","@id":"#film","name":"Salt &amp; Ledger","datePublished":"2024-09-13","director":{"@id":"#reyl"},
 "author":[{"@type":"Person","name":"A. Pen"},{"@type":"Person","name":"Robert Downey, Jr."}],"actor":"Lio Marsh","genre":["Crime","Drama"],
 "duration":"PT1H38M","contentRating":"MPAA PG-13 (language)","image":{"@id":"#img"},
 "sameAs":["https://www.imdb.com/title/tt9900001/","https://www.themoviedb.org/movie/990001-salt"]},
{"@type":"ImageObject","@id":"#img","url":"/p.jpg","width":{"@value":1000},"height":"1500px","caption":"A poster"},
{"@type":"Person","@id":"#reyl","name":"Tomas Reyl"}]}</script>` + ld + `]</script>`, full,
		},
		"review inside of the movie": {
			ld + `[{"@type":"Movie","name":"X","review":{"@type":"Review","reviewRating":{"ratingValue":"7","bestRating":"10"}}}]</script>`,
			&domain.Film{Title: "X", Rating: &domain.Rating{Value: 7, Best: 10, Step: 0.5}},
		},
		"no scale is one to five": {
			ld + `{"@type":"Review","itemReviewed":{"@type":"Movie","name":"X"},"reviewRating":{"ratingValue":"3,5"}}</script>`,
			&domain.Film{Title: "X", Rating: &domain.Rating{Value: 3.5, Best: 5, Worst: 1, Step: 0.5}},
		},
		"a rating off its scale is none": {
			ld + `{"@type":"Review","itemReviewed":{"@type":"Movie","name":"X"},"reviewRating":{"ratingValue":"9","bestRating":"4"}}</script>`,
			&domain.Film{Title: "X"},
		},
		"readers' averages are not the critic's": {
			ld + `{"@type":"Movie","name":"X","aggregateRating":{"@type":"AggregateRating","ratingValue":"4.9"}}</script>`,
			&domain.Film{Title: "X"},
		},
		"a list of films is about none": {
			ld + `{"@graph":[{"@type":"Movie","name":"X"},{"@type":"Movie","name":"Y"}]}</script>`, nil,
		},
		"of several, the page's own": {
			`<link rel="canonical" href="/reviews/y/">` + ld + `{"@graph":[{"@type":"Review","url":"https://www.lanternscreen.example/reviews/x/",
"itemReviewed":{"@type":"Movie","name":"X"}},{"@type":"Review","mainEntityOfPage":{"@id":"https://www.lanternscreen.example/reviews/y/"},
"itemReviewed":{"@type":"Movie","name":"Y"}}]}</script>`,
			&domain.Film{Title: "Y"},
		},
		"a review of a book": {
			ld + `{"@type":"Review","itemReviewed":{"@type":"Book","name":"X"},"reviewRating":{"ratingValue":3,"bestRating":4}}</script>`, nil,
		},
		"nothing": {ld + `"@type"</script>` + ld + `null</script>` + ld + `[[[["Movie"]]]]</script>`, nil},
		"deeper than anybody looks": {
			ld + strings.Repeat("[", 60) + `{"@type":"Movie","name":"X"}` + strings.Repeat("]", 60) + "</script>", nil,
		},
		"references to itself": {
			ld + `{"@type":"Movie","@id":"#a","name":"X","director":{"@id":"#a"},"image":{"@id":"#b"}}</script>`,
			&domain.Film{Title: "X", Directors: []string{"X"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, page(t, c.html).Film); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPaidContent(t *testing.T) {
	t.Parallel()
	const body = `<div itemprop="reviewBody"><p>Text.</p></div>`
	for html, want := range map[string]bool{
		body: false,
		body + ld + `{"@type":"Article","isAccessibleForFree":true}</script>`:                    false,
		body + ld + `{"@type":"Article","isAccessibleForFree":false}</script>`:                   true,
		body + ld + `{"@type":"Article","isAccessibleForFree":"False"}</script>`:                 true,
		`<div itemprop="reviewBody">This list is currently posted&#10; on <b>Patreon</b>.</div>`: true,
	} {
		if got := page(t, html).Teaser; got != want {
			t.Errorf("%s: teaser %v", html, got)
		}
	}
}

func TestMicrodata(t *testing.T) {
	t.Parallel()
	facts := page(t, `<article itemscope itemtype="https://schema.org/Review"><h1 itemprop="name">Paper Lanterns</h1>
<div itemprop="itemReviewed" itemscope itemtype="http://schema.org/Movie"><span itemprop="name"> Paper
 Lanterns</span><meta itemprop="dateCreated" content="2026">
<span itemprop="director" itemscope itemtype="https://schema.org/Person"><a itemprop="url" href="/d"><span itemprop="name">Ines Vardo</span></a></span>
<span itemprop="actor">Lio Marsh</span>, <span itemprop="actor">Petra Lund</span><span itemprop="genre">Drama, Water</span>
<time itemprop="duration" datetime="PT98M">98 minutes</time><meta itemprop="contentRating" content="Rated PG-13">
<img itemprop="image" src="../p.jpg"><link itemprop="sameAs" href="https://www.imdb.com/title/tt77/"></div>
<div itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating"><meta itemprop="worstRating" content="0">
<meta itemprop="ratingValue" content="3.5"><span itemprop="bestRating">4</span></div>
<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating"><span itemprop="ratingValue">1</span></div></article>`)
	want := &domain.Film{
		Title: "Paper Lanterns", Year: 2026, Directors: []string{"Ines Vardo"}, Cast: []string{"Lio Marsh", "Petra Lund"},
		Genres: []string{"Drama", "Water"}, Runtime: 98 * time.Minute, ContentRating: "PG-13", IMDB: "tt77",
		Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}, Poster: &domain.Image{URL: "https://www.lanternscreen.example/reviews/p.jpg"},
	}
	if diff := cmp.Diff(want, facts.Film); diff != "" {
		t.Error(diff)
	}
	several := page(t, `<div itemscope itemtype="https://schema.org/Movie"><b itemprop="name">X</b></div>
<div itemscope itemtype="https://schema.org/Movie"><b itemprop="name">Y</b></div>`)
	if several.Film != nil {
		t.Errorf("two films: %+v", several.Film)
	}
	loose := page(t, `<meta itemprop="ratingValue" content="3"><meta itemprop="bestRating" content="4"><meta itemprop="worstRating" content="0">
<meta property="og:title" content="X | Site"><meta property="og:site_name" content="Site">`).Film
	if diff := cmp.Diff(&domain.Film{Title: "X", Rating: &domain.Rating{Value: 3, Best: 4, Step: 0.5}}, loose); diff != "" {
		t.Errorf("a rating outside of any item:\n%s", diff)
	}
}

// JSON-LD before microdata before the labelled block before OpenGraph.
func TestOrderOfTrust(t *testing.T) {
	t.Parallel()
	facts := page(t, ld+`{"@type":"Movie","name":"From JSON"}</script>
<div itemscope itemtype="https://schema.org/Movie"><meta itemprop="name" content="From microdata"><meta itemprop="director" content="Micro"></div>
<dl><dt>Directed by:</dt><dd>Label</dd><dt>Runtime</dt><dd>1h 38m</dd><dt>Cast</dt><dd>A</dd><dd>B, C</dd><dt>Release Date</dt><dd>May 29, 2026</dd></dl>
<meta property="og:title" content="From OpenGraph"><meta property="og:image" content="//cdn.example/s.jpg"><meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630"><meta property="og:image:alt" content="A still"><meta property="og:image:type" content="image/jpeg">`)
	still := domain.Image{URL: "https://cdn.example/s.jpg", Type: "image/jpeg", Width: 1200, Height: 630, Alt: "A still"}
	want := filmdata.Facts{
		Title: "From OpenGraph", Image: &still,
		Film: &domain.Film{
			Title: "From JSON", Directors: []string{"Micro"}, Cast: []string{"A", "B", "C"}, Runtime: 98 * time.Minute, Year: 2026,
			Released: domain.Date{Year: 2026, Month: time.May, Day: 29}, Still: &still,
		},
	}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Error(diff)
	}
}

func TestPagesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, url string }{
		"too large":  {strings.Repeat(" ", 4<<20+1), "https://h/"},
		"too deep":   {strings.Repeat("<div>", 100_000), "https://h/"},
		"no address": {"<p>", "/reviews/"},
	} {
		if _, err := filmdata.FromPage([]byte(c.body), "text/html", c.url); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	const title = `<meta property="og:title" content="Am`
	for name, c := range map[string]struct{ body, contentType string }{
		"declared nowhere, behind a kilobyte of ASCII": {strings.Repeat("<!-- x -->", 200) + title + "élie\">", "text/html"},
		"Content-Type": {title + "\xe9lie\">", "text/html; charset=iso-8859-1"},
		"meta":         {`<meta charset="windows-1252">` + title + "\xe9lie\">", "text/html"},
		"mark":         {"\ufeff" + title + "élie\">", "text/html; charset=iso-8859-1"},
	} {
		facts, err := filmdata.FromPage([]byte(c.body), c.contentType, "https://h/")
		if err != nil || facts.Title != "Amélie" {
			t.Errorf("%s: %q %v", name, facts.Title, err)
		}
	}
}

func FuzzFromPage(f *testing.F) {
	for _, file := range []string{"page-review-public.http", "page-review-exclusive.http", "page-missing.http"} {
		body, contentType := captured(f, file)
		f.Add(body, contentType)
	}
	f.Add([]byte(ld+`{"@type":"Movie","@id":"a","image":[[]],"director":[{"@id":"a"}],"duration":"PT99999999999H"}</script>`), "")
	f.Add([]byte(`<dl><dt>Runtime</dt><dd>9h9h9</dd></dl><p itemprop="ratingValue">NaN`), "text/html; charset=utf-16")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		facts, err := filmdata.FromPage(body, contentType, "https://www.lanternscreen.example/x/")
		if err != nil {
			return
		}
		images := []*domain.Image{facts.Image}
		if film := facts.Film; film != nil {
			images = append(images, film.Poster, film.Still)
			if film.Rating != nil && !film.Rating.Valid() {
				t.Errorf("rating %+v", film.Rating)
			}
			if film.Runtime < 0 || film.Runtime%time.Minute != 0 {
				t.Errorf("runtime %v", film.Runtime)
			}
		}
		for _, img := range images {
			if img != nil && !strings.HasPrefix(img.URL, "http://") && !strings.HasPrefix(img.URL, "https://") {
				t.Errorf("image %q", img.URL)
			}
		}
	})
}

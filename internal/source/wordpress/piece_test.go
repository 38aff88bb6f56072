package wordpress_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

const guid = `"guid": {"rendered": "http://127.0.0.1:8088/?post_type=reviews&#038;p=7"}`

// onePiece reads a site that has one review.
func onePiece(t *testing.T, options, fields string) source.Result {
	t.Helper()
	s := openSite(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/wp-json/wp/v2/reviews") {
			return false
		}
		w.Header().Set("X-WP-Total", "1")
		_, _ = fmt.Fprintf(w, `[{"id": 7, %s, %s}]`, guid, fields)
		return true
	}
	res := read(t, setup{client: sourcetest.Client(s), options: "url: " + home + "\ntypes: [reviews]\n" + options}.reader(t), nil)
	sourcetest.CheckItems(t, res.Items)
	return res
}

func item(t *testing.T, options, fields string) source.Raw {
	t.Helper()
	res := onePiece(t, options, fields)
	if len(res.Items) != 1 || len(res.Problems) > 0 {
		t.Fatalf("%d items, problems %v", len(res.Items), res.Problems)
	}
	return res.Items[0]
}

// Titles are HTML here.
func TestTitles(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]string{
		`The <em>Orlando</em> Log`:        "The Orlando Log",
		`Less Than < Greater`:             "Less Than < Greater",
		`Salt &#038; Ledger`:              "Salt & Ledger",
		`Who&#8217;s Counting\n  It &gt;`: "Who’s Counting It >",
		``:                                "",
		`<script>x</script>1748`:          "1748",
	} {
		if got := item(t, "", fmt.Sprintf(`"title": {"rendered": "%s"}`, html)).Title; got != want {
			t.Errorf("%s: %q, want %q", html, got, want)
		}
	}
}

// What looks like nesting in a text is none.
func TestBracketsInTexts(t *testing.T) {
	t.Parallel()
	text := strings.Repeat(`[{\"`, 200)
	raw := item(t, "", `"content": {"rendered": "`+text+`"}`)
	if raw.Content != strings.Repeat(`[{"`, 200) {
		t.Errorf("content %q", raw.Content)
	}
}

// Guids come with & escaped, as XML would have them, and are otherwise as they are.
func TestGUIDs(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`http://h/?post_type=reviews&#038;p=7`: "http://h/?post_type=reviews&p=7",
		`http://h/?post_type=reviews&p=7`:      "http://h/?post_type=reviews&p=7",
		`https://h/?a=1&amp;copy=2`:            "https://h/?a=1&copy=2",
		` urn:uuid:7 `:                         "urn:uuid:7",
	} {
		fields := strings.Replace(guid, "http://127.0.0.1:8088/?post_type=reviews&#038;p=7", given, 1)
		if got := item(t, "", fields).GUID; got != want { // the later of two keys counts
			t.Errorf("%s: %q, want %q", given, got, want)
		}
	}
}

// Dates are GMT without saying so; where there is only the site's own, it is in
// the publication's zone. A scheduled piece was not updated before it appeared.
func TestDates(t *testing.T) {
	t.Parallel()
	at := func(hour int) time.Time { return time.Date(2026, 11, 19, hour, 0, 0, 0, time.UTC) }
	for fields, want := range map[string][2]time.Time{
		`"date": "2026-11-19T03:00:00", "date_gmt": "2026-11-19T09:00:00", "modified_gmt": "2026-11-19T10:00:00"`: {at(9), at(10)},
		`"date": "2026-11-19T03:00:00", "date_gmt": null`:                                                         {at(3), at(3)},
		`"date_gmt": "2026-11-19T09:00:00", "modified_gmt": "2026-11-19T08:00:00"`:                                {at(9), at(9)},
		`"date_gmt": "0000-00-00T00:00:00", "modified_gmt": "2026-11-19T08:00:00"`:                                {{}, at(8)},
		`"date_gmt": "yesterday"`: {},
	} {
		if raw := item(t, "", fields); !raw.Published.Equal(want[0]) || !raw.Updated.Equal(want[1]) {
			t.Errorf("%s: published %s, updated %s", fields, raw.Published, raw.Updated)
		}
	}
}

// What is embedded may be an error object, a list for an object, or not there.
func TestEmbeddedThings(t *testing.T) {
	t.Parallel()
	const image = `{"media_type": "image", "mime_type": "image/png", "alt_text": "A lamp &amp; a harbor", "source_url": "/a.png", "media_details": %s}`
	for name, c := range map[string]struct {
		embedded string
		want     source.Raw
	}{
		"nothing":      {`[]`, source.Raw{}},
		"errors":       {`{"author": [{"code": "rest_user_invalid_id"}], "wp:featuredmedia": [{"code": "rest_forbidden"}], "wp:term": [[{"code": "x"}], {"code": "y"}, []]}`, source.Raw{}},
		"two authors":  {`{"author": [{"name": "Mara Ellison"}, {"name": "Ann &amp; Co"}]}`, source.Raw{Author: "Mara Ellison, Ann & Co"}},
		"PHP's list":   {`{"wp:featuredmedia": [` + fmt.Sprintf(image, `[]`) + `]}`, source.Raw{Image: &domain.Image{URL: home + "/a.png", Type: "image/png", Alt: "A lamp & a harbor"}}},
		"size as text": {`{"wp:featuredmedia": [` + fmt.Sprintf(image, `{"width": "1000", "height": "many", "sizes": []}`) + `]}`, source.Raw{Image: &domain.Image{URL: home + "/a.png", Type: "image/png", Width: 1000, Alt: "A lamp & a harbor"}}},
		"a video":      {`{"wp:featuredmedia": [{"media_type": "file", "source_url": "/a.mp4"}]}`, source.Raw{}},
		"no address":   {`{"wp:featuredmedia": [{"media_type": "image", "source_url": "javascript:x"}]}`, source.Raw{}},
		"a huge scan": {
			`{"wp:featuredmedia": [` + fmt.Sprintf(image, `{"width": 6000, "height": 4000, "sizes": {
			"thumbnail": {"width": 1999, "height": 1999, "source_url": "/square.png"}, "medium": {"width": 300, "height": 200, "source_url": "/small.png"},
			"large": {"width": 1536, "height": 1025, "source_url": "/large.png", "mime_type": "image/webp"}, "odd": []}}`) + `]}`,
			source.Raw{Image: &domain.Image{URL: home + "/large.png", Type: "image/webp", Width: 1536, Height: 1025, Alt: "A lamp & a harbor"}},
		},
		"terms, five lists": {
			`{"wp:term": [[{"name": "Reader's Choice", "taxonomy": "category"}, {"name": "Polls &amp; Votes", "taxonomy": "category"}], [{"name": "Drama", "taxonomy": "post_tag"}],
			[{"name": "Lists", "taxonomy": "topic"}, {"name": "Drama", "taxonomy": "topic"}], [{"name": "Ines Vardo", "taxonomy": "film-directors"}], [{"name": "Lio Marsh", "taxonomy": "actor"}], []]}`,
			source.Raw{
				Categories: []string{"Reader's Choice", "Polls & Votes", "Drama", "Lists"},
				Film:       &domain.Film{Directors: []string{"Ines Vardo"}, Cast: []string{"Lio Marsh"}},
			},
		},
	} {
		c.want.GUID = home + "/?post_type=reviews&p=7"
		if diff := cmp.Diff(c.want, item(t, "", `"_embedded": `+c.embedded)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Facts about the film come from fields and taxonomies that the configuration
// names. meta and acf are lists when they are empty; what is registered and has no
// value is an empty text.
func TestFields(t *testing.T) {
	t.Parallel()
	const options = `
fields: {rating: acf.rating, runtime: meta.runtime, released: acf.info.day, cast: acf.cast, directors: maker, genres: genre,
  content_rating: acf.mpaa, title: title, poster: acf.poster, still: acf.still, year: no.such.thing, imdb: acf.imdb}`
	for name, c := range map[string]struct {
		fields string
		want   *domain.Film
	}{
		"empty lists": {`"acf": [], "meta": []`, nil},
		"no values":   {`"acf": {"rating": "", "cast": false, "poster": false, "mpaa": null}, "meta": {"runtime": ""}`, nil},
		"no values beside people": {
			`"acf": {"cast": ""}, "_embedded": {"wp:term": [[{"name": "Lio Marsh", "taxonomy": "actor"}, {"name": "Ines Vardo", "taxonomy": "director"}]]}`,
			&domain.Film{Cast: []string{"Lio Marsh"}, Directors: []string{"Ines Vardo"}},
		},
		"values beside people": {
			`"acf": {"cast": ["Petra Lund"]}, "_embedded": {"wp:term": [[{"name": "Lio Marsh", "taxonomy": "actor"}]]}`,
			&domain.Film{Cast: []string{"Petra Lund"}},
		},
		"all": {
			`"title": {"rendered": "Paper &amp; Lanterns"}, "meta": {"runtime": "98 min."}, "acf": {
			"rating": 3.5, "info": {"day": "20261120"}, "cast": [{"ID": 3, "post_title": "Lio Marsh"}, "Petra Lund", {"name": "Ada Venn"}],
			"mpaa": {"value": "pg13", "label": "PG-13"}, "imdb": "tt9900001",
			"poster": {"ID": 4, "url": "/p.png", "width": 1000, "height": 1500, "alt": "Poster", "mime_type": "image/png"}, "still": "https://h/s.jpg"},
			"_embedded": {"wp:term": [[{"name": "Ines Vardo", "taxonomy": "maker"}, {"name": "Drama", "taxonomy": "genre"}]]}`,
			&domain.Film{
				Title: "Paper & Lanterns", Directors: []string{"Ines Vardo"}, Cast: []string{"Lio Marsh", "Petra Lund", "Ada Venn"}, Genres: []string{"Drama"},
				Runtime: 98 * time.Minute, ContentRating: "PG-13", Released: domain.Date{Year: 2026, Month: 11, Day: 20},
				Rating: &domain.Rating{Value: 3.5, Step: 0.5}, IMDB: "tt9900001",
				Poster: &domain.Image{URL: home + "/p.png", Type: "image/png", Width: 1000, Height: 1500, Alt: "Poster"},
				Still:  &domain.Image{URL: "https://h/s.jpg"},
			},
		},
	} {
		raw := item(t, options, c.fields)
		if name != "all" {
			raw.Title, raw.Film = "", withoutTitle(raw.Film)
		}
		if diff := cmp.Diff(c.want, raw.Film); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if name == "all" && strings.Join(raw.Categories, ",") != "Drama" {
			t.Errorf("categories %q: a genre is one, a director is not", raw.Categories)
		}
	}
}

func withoutTitle(f *domain.Film) *domain.Film {
	if f != nil && f.Title == "" {
		return f
	}
	return nil
}

// An SEO plugin gives the picture to share and the JSON-LD of the page, in which a
// text may look like the end of a script.
func TestYoast(t *testing.T) {
	t.Parallel()
	raw := item(t, "fields: {runtime: acf.runtime}", `"link": "/reviews/paper-lanterns/", "acf": {"runtime": "1h 38m"}, "yoast_head_json": {
		"og_image": [{"url": "ftp://x"}, {"url": "/shared.png", "width": 1200, "height": 675, "type": "image/png"}],
		"schema": {"@graph": [{"@type": "Review", "reviewBody": "</script><b>", "reviewRating": {"@type": "Rating", "ratingValue": "3.5", "bestRating": "4", "worstRating": "0"},
			"itemReviewed": {"@type": "Movie", "name": "Paper Lanterns", "dateCreated": "2026", "duration": "PT2H"}}]}}`)
	want := source.Raw{
		GUID: home + "/?post_type=reviews&p=7", URL: home + "/reviews/paper-lanterns/",
		Image: &domain.Image{URL: home + "/shared.png", Type: "image/png", Width: 1200, Height: 675},
		Film: &domain.Film{
			Title: "Paper Lanterns", Year: 2026, Runtime: 98 * time.Minute, // the field goes before the JSON-LD
			Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5},
		},
	}
	if diff := cmp.Diff(want, raw); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if raw := item(t, "", `"yoast_head_json": {"schema": {"@graph": [{"@type": "WebPage"}]}, "og_image": []}`); raw.Film != nil || raw.Image != nil {
		t.Errorf("film %v, image %v", raw.Film, raw.Image)
	}
}

// A piece that cannot be read is a problem that names it, and costs no other.
func TestBadPieces(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]string{
		`"title": []`: `reviews 7: invalid piece: json: cannot unmarshal array`,
		`"content": {"rendered": "", "protected": true}, "title": {"rendered": "The <i>Members</i>"}`: `reviews 7 ("The Members"): not entitled: protected by a password`,
		`"excerpt": {"rendered": "", "protected": true}`:                                              `reviews 7: not entitled`,
		`"guid": {"rendered": " "}`:                                                                   `reviews 7: invalid piece: it has no guid`,
	} {
		s := openShelf(t, "")
		s.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("modified_after") == "" || !strings.HasSuffix(r.URL.Path, "/reviews") {
				return false
			}
			w.Header().Set("X-WP-Total", "1")
			_, _ = fmt.Fprintf(w, `[{"id": 7, %s, "modified_gmt": "2026-11-22T12:30:00", %s}]`, guid, fields)
			return true
		}
		s.write("reviews", 28091, 7, "2026-11-22T12:30:00", "2026-11-22T12:30:00")
		res := s.gather(t)
		if said := fmt.Sprintf("%s: %v", res.Problems[0].Where, res.Problems[0].Err); len(res.Items) != 0 || !strings.HasPrefix(said, want) {
			t.Errorf("%s: %d items, %s", fields, len(res.Items), said)
		}
		if !s.gather(t).Unchanged {
			t.Errorf("%s: it is read again and again", fields)
		}
	}
}

// Two pieces with one guid: the first has it.
func TestGUIDTwice(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.change(28067, func(p post) { p["guid"] = post{"rendered": home + "/?post_type=reviews&#038;p=28000"} })
	res := read(t, of(t, s), nil)
	sourcetest.CheckItems(t, res.Items)
	if len(res.Items) != 37 || !res.Complete || !strings.Contains(fmt.Sprint(res.Problems), "reviews 28067 (\"Copperwire\") conflict: its guid is that of another piece") {
		t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
	}
	for _, p := range res.Problems {
		if p.GUID == "" || byGUID(res.Items)[p.GUID].GUID != "" {
			t.Errorf("the problem's guid %q is a piece's, or any piece's", p.GUID)
		}
	}
}

// A piece that does not say which one it is may be any that is stored: nothing is
// withdrawn until it can be read, and nothing is read over and over for that.
func TestNamelessPieceWithdrawsNothing(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.edit(28091, "2026-11-22T12:30:00", "<p>x</p>")
	var guid any
	s.change(28091, func(p post) { guid, p["guid"] = p["guid"], "none" })
	s.trash(28043)
	if res := s.gather(t); res.Complete || len(res.Items) > 0 || len(res.Problems) != 2 {
		t.Errorf("complete %t, %d items, problems %v", res.Complete, len(res.Items), res.Problems)
	}
	s.expect(t, s.gather(t), "", "", 3)
	s.edit(28091, "2026-11-22T15:30:00", "<p>y</p>")
	s.change(28091, func(p post) { p["guid"] = guid })
	if res := s.gather(t); !res.Complete || strings.Join(s.gone, " ") != "p=28043" || len(res.Problems) != 1 {
		t.Errorf("complete %t, withdrawn %q, problems %v", res.Complete, s.gone, res.Problems)
	}
}

// Slugs in other scripts stay as WordPress encodes them; an importer's guid is
// kept; a piece may do without picture, credits and title.
func TestCapturedOddities(t *testing.T) {
	t.Parallel()
	items := read(t, of(t, openSite(t, "")), nil).Items
	if got := find(t, items, "p=28014"); got.URL != home+"/reviews/%e7%b4%99%e7%81%af%e7%b1%a0%e3%81%ae%e7%94%ba/" || got.Title != "紙灯籠の町" {
		t.Errorf("%q at %s", got.Title, got.URL)
	}
	if got := find(t, items, "/reviews/le-dernier-phare/"); got.URL != got.GUID {
		t.Errorf("%s at %s", got.GUID, got.URL)
	}
	if got := find(t, items, "p=28041"); got.Image != nil || got.Film != nil || got.Title != "Static Weather" {
		t.Errorf("%+v", got)
	}
	if got := find(t, items, "p=28079"); !strings.Contains(strings.Join(got.Categories, ","), "Lists") {
		t.Errorf("categories %q: no topic", got.Categories)
	}
	if a, b := find(t, items, "p=28028"), find(t, items, "p=28030"); a.Title != b.Title || a.URL == b.URL {
		t.Errorf("two films of one title: %s, %s", a.URL, b.URL)
	}
}

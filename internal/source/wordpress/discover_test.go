package wordpress_test

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"marquee/internal/source/sourcetest"
)

// replay answers with a captured exchange.
func replay(t *testing.T, w http.ResponseWriter, file string) bool {
	t.Helper()
	status, header := head(t, file)
	for _, name := range []string{"Content-Type", "Link", "Location", "Retry-After", "X-WP-Total"} {
		if v := header.Get(name); v != "" {
			w.Header().Set(name, v)
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body(t, file))
	return true
}

// home answers the home page with a header and a page of its own.
func (s *site) homeIs(link, page string) {
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/" || r.URL.RawQuery != "" {
			return false
		}
		if link != "" {
			w.Header().Set("Link", link)
		}
		_, _ = w.Write([]byte(page))
		return true
	}
}

// The API is where the site says, in a Link header or in its page, and where it
// always is when the site does not say. A Link header that only has pages says
// nothing.
func TestAPIIsFound(t *testing.T) {
	t.Parallel()
	const pages = `<http://127.0.0.1:8088/wp-json/wp/v2/posts?page=2>; rel="next"`
	for name, c := range map[string]struct{ link, page, want string }{
		"in the header":            {`<http://127.0.0.1:8088/wp-json/>; rel="https://api.w.org/"`, "", "/wp-json/wp/v2/types"},
		"unquoted, after others":   {pages + `, </wp-json/>; title="a,b"; rel=https://api.w.org/`, "", "/wp-json/wp/v2/types"},
		"in the page":              {pages, `<link rel='https://api.w.org/' href='/wp-json/' /><body>`, "/wp-json/wp/v2/types"},
		"not in the page's text":   {"", `<body><link rel='https://api.w.org/' href='/elsewhere/'>`, "/wp-json/wp/v2/types"},
		"nowhere":                  {pages, "<p>Hello", "/wp-json/wp/v2/types"},
		"without pretty addresses": {`<http://127.0.0.1:8088/index.php?rest_route=/>; rel="https://api.w.org/"`, "", "/index.php?rest_route=%2Fwp%2Fv2%2Ftypes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, "")
			if err := s.PutExchange(osDir(captured), "rest-types.http", "", "/index.php?rest_route=/wp/v2/types"); err != nil {
				t.Fatal(err)
			}
			s.homeIs(c.link, c.page)
			res := read(t, of(t, s), nil)
			if len(res.Items) != 38 || s.Asked()[1] != c.want {
				t.Errorf("%d items, asked %q", len(res.Items), s.Asked()[1])
			}
			if again := read(t, of(t, s), res.State); !again.Unchanged {
				t.Error("the second read found changes")
			}
		})
	}
}

// A site without pretty permalinks that does not say where its API is: there the
// pretty form redirects, and then answers with the home page and 200.
func TestPlainPermalinksUnannounced(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	if err := s.PutExchange(osDir(captured), "rest-types.http", "", "/index.php?rest_route=/wp/v2/types"); err != nil {
		t.Fatal(err)
	}
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/wp-json/wp/v2/types":
			return replay(t, w, path.Join(captured, "variants/plain-pretty-rest-url.http"))
		case "/", "/wp-json/wp/v2/types/":
			if r.URL.RawQuery == "" {
				_, _ = w.Write(body(t, path.Join(more, "variants/plain-pretty-feed-url.http")))
				return true
			}
		}
		return false
	}
	res := read(t, of(t, s), nil)
	if len(res.Items) != 38 || !strings.Contains(strings.Join(s.Asked(), "\n"), "/index.php?_embed=") {
		t.Errorf("%d items, asked %q", len(res.Items), s.Asked())
	}
}

// Without pretty permalinks pieces are at addresses that are queries.
func TestAddressesWithoutPrettyPermalinks(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, "/reviews") && replay(t, w, path.Join(more, "variants/plain-rest-reviews.http"))
	}
	got := find(t, read(t, of(t, s), nil).Items, "p=28091")
	if got.GUID != home+"/?post_type=reviews&p=28091" || got.URL != home+"/?reviews=paper-lanterns" {
		t.Errorf("%s at %s", got.GUID, got.URL)
	}
}

// A home page that is closed, to robots or to everybody, closes nothing else.
func TestHomePageIsClosed(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/" {
			w.WriteHeader(http.StatusForbidden)
		}
		return r.URL.Path == "/"
	}
	if res := read(t, of(t, s), nil); len(res.Items) != 38 {
		t.Errorf("%d items", len(res.Items))
	}
}

// A site that moves its API is found again in the same Read.
func TestAPIMoves(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	if err := s.PutExchange(osDir(captured), "rest-types.http", "", "/index.php?rest_route=/wp/v2/types"); err != nil {
		t.Fatal(err)
	}
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasPrefix(r.URL.Path, "/wp-json/"):
			return replay(t, w, path.Join(captured, "page-missing.http"))
		case r.URL.Path == "/" && r.URL.RawQuery == "":
			w.Header().Set("Link", `<http://127.0.0.1:8088/index.php?rest_route=/>; rel="https://api.w.org/"`)
			return true
		}
		return false
	}
	s.edit(28091, "2026-11-22T12:30:00", "<p>x</p>")
	s.expect(t, s.gather(t), "28091", "", 10) // three refusals, home, types, feed, and as always
	s.expect(t, s.gather(t), "", "", 3)
}

// Which types are read: the editorial ones, unless the configuration names some,
// by the name of the type or of its route.
func TestTypes(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]int{
		"":                              38,
		"types: [reviews]":              28,
		"types: [posts, definitives]":   10,
		"types: [post]":                 9,
		"types: [definitives, reviews]": 29,
	} {
		s := openSite(t, "")
		r := setup{client: sourcetest.Client(s), options: "url: " + home + "\n" + options}.reader(t)
		if res := read(t, r, nil); len(res.Items) != want {
			t.Errorf("%s: %d items, want %d", options, len(res.Items), want)
		}
	}
}

const typesWithout = `{
	"post": {"slug": "post", "rest_base": "posts", "taxonomies": []},
	"page": {"slug": "page", "rest_base": "pages", "hierarchical": true, "taxonomies": ["category"]},
	"product": {"slug": "product", "rest_base": "products", "taxonomies": ["product_cat"]},
	"wp_block": {"slug": "wp_block", "rest_base": "blocks", "taxonomies": ["category"]},
	"odd": {"slug": ["odd"]}, "empty": [],
	"definitives": {"slug": "definitives", "rest_base": "definitives", "taxonomies": ["era"]}%s
}`

// What is in the site's own feed is news to the site, whatever it is filed under;
// and a type that the feed has and the API hides makes the API the wrong place to
// look, unless the configuration says what it wants.
func TestTypesInTheFeed(t *testing.T) {
	t.Parallel()
	const shown = `, "reviews": {"slug": "reviews", "rest_base": "reviews", "rest_namespace": "wp/v2", "taxonomies": ["era"]}`
	for name, c := range map[string]struct {
		types, options string
		items          int
		closed         string
	}{
		"shown":  {fmt.Sprintf(typesWithout, shown), "", 38, ""},
		"hidden": {fmt.Sprintf(typesWithout, ""), "", 9, `does not show the type "reviews" (it must be registered with show_in_rest`},
		"chosen": {fmt.Sprintf(typesWithout, ""), "types: [post]", 9, ""},
		"none":   {`[]`, "", 9, "names no types of post"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, "")
			s.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if path.Base(r.URL.Path) == "types" {
					_, _ = w.Write([]byte(c.types))
				}
				return path.Base(r.URL.Path) == "types"
			}
			if name == "shown" { // the feed has no definitive in its window
				c.items--
			}
			r := setup{client: sourcetest.Client(s), options: "url: " + home + "\n" + c.options}.reader(t)
			res := read(t, r, nil)
			if len(res.Items) != c.items {
				t.Errorf("%d items, want %d", len(res.Items), c.items)
			}
			said := fmt.Sprint(res.Problems)
			if (c.closed != "") != strings.Contains(said, "the feed is read instead") || !strings.Contains(said, c.closed) {
				t.Errorf("problems %s", said)
			}
		})
	}
}

// A type whose plugin has a bad day, or does not understand the questions, is a
// problem; its pieces stay, and so do all others, until it is back.
func TestOneTypeCloses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"not there":           {"rest-error-no-route.http", "answered 404 Not Found (rest_no_route)"},
		"other parameters":    {"rest-error-orderby.http", "answered 400 Bad Request (rest_invalid_param)"},
		"a page in its place": {"page-reviews-archive.http", "it is a web page (\"Reviews – Lantern Screen\"), not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShelf(t, "")
			s.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/definitives") {
					return false
				}
				return replay(t, w, path.Join(captured, c.file))
			}
			s.edit(28093, "2026-11-22T12:30:00", "<p>x</p>")
			s.trash(28043)
			res := s.gather(t)
			if len(res.Items) != 1 || res.Complete || res.Problems[0].Where != "definitives" || !strings.Contains(res.Problems[0].Err.Error(), c.want) {
				t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
			}
			s.answer = nil
			if s.gather(t); !slices.Equal(s.gone, []string{"p=28043"}) {
				t.Errorf("withdrawn %q", s.gone)
			}
			if res := s.gather(t); !res.Unchanged {
				t.Errorf("in the end %d items, problems %v", len(res.Items), res.Problems)
			}
		})
	}
}

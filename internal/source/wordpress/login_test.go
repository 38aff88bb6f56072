package wordpress_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path"
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
	"marquee/internal/source/wordpress"
)

// guarded is the site behind a real socket. It notes who is let in.
type guarded struct {
	*site
	server *httptest.Server
	asked  map[string]string // path → password that came with it
}

func guard(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{site: openSite(t, ""), asked: map[string]string{}}
	g.answer = func(w http.ResponseWriter, r *http.Request) bool {
		user, password, _ := r.BasicAuth()
		g.asked[r.URL.Path] = password
		switch {
		case r.URL.Path == "/":
			w.Header().Set("Link", `</wp-json/>; rel="https://api.w.org/"`)
			return true
		case r.URL.Path != "/wp-json/wp/v2/users/me":
			return false
		case user == "mara" && strings.ReplaceAll(password, " ", "") == "abcdEFGH1234":
			return replay(t, w, path.Join(captured, "rest-auth-good-me.http"))
		case user == "mara":
			return replay(t, w, path.Join(captured, "rest-auth-bad-password-me.http"))
		case user != "":
			return replay(t, w, path.Join(captured, "rest-auth-unknown-user-me.http"))
		}
		return replay(t, w, path.Join(captured, "rest-auth-none-me.http"))
	}
	g.server = httptest.NewServer(g.site)
	t.Cleanup(g.server.Close)
	return g
}

func client(t *testing.T, cfg fetch.Config) *fetch.Client {
	t.Helper()
	cfg.Allow, cfg.Now = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, noon().now
	c := fetch.New(cfg)
	t.Cleanup(c.Close)
	return c
}

func (g *guarded) reader(t *testing.T, options string) source.Reader {
	t.Helper()
	return setup{client: client(t, fetch.Config{}), options: "url: " + g.server.URL + "\n" + options}.reader(t)
}

// The login is proved once, and goes along with every question to the API, and
// with none beside it.
func TestLogin(t *testing.T) {
	t.Parallel()
	g := guard(t)
	r := g.reader(t, "user: mara\npassword: abcd EFGH 1234")
	res := read(t, r, nil)
	if len(res.Items) != 38 {
		t.Errorf("%d items", len(res.Items))
	}
	for at, password := range g.asked {
		if (password != "") != strings.HasPrefix(at, "/wp-json/") {
			t.Errorf("%s was asked with password %q", at, password)
		}
	}
	if strings.Contains(string(res.State), "abcd") {
		t.Error("the password is in the state")
	}
	delete(g.asked, "/wp-json/wp/v2/users/me")
	if read(t, r, res.State); g.asked["/wp-json/wp/v2/users/me"] != "" {
		t.Error("the login was proved twice")
	}
	if read(t, g.reader(t, "user: mara\npassword: abcd EFGH 1234"), res.State); g.asked["/wp-json/wp/v2/users/me"] == "" {
		t.Error("a process trusts the login of another")
	}
}

// WordPress answers a wrong password as it answers anybody: that must not pass
// for success, nor for a closed API.
func TestWrongLogin(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"application password":       "user: mara\npassword: wrong",
		"the account's own password": "user: mara\npassword: hunter2hunter2",
		"unknown login":              "user: nobody\npassword: abcd EFGH 1234",
	} {
		g := guard(t)
		good := read(t, g.reader(t, ""), nil)
		for _, last := range []source.State{nil, good.State} {
			_, err := g.reader(t, options).Read(t.Context(), last)
			if err == nil || !strings.Contains(err.Error(), "log in to WordPress: user or password is not accepted") || !errors.Is(err, domain.ErrPermanent) {
				t.Errorf("%s: %v", name, err)
			}
			for _, secret := range []string{"mara:", "nobody", "wrong", "hunter2", "EFGH"} {
				if err != nil && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: the error names %q", name, secret)
				}
			}
		}
	}
}

// A plugin that hides all users hides whether a password is right.
func TestLoginThatCannotBeProved(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{
		http.StatusForbidden:          "whether the password is right cannot be told",
		http.StatusServiceUnavailable: "log in to WordPress: fetch ",
	} {
		g := guard(t)
		usual := g.answer
		g.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/wp-json/wp/v2/users/me" {
				return usual(w, r)
			}
			w.WriteHeader(status)
			return true
		}
		_, err := g.reader(t, "user: mara\npassword: abcd EFGH 1234").Read(t.Context(), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// A password is for the configured host alone, wherever the site says that its
// API is, or sends us.
func TestPasswordGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	leaked := ""
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, password, ok := r.BasicAuth(); ok {
			leaked = password
		}
	}))
	t.Cleanup(other.Close)
	for name, way := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"announced": func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Link", `<`+other.URL+`/wp-json/>; rel="https://api.w.org/"`)
			return r.URL.Path == "/"
		},
		"redirected": func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/" {
				http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
			}
			return true
		},
	} {
		g := guard(t)
		g.answer = way
		_, err := g.reader(t, "user: mara\npassword: abcd EFGH 1234").Read(t.Context(), nil)
		if err == nil || leaked != "" {
			t.Errorf("%s: leaked %q, error %v", name, leaked, err)
		}
		if name == "announced" && !strings.Contains(err.Error(), "the REST API is at "+other.URL+"/wp-json/, and the password is for "+g.server.URL) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Behind a proxy that ends TLS, WordPress announces http: the API is where the
// home page was.
func TestSchemeBehindAProxy(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Scheme != "https" {
			t.Errorf("asked for %s without TLS", r.URL.Path)
		}
		if r.URL.Path == "/" {
			w.Header().Set("Link", `<http://www.lanternscreen.example/wp-json/>; rel="https://api.w.org/"`)
		}
		return r.URL.Path == "/"
	}
	r := setup{client: sourcetest.Client(s), options: "url: https://www.lanternscreen.example"}.reader(t)
	if res := read(t, r, nil); len(res.Items) != 38 {
		t.Errorf("%d items", len(res.Items))
	}
}

// A body beyond the limit, whatever the size of the page, is an error that says so.
func TestBodyBeyondTheLimit(t *testing.T) {
	t.Parallel()
	g := guard(t)
	r := setup{client: client(t, fetch.Config{MaxBytes: 30_000}), options: "url: " + g.server.URL}.reader(t)
	_, err := r.Read(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "larger than the limit of 30000 bytes") {
		t.Errorf("got %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"":                                                        "url: must be",
		"url: lanternscreen":                                      "url: must be",
		"url: ftp://host/":                                        "url: must be",
		"url: https://h/?rest_route=":                             "url: must be",
		"url: https://mara:x@h/":                                  "url: holds a user",
		"url: http://h/\nuser: a\npassword: b":                    "url: must begin with https://",
		"url: https://h/\nuser: a":                                "user: needs a password",
		"url: https://h/\npassword: b":                            "user: needs a password",
		"url: https://h/\nfeed: /feed/":                           "feed: must be",
		"url: https://h/\nrelist: 10m":                            "relist: is too often",
		"url: https://h/\ntypes: ['']":                            "types: names nothing",
		"url: https://h/\nfields: {stars: acf.x}":                 "fields.stars: is no fact about a film: write one of title, year",
		"url: https://h/\nfields: {rating: '.'}":                  "fields.rating: names no field",
		"url: https://h/\nfield: {}":                              "field",
		"url: x\nrelist: 1m\nfeed: y\nfields: {a: b, rating: ''}": "5 mistakes",
	} {
		o, err := config.ParseOptions(options, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		_, err = wordpress.Kind(webfeed.New).New(source.Env{}, o)
		var all config.Errors
		if all.Add(err); want == "5 mistakes" {
			if n := strings.Count(all.Err().Error(), "options:"); n != 5 {
				t.Errorf("%q: %d mistakes: %v", options, n, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: %v, want …%s…", options, err, want)
		}
	}
	for _, options := range []string{"url: http://localhost:8080\nuser: a\npassword: b", "url: http://[::1]/blog\nuser: a\npassword: b", "url: https://h\ndetails: true"} {
		o, err := config.ParseOptions(options, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wordpress.Kind(webfeed.New).New(source.Env{}, o); err != nil {
			t.Errorf("%q: %v", options, err)
		}
	}
	if wordpress.Kind(webfeed.New).Name != "wordpress" {
		t.Error("the kind's name is written in configurations")
	}
}

package fetch_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

func TestRedirects(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var left int
		if n, _ := fmt.Sscanf(r.URL.Path, "/hops/%d", &left); n == 1 && left > 0 {
			http.Redirect(w, r, fmt.Sprintf("%d", left-1), http.StatusFound)
			return
		}
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusMovedPermanently)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusSeeOther)
		case "/nowhere":
			w.Header().Set("Location", "http://")
			w.WriteHeader(http.StatusTemporaryRedirect)
		case "/malformed":
			w.Header().Set("Location", "http://[::1")
			w.WriteHeader(http.StatusPermanentRedirect)
		}
	})
	c := client(t, fetch.Config{})
	for path, want := range map[string]string{
		"/hops/5":    "",
		"/hops/6":    "more than 5 redirects",
		"/loop":      "more than 5 redirects",
		"/file":      `redirected to an invalid address: the scheme "file" is neither http nor https`,
		"/nowhere":   "redirected to an invalid address: it names no host",
		"/malformed": "redirected to a malformed address: missing ']' in host",
	} {
		got, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path})
		switch {
		case want == "" && (err != nil || got.URL != s.URL+"/hops/0"):
			t.Errorf("%s: %+v, %v", path, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestRedirectDowngrade(t *testing.T) {
	t.Parallel()
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the http server was asked") })
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	t.Cleanup(secure.Close)
	c := client(t, fetch.Config{})
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	c.Trust(roots)
	failed := refusal(t, c, fetch.Request{URL: secure.URL})
	if !strings.Contains(failed.Error(), "redirected from https to http") {
		t.Errorf("Get = %v", failed)
	}
}

// What belongs to one host is told to no other, and to that one again when the
// way leads back.
func TestRedirectSecrets(t *testing.T) {
	t.Parallel()
	type request struct{ Path, Auth, ETag, Modified, Referer string }
	var seen []request
	note := func(r *http.Request) {
		user, _, _ := r.BasicAuth()
		seen = append(seen, request{
			r.Host + r.URL.Path, user, r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since"), r.Header.Get("Referer"),
		})
	}
	var home, away *httptest.Server
	home = serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		switch r.URL.Path {
		case "/start":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/here":
			http.Redirect(w, r, strings.Replace(away.URL, "//", "//their:own@", 1)+"/away", http.StatusFound)
		}
	})
	away = serve(t, func(w http.ResponseWriter, r *http.Request) {
		note(r)
		http.Redirect(w, r, home.URL+"/back", http.StatusFound)
	})
	got, err := client(t, fetch.Config{}).Get(t.Context(), fetch.Request{
		URL: strings.Replace(home.URL, "//", "//mara:secret@", 1) + "/start", ETag: `"e"`, LastModified: "then",
	})
	if err != nil || got.URL != home.URL+"/back" {
		t.Fatalf("Get = %+v, %v", got, err)
	}
	here, there := strings.TrimPrefix(home.URL, "http://"), strings.TrimPrefix(away.URL, "http://")
	want := []request{
		{here + "/start", "mara", `"e"`, "then", ""},
		{here + "/here", "mara", `"e"`, "then", ""},
		{there + "/away", "", "", "", ""},
		{here + "/back", "mara", `"e"`, "then", ""},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("requests -want +got:\n%s", diff)
	}
}

// Moved is as far as permanent redirects alone lead.
func TestMoved(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		next, ok := map[string]struct {
			to     string
			status int
		}{
			"/301": {"/new", 301}, "/308": {"/new", 308}, "/302": {"/new", 302}, "/303": {"/new", 303}, "/307": {"/new", 307},
			"/301-301": {"/301", 301}, "/301-302": {"/302", 301}, "/302-301": {"/301", 302},
		}[r.URL.Path]
		if ok {
			http.Redirect(w, r, next.to, next.status)
			return
		}
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
		}
	})
	c := client(t, fetch.Config{})
	for path, want := range map[string]string{
		"/new": "", "/301": "/new", "/308": "/new", "/302": "", "/303": "", "/307": "", "/301-301": "/new", "/301-302": "/302", "/302-301": "",
	} {
		if want != "" {
			want = s.URL + want
		}
		for _, etag := range []string{"", `"1"`} {
			got, err := c.Get(t.Context(), fetch.Request{URL: s.URL + path, ETag: etag})
			if err != nil || got.Moved != want || got.URL != s.URL+"/new" || got.NotModified != (etag != "") {
				t.Errorf("%s: %+v, %v", path, got, err)
			}
		}
	}
}

// Validators go to the host that issued them, wherever it stands on the way.
func TestIssuer(t *testing.T) {
	t.Parallel()
	var seen []string
	var away *httptest.Server
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "home "+r.Header.Get("If-None-Match"))
		http.Redirect(w, r, away.URL, http.StatusMovedPermanently)
	})
	away = serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "away "+r.Header.Get("If-None-Match"))
		w.WriteHeader(http.StatusNotModified)
	})
	got, err := client(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: home.URL, ETag: `"1"`, Issuer: away.URL + "/feed"})
	if err != nil || !got.NotModified {
		t.Errorf("Get = %+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"home ", `away "1"`}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestInvalidAddress(t *testing.T) {
	t.Parallel()
	c := client(t, fetch.Config{})
	for _, address := range []string{
		"", "feed", "/feed", "//host/feed", "http:", "http://", "http:///feed", "http://:80/", "https:feed",
		"ftp://host/", "file:///etc/passwd", "gopher://host/", "unix:/run/x.sock", "data:,x", "javascript:1",
		"http://[::1", "http://a b/", "http://host:port/", "http://%zz/", "http://host/\n", "mara:secret@host",
		"http://mara:sec ret@host/", "mailto:mara:secret@host",
	} {
		failed := refusal(t, c, fetch.Request{URL: address})
		if !errors.Is(failed, domain.ErrInvalid) || strings.Contains(failed.Error(), "sec") {
			t.Errorf("Get(%q) = %v", address, failed)
		}
	}
}

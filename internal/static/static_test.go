package static_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/static"
)

// stage is a site whose answers the test sets, by path.
type stage map[string]string

func (s stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, ok := s[r.URL.Path]
	switch {
	case !ok:
		http.Error(w, "no such page", http.StatusNotFound)
		return
	case body == "broken":
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	case strings.HasPrefix(body, "<html"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	case strings.HasSuffix(r.URL.Path, ".jpg"):
		w.Header().Set("Content-Type", "image/jpeg")
	default:
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	}
	fmt.Fprint(w, body)
}

func example() stage {
	return stage{
		"/": `<html><link rel="canonical" href="https://s.example/"><link href="/style.css?v=1"><a href="/editions/">E</a>` +
			`<a href="/editions/weekly-1#top">W</a><a href="/feeds/all.rss">F</a><a href="/">home</a><a href="/links">L</a>` +
			`<a href="https://elsewhere.example/">x</a><a href="//elsewhere.example/y">y</a><a href="#here">h</a>`,
		"/style.css":             "/* url(https://s.example/not-followed) */",
		"/editions/":             `<html><a href="/">home</a><a href="/editions/weekly-1">W</a><img src="/i/a.jpg">`,
		"/editions/weekly-1":     `<html><a href="/editions/">all</a><img src="https://s.example/i/b.jpg">`,
		"/feeds/all.rss":         `<x href="https://s.example/feeds/all/2026-10.rss">https://s.example/i/b.jpg`,
		"/feeds/all/2026-10.rss": `the end, https://s.example`,
		"/i/a.jpg":               "A",
		"/i/b.jpg":               "B",
		"/secret":                "nothing leads here",
	}
}

func write(t *testing.T, s http.Handler, dir string) static.Report {
	t.Helper()
	r, err := static.Site{Handler: s, Server: "https://s.example", Log: func(string, int) {}}.Write(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t *testing.T, dir, file string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSiteLiesInAnyFolder: pages lead to each other by relative links, to what is
// not among the files and to themselves for search engines by whole ones.
func TestSiteLiesInAnyFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := write(t, example(), dir)
	want := []string{
		"editions/index.html", "editions/weekly-1/index.html", "feeds/all.rss", "feeds/all/2026-10.rss", "i/a.jpg", "i/b.jpg", "index.html", "style.css",
	}
	if diff := cmp.Diff(want, r.Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for file, want := range map[string]string{
		"index.html": `<html><link rel="canonical" href="https://s.example/"><link href="style.css?v=1"><a href="editions/">E</a>` +
			`<a href="editions/weekly-1/#top">W</a><a href="feeds/all.rss">F</a><a href="./">home</a><a href="https://s.example/links">L</a>` +
			`<a href="https://elsewhere.example/">x</a><a href="//elsewhere.example/y">y</a><a href="#here">h</a>`,
		"editions/index.html":          `<html><a href="../">home</a><a href="../editions/weekly-1/">W</a><img src="../i/a.jpg">`,
		"editions/weekly-1/index.html": `<html><a href="../../editions/">all</a><img src="https://s.example/i/b.jpg">`,
		"feeds/all.rss":                example()["/feeds/all.rss"],
	} {
		if got := read(t, dir, file); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", file, got, want)
		}
	}
}

func TestWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	dir, site := t.TempDir(), example()
	if first := write(t, site, dir); len(first.Changed) != len(first.Files) {
		t.Errorf("the first time %d of %d files", len(first.Changed), len(first.Files))
	}
	if err := os.WriteFile(filepath.Join(dir, "CNAME"), []byte("s.example"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	if again := write(t, site, dir); len(again.Changed)+len(again.Removed) != 0 {
		t.Errorf("nothing has changed, and it wrote %v and removed %v", again.Changed, again.Removed)
	}
	if after, err := os.Stat(filepath.Join(dir, "index.html")); err != nil || !os.SameFile(before, after) {
		t.Errorf("the first page was written again, error %v", err)
	}

	site["/feeds/all.rss"] = "without an archive"
	r := write(t, site, dir)
	if !slices.Equal(r.Changed, []string{"feeds/all.rss"}) || !slices.Equal(r.Removed, []string{"feeds/all/2026-10.rss"}) {
		t.Errorf("wrote %v and removed %v", r.Changed, r.Removed)
	}
	if read(t, dir, "CNAME") != "s.example" {
		t.Error("it changed a file that is not its own")
	}
	if _, err := os.Stat(filepath.Join(dir, "feeds/all/2026-10.rss")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is gone is there: %v", err)
	}
}

// TestABrokenSiteReplacesNothing: no file is touched before all have been made.
func TestABrokenSiteReplacesNothing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/feeds/all.rss", "/i/b.jpg"} {
		dir, site := t.TempDir(), example()
		write(t, site, dir)
		good := read(t, dir, "editions/index.html")
		site["/editions/"] += "changed"
		site[path] = "broken"
		if _, err := (static.Site{Handler: site, Server: "https://s.example", Log: func(string, int) {}}).Write(t.Context(), dir); err == nil {
			t.Errorf("%s: no error", path)
		}
		if read(t, dir, "editions/index.html") != good {
			t.Errorf("%s is broken, and others were replaced", path)
		}
	}
}

// TestStaysInItsDirectory whatever pages lead to, and whatever the list of an earlier
// run says.
func TestStaysInItsDirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "site")
	site := stage{
		"/":             `<html><a href="/../evil.html">1</a><a href="/a/../../evil.html">2</a><a href="/%2e%2e/evil.html">3</a>`,
		"/../evil.html": "evil", "/evil.html": "evil", "/a/../../evil.html": "evil",
	}
	if r := write(t, site, dir); !slices.Equal(r.Files, []string{"index.html"}) {
		t.Errorf("wrote %v", r.Files)
	}
	outside := filepath.Join(dir, "..", "outside")
	if err := os.WriteFile(outside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".marquee-site"), []byte("../outside\n/etc/passwd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := write(t, site, dir); len(r.Removed) > 0 {
		t.Errorf("removed %v", r.Removed)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}

// TestServerInAFolder: a server may be reached below a folder of another, which
// the handler does not know.
func TestServerInAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site := stage{
		"/":              `<html><a href="/feeds/all.rss">F</a><a href="/links">L</a>`,
		"/feeds/all.rss": "https://s.example/sub/i/b.jpg https://s.example/i/other.jpg",
		"/i/b.jpg":       "B",
		"/i/other.jpg":   "of another site on this host",
	}
	r, err := static.Site{Handler: site, Server: "https://s.example/sub", Log: func(string, int) {}}.Write(t.Context(), dir)
	if err != nil || !slices.Equal(r.Files, []string{"feeds/all.rss", "i/b.jpg", "index.html"}) {
		t.Errorf("files %v, error %v", r.Files, err)
	}
	if got, want := read(t, dir, "index.html"), `<html><a href="feeds/all.rss">F</a><a href="https://s.example/sub/links">L</a>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

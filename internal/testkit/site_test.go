package testkit_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/testkit"
)

// Every captured exchange of a feed, conditional or not, is what the fake
// answers to the same request: it is the real WordPress as far as anyone asked.
func TestCapturedSiteAnswersAsTheRealOneDid(t *testing.T) {
	t.Parallel()
	fsys := os.DirFS("../../testdata/wordpress")
	calls, err := testkit.Calls(fsys)
	if err != nil {
		t.Fatal(err)
	}
	replayed := 0
	for _, call := range calls {
		dir := path.Dir(call.File)
		if dir == "variants" || !strings.Contains(path.Base(call.File), "feed-") || call.Header.Get("Accept-Encoding") != "" {
			continue
		}
		replayed++
		t.Run(call.File, func(t *testing.T) {
			t.Parallel()
			site, err := testkit.Captured(fsys)
			if err != nil {
				t.Fatal(err)
			}
			site.Turn(strings.TrimPrefix(dir, "."))
			compareWithCapture(t, site, call)
		})
	}
	if replayed < 50 {
		t.Errorf("replayed %d exchanges, there are more", replayed)
	}
}

func compareWithCapture(t *testing.T, site *testkit.Site, call testkit.Call) {
	t.Helper()
	req := httptest.NewRequest(call.Method, "http://127.0.0.1:8088"+call.Target, nil)
	req.Header = call.Header
	rec := httptest.NewRecorder()
	site.ServeHTTP(rec, req)

	raw, err := os.ReadFile("../../testdata/wordpress/" + call.File)
	if err != nil {
		t.Fatal(err)
	}
	want, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), req)
	if err != nil {
		t.Fatal(err)
	}
	defer want.Body.Close()
	body, err := io.ReadAll(want.Body)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Code != want.StatusCode {
		t.Errorf("status %d, want %d", rec.Code, want.StatusCode)
	}
	if !bytes.Equal(rec.Body.Bytes(), body) {
		t.Errorf("body of %d bytes, want %d", rec.Body.Len(), len(body))
	}
	for _, name := range []string{"ETag", "Last-Modified", "Content-Type", "Location"} {
		if got := rec.Header().Get(name); got != want.Header.Get(name) {
			t.Errorf("%s: %q, want %q", name, got, want.Header.Get(name))
		}
	}
}

const archive = `A site in two states.
-- https://www.lanternscreen.example/feed/ --
HTTP/1.1 200 OK
Content-Type: application/rss+xml
ETag: "one"

first
-- https://www.lanternscreen.example/feed/ @later --
HTTP/1.1 503 Service Unavailable
Retry-After: 600

later
-- /any?b=2&a=1 --
HTTP/1.1 301 Moved Permanently
Location: /feed/

`

func TestParsedSite(t *testing.T) {
	t.Parallel()
	site, err := testkit.ParseSite([]byte(archive))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "later"}, site.States()); diff != "" {
		t.Error(diff)
	}
	for _, ask := range []struct {
		state, method, url, tag string
		status                  int
		body                    string
	}{
		{"", "GET", "https://www.lanternscreen.example/feed/", "", 200, "first\n"},
		{"", "HEAD", "https://www.lanternscreen.example/feed/", "", 200, ""},
		{"", "GET", "https://www.lanternscreen.example/feed/", `"one"`, 304, ""},
		{"", "GET", "https://www.lanternscreen.example/feed/", `W/"one"`, 200, "first\n"},
		{"", "GET", "https://other.example/feed/", "", 404, "no such page\n"},
		{"later", "GET", "https://www.lanternscreen.example/feed/", "", 503, "later\n"},
		{"later", "GET", "https://other.example/any?a=1&b=2", "", 301, ""},
	} {
		site.Turn(ask.state)
		req := httptest.NewRequest(ask.method, ask.url, nil)
		if ask.tag != "" {
			req.Header.Set("If-None-Match", ask.tag)
		}
		rec := httptest.NewRecorder()
		site.ServeHTTP(rec, req)
		if rec.Code != ask.status || rec.Body.String() != ask.body {
			t.Errorf("%v: %d %q", ask, rec.Code, rec.Body.String())
		}
	}
	asked := site.Requests()
	if len(asked) != 7 || !asked[2].Conditional() || asked[0].Conditional() || asked[2].Status != 304 {
		t.Errorf("the log says %+v", asked)
	}
	if site.Forget(); len(site.Requests()) != 0 {
		t.Error("the site did not forget")
	}
}

func TestParsedSiteRefusesWhatIsNoResponse(t *testing.T) {
	t.Parallel()
	if _, err := testkit.ParseSite([]byte("-- /x --\nhello\n")); err == nil || !strings.Contains(err.Error(), `"/x"`) {
		t.Errorf("got %v", err)
	}
}

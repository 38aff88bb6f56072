package wordpress_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/fetch"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

func osDir(dir string) fs.FS { return os.DirFS(dir) }

// shut makes the API answer as closed APIs do.
func shut(t *testing.T, how string) func(w http.ResponseWriter, r *http.Request) bool {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/wp-json") && !strings.HasPrefix(r.URL.Path, "/index.php") {
			return false
		}
		switch how {
		case "404":
			return replay(t, w, path.Join(captured, "page-missing.http"))
		case "no route":
			return replay(t, w, path.Join(captured, "rest-error-no-route.http"))
		case "login wanted":
			refuse(w, http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
		case "security plugin":
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte("<!DOCTYPE html><title>403 &#8211; Blocked by the firewall</title>"))
		case "block page with 200":
			_, _ = w.Write([]byte("<html><head><title>Just a moment…</title>"))
		case "error with 200":
			_, _ = w.Write([]byte(`{"code":"rest_disabled","message":"No."}`))
		}
		return true
	}
}

// However the API is closed, the feed is read: from the beginning, and when it
// closes later. The operator hears why, once in the log, and as a problem as long
// as it lasts; and the API is tried again.
func TestClosedAPIFallsBackToTheFeed(t *testing.T) {
	t.Parallel()
	for how, why := range map[string]string{
		"404":                 "answered 404 Not Found (\"Page not found – Lantern Screen\")",
		"no route":            "answered 404 Not Found (rest_no_route)",
		"login wanted":        "answered 401 Unauthorized (rest_not_logged_in)",
		"security plugin":     "answered 403 Forbidden (\"403 – Blocked by the firewall\")",
		"block page with 200": "it is a web page (\"Just a moment…\"), not JSON",
		"error with 200":      "names no types of post (rest_disabled)",
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, "")
			s.answer = shut(t, how)
			var log strings.Builder
			now := noon()
			r := setup{client: sourcetest.Client(s), now: now, log: slog.New(slog.NewTextHandler(&log, nil))}.reader(t)
			res := read(t, r, nil)
			sourcetest.CheckItems(t, res.Items)
			last := len(res.Problems) - 1
			if len(res.Items) != 9 || res.Complete || last < 0 || res.Problems[last].Where != "REST API" ||
				!strings.Contains(res.Problems[last].Err.Error(), why) {
				t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
			}
			s.Forget()
			for range 5 {
				now.Time = now.Add(time.Hour)
				if again := read(t, r, res.State); !again.Unchanged {
					t.Errorf("%d items, problems %v", len(again.Items), again.Problems)
				}
			}
			if asked := s.Asked(); len(asked) != 5 || asked[4] != "/feed/" {
				t.Errorf("asked %q", asked)
			}
			now.Time = now.Add(time.Hour) // time to try the API
			res = read(t, r, res.State)
			if !res.Unchanged || strings.Count(log.String(), "rest api closed") != 1 {
				t.Errorf("unchanged %t, log:\n%s", res.Unchanged, log.String())
			}
			s.answer = nil
			now.Time = now.Add(6 * time.Hour)
			if res = read(t, r, res.State); len(res.Items) != 38 || len(res.Problems) != 1 || !strings.Contains(log.String(), "rest api open again") {
				t.Errorf("when it opens: %d items, problems %v", len(res.Items), res.Problems)
			}
		})
	}
}

// While the API is closed the feed adds what is new. What the API has given stays
// as it was, since the feed has only excerpts; what happens to it meanwhile is
// found when the API opens.
func TestFeedTakesNothingAway(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	whole := s.items[home+"/?post_type=reviews&p=28091"]
	s.answer = shut(t, "security plugin")
	s.Turn("after") // the feed has 28000 on top, which was old
	res := s.gather(t)
	s.expect(t, res, "", "", 6) // three refusals, home, types, the feed
	feed := strings.Replace(string(body(t, path.Join(captured, "feed-site-rss2.http"))), "p=28091", "p=28123", 1)
	s.Set("after", "/feed/", "application/rss+xml", []byte(feed))
	if res = s.gather(t); idsOf(res.Items) != "28123" || len(res.Problems) == 0 {
		t.Errorf("new in the feed: %q, problems %v", idsOf(res.Items), res.Problems)
	}
	if got := s.items[whole.GUID]; got.Content != whole.Content || whole.Content == "" {
		t.Error("the feed took the text away")
	}
	s.answer = nil
	s.edit(28061, "2026-11-22T14:30:00", "<p>Open to all.</p>")
	s.write("reviews", 28091, 28123, "2026-11-22T13:00:00", "2026-11-22T13:00:00")
	s.clock.Time = s.clock.Add(6 * time.Hour)
	res = s.gather(t)
	s.expect(t, res, "28061 28123", "", 4)
	if find(t, res.Items, "p=28123").Content == "" {
		t.Error("the API does not complete what the feed began")
	}
	if res := s.gather(t); !res.Unchanged {
		t.Errorf("in the end %d items, problems %v", len(res.Items), res.Problems)
	}
}

// Of the feed only the configured types are wanted, and an importer's piece, whose
// guid does not tell.
func TestFeedAndTypes(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.answer = shut(t, "404")
	feed := strings.Replace(string(body(t, path.Join(captured, "feed-site-rss2.http"))), home+"/?p=28093", home+"/imported/", 1)
	s.Set("", "/feed/", "application/rss+xml", []byte(feed))
	r := setup{client: sourcetest.Client(s), options: "url: " + home + "\ntypes: [reviews]"}.reader(t)
	res := read(t, r, nil)
	if len(res.Items) != 4 || !slices.ContainsFunc(res.Items, func(raw source.Raw) bool { return raw.GUID == home+"/imported/" }) {
		t.Errorf("%d items: %s", len(res.Items), idsOf(res.Items))
	}
}

// The feed is where the configuration says, else where the home page says.
func TestFeedAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ page, options, want string }{
		"usual":      {"<p>Hello", "", "/feed/"},
		"named":      {`<link rel="alternate" type="application/rss+xml" href="/?feed=rss2"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">`, "", "/?feed=rss2"},
		"configured": {`<link rel="alternate" type="application/rss+xml" href="/?feed=rss2">`, "feed: " + home + "/reviews/feed/", "/reviews/feed/"},
	} {
		s := openSite(t, "")
		if err := s.PutExchange(osDir(captured), "variants/plain-feed-rss2.http", "", "/?feed=rss2"); err != nil {
			t.Fatal(err)
		}
		closed := shut(t, "404")
		s.homeIs("", c.page)
		front := s.answer
		s.answer = func(w http.ResponseWriter, r *http.Request) bool { return closed(w, r) || front(w, r) }
		res := read(t, setup{client: sourcetest.Client(s), options: "url: " + home + "\n" + c.options}.reader(t), nil)
		if asked := s.Asked(); len(res.Items) == 0 || asked[len(asked)-1] != c.want {
			t.Errorf("%s: %d items, asked %q", name, len(res.Items), asked)
		}
	}
}

// A bad hour of the whole site is no closed API: it is an error that says what was
// answered, keeps what is stored, and says how long to wait.
func TestBadHours(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 101) + strings.Repeat("]", 101)
	cut := string(body(t, path.Join(captured, "rest-reviews-page1.http"))[:20_000])
	for name, c := range map[string]struct {
		file, body, want string
		wait             time.Duration
	}{
		"maintenance":   {"variants/maintenance-rest.http", "", `answered 503 Service Unavailable ("Maintenance")`, 10 * time.Minute},
		"database down": {"variants/database-down-rest.http", "", `answered 500 Internal Server Error ("Database Error")`, 0},
		"cut JSON":      {"", cut, "invalid JSON after 20000 of 20000 bytes (unexpected end of JSON input): something between the site and here cut or changed it", 0},
		"empty":         {"", "\xEF\xBB\xBF\n", "invalid answer: it is empty", 0},
		"100 levels":    {"", deep, "invalid JSON: more than 100 levels inside each other", 0},
		"no JSON":       {"", "Warning: Undefined variable", "invalid JSON after 1 of 27 bytes", 0},
		"no list":       {"", `{"pieces": []}`, "invalid answer: ", 0},
		"too many":      {"", "[" + strings.Repeat("1,", 50) + "1]", "51 pieces came where 50 were asked for", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShelf(t, "")
			known := s.state
			s.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/reviews") {
					return false
				}
				if c.file != "" {
					return replay(t, w, path.Join(captured, c.file))
				}
				_, _ = w.Write([]byte(c.body))
				return true
			}
			for _, last := range []source.State{nil, known} {
				want := c.want
				if last != nil {
					want = strings.Replace(want, "where 50", "where 10", 1)
				}
				res, err := s.reader.Read(t.Context(), last)
				if err == nil || !strings.HasPrefix(err.Error(), "read WordPress: ") || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant …%s…", err, want)
				}
				var failed *fetch.Error
				if errors.As(err, &failed); c.wait > 0 && (failed == nil || failed.RetryAfter != c.wait) {
					t.Errorf("the wait is not in %v", err)
				}
				if len(res.Items)+len(res.State)+len(res.Problems) > 0 {
					t.Error("something came with the error")
				}
			}
			s.answer = nil
			if !s.gather(t).Unchanged {
				t.Error("after the bad hour the old state is worth nothing")
			}
		})
	}
}

// When the feed is of no use either, the error names both.
func TestNeitherAPINorFeed(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	closed := shut(t, "security plugin")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		return closed(w, r) || r.URL.Path == "/feed/" && replay(t, w, path.Join(captured, "variants/maintenance-feed.http"))
	}
	_, err := of(t, s).Read(t.Context(), nil)
	var failed *fetch.Error
	if !errors.As(err, &failed) || failed.RetryAfter != 10*time.Minute || !strings.Contains(err.Error(), "Blocked by the firewall") {
		t.Errorf("got %v", err)
	}
}

// An API that lists nothing, or nothing of use, is closed in a way of its own.
func TestAPIWithoutPieces(t *testing.T) {
	t.Parallel()
	for answer, why := range map[string]string{
		`[]`: "it lists no pieces",
		`[{"id": 1, "title": {"rendered": "No guid"}}]`: `none of its pieces can be used: definitives 1 ("No guid"): invalid piece: it has no guid`,
		`[{"title": {"rendered": "No id"}}, 7]`:         "none of its pieces can be used: definitives: invalid piece: it has no id",
	} {
		s := openSite(t, "")
		s.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("per_page") == "" {
				return false
			}
			_, _ = w.Write([]byte(answer))
			return true
		}
		res := read(t, of(t, s), nil)
		if said := res.Problems[len(res.Problems)-1].Err.Error(); len(res.Items) != 9 || !strings.Contains(said, why) {
			t.Errorf("%s: %d items, %s", answer, len(res.Items), said)
		}
	}
}

package app_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// together is the captured site with several of its feeds, as one publication.
func together(t *testing.T, names ...string) *archive {
	t.Helper()
	site := captured(t)
	home := serve(t, site)
	sources, feeds := "sources:", "feeds:"
	for _, name := range names {
		sources += fmt.Sprintf("\n  %s:\n    kind: webfeed\n    url: %q%s", name, home+capturedFeeds()[name], rules)
		feeds += fmt.Sprintf("\n  %s: {items: {sources: [%s]}, limit: 500}", name, name)
	}
	p := publish(t, sources, feeds, release)
	return &archive{instance: p.open(t, slotTime), site: site}
}

// A piece that several feeds of the site hold is one item, which each of them has,
// whoever is read first, and what happens to it is told once.
func TestPiecesOfManyFeeds(t *testing.T) {
	t.Parallel()
	names := []string{"site", "reviews", "reviewsatom", "exclusive", "choice"}
	for _, first := range []string{"site", "choice"} {
		t.Run(first+" first", func(t *testing.T) {
			t.Parallel()
			a := together(t, names...)
			a.gather(t, first)
			if _, failures := a.gather(t); len(failures) > 0 {
				t.Fatal(failures)
			}
			pieces := map[string]bool{}
			for _, name := range names {
				raw := shown(rawFeed(t, "", capturedFeeds()[name]))
				for _, it := range raw {
					pieces[it.GUID] = true
				}
				if got := a.items(t, name); len(got) != len(raw) {
					t.Errorf("%s: %d items of %d", name, len(got), len(raw))
				}
			}
			all, err := a.Store().Items(t.Context(), domain.ItemQuery{})
			if err != nil || len(all) != len(pieces) {
				t.Errorf("%d items of %d pieces: %v", len(all), len(pieces), err)
			}
			version := a.version(t)
			if a.gather(t); a.version(t) != version {
				t.Error("read again, something was written")
			}
			a.site.Turn("after")
			a.now = slotTime.Add(72 * time.Hour)
			a.gather(t)
			a.gather(t)
			a.wantEvents(t, map[string]string{
				"28091": "changed, now free", "28061": "changed, now free", "28067": "changed", "28043": "", "28089": "",
			})
		})
	}
}

// wantEvents wants what happened to reviews by their numbers in WordPress.
func (a *archive) wantEvents(t *testing.T, want map[string]string) {
	t.Helper()
	for number, kinds := range want {
		var got []string
		for _, guid := range []string{"?post_type=reviews&p=" + number, "?p=" + number} {
			for _, source := range []string{"site", "reviews", "choice"} {
				events, err := a.Store().Events(t.Context(), domain.EventQuery{
					Item: domain.NewItemID(source, "http://127.0.0.1:8088/"+guid), Since: a.now,
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					got = append(got, string(e.Kind))
				}
			}
		}
		if strings.Join(got, ", ") != kinds {
			t.Errorf("%s: %q, want %q", number, strings.Join(got, ", "), kinds)
		}
	}
}

// What was trashed is gone from the feed's middle and from its page: two say so. The
// site answers 304 all the same, so that only a full read finds out.
func TestTrashedPieceOfAFeed(t *testing.T) {
	t.Parallel()
	site := captured(t)
	home := serve(t, rehosted{site})
	p := publish(t, fmt.Sprintf("sources:\n  site:\n    kind: webfeed\n    url: %q%s", home+"/feed/", rules))
	a := archive{instance: p.open(t, slotTime), site: site}
	a.site.Turn("after")
	a.gather(t)
	a.site.Turn("after-trashing-an-older-one")
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{time.Hour, "nothing new"}, {8 * 24 * time.Hour, "1 new, 1 first look, 1 withdrawn, 1 problem"}, {9 * 24 * time.Hour, "nothing new"}} {
		a.now = slotTime.Add(step.after)
		if reports, _ := a.gather(t); reports["site"].String() != step.want {
			t.Errorf("after %v: %s, want %s", step.after, reports["site"], step.want)
		}
	}
	it, err := a.Store().Item(t.Context(), domain.NewItemID("site", home+"/?post_type=reviews&p=28081")) // winter-count
	if err != nil || !it.Withdrawn.Equal(slotTime.Add(8*24*time.Hour)) {
		t.Errorf("%+v, %v", it.ItemHistory, err)
	}
}

// rehosted is the captured site as if it had been captured where it is served.
type rehosted struct{ http.Handler }

func (h rehosted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	got := httptest.NewRecorder()
	h.Handler.ServeHTTP(got, r)
	maps.Copy(w.Header(), got.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(got.Code)
	_, _ = io.WriteString(w, strings.ReplaceAll(got.Body.String(), "127.0.0.1:8088", r.Host))
}

// A site says that it has published something, and is read.
func TestSitePokes(t *testing.T) {
	t.Parallel()
	p := publish(t, fmt.Sprintf("sources:\n  site: {kind: webfeed, url: %q, schedule: \"0 6 * * *\"}", serve(t, &fickle{})+"/"))
	i := p.open(t, slotTime)
	i.gather(t)
	hook, err := i.GatherHook("site")
	if err != nil {
		t.Fatal(err)
	}
	site, err := i.Site()
	if err != nil {
		t.Fatal(err)
	}
	i.now = slotTime.Add(5 * time.Minute)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, hook, http.NoBody))
	if w.Code != http.StatusAccepted {
		t.Fatalf("answered %d", w.Code)
	}
	i.close(t)
	p.during(t, slotTime.Add(6*time.Minute), func(i *instance) {
		if st := i.status(t, "site"); !st.Succeeded.Equal(slotTime.Add(6 * time.Minute)) {
			t.Errorf("%+v", st)
		}
	}, gathered)
}

// What was published just before the freeze is not in the letter, since its editor
// may still be at it; it is in the next, although that begins after it.
func TestUnsettledPieceWaits(t *testing.T) {
	t.Parallel()
	site := testkit.NewSite()
	site.Set("", "/feed/", "application/rss+xml", []byte(oneFeed))
	site.Set("later", "/feed/", "application/rss+xml", []byte(strings.Replace(oneFeed, "<item>", `<item><guid isPermaLink="false">2</guid>
		<title>Winter Count</title><pubDate>Fri, 20 Nov 2026 21:50:00 +0000</pubDate><description>Snow.</description></item><item>`, 1)))
	p := publish(t, "sources:\n  site: {kind: webfeed, url: \""+serve(t, site)+"/feed/\"}", "feeds: {all: {}}", weekly, rosters, mailTo("127.0.0.1:1", ""))
	i := p.open(t, slotTime.Add(-2*time.Hour))
	i.gather(t)
	site.Turn("later")
	i.now = slotTime.Add(-69 * time.Minute)
	i.gather(t)
	i.now = slotTime.Add(-time.Hour)
	first, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil || len(first.Items) != 1 || first.Items[0] != domain.NewItemID("site", "https://www.lanternscreen.example/?p=1") {
		t.Errorf("the first edition holds %v, %v", first.Items, err)
	}
	i.now = slotTime.Add(7*24*time.Hour - time.Hour)
	i.gather(t)
	next, err := i.Compile(t.Context(), "weekly", "2026-11-27T17:00")
	if err != nil || len(next.Items) != 1 || next.Items[0] != domain.NewItemID("site", "2") {
		t.Errorf("the next edition holds %v, %v", next.Items, err)
	}
}

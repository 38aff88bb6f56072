package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/gather"
)

// fickle is a site that serves a good feed until it turns bad.
type fickle struct {
	bad     http.HandlerFunc
	turned  atomic.Bool
	version atomic.Int64 // of the good feed
}

func (f *fickle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.turned.Load() && f.bad != nil {
		f.bad(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	feed := oneFeed
	for n := range f.version.Load() {
		feed = strings.Replace(feed, "<item>", fmt.Sprintf("<item><guid isPermaLink='false'>new-%d</guid><title>New %[1]d</title></item><item>", n), 1)
	}
	fmt.Fprint(w, feed)
}

// badSource is a way in which a source fails, and what the operator is told.
type badSource struct {
	serve http.HandlerFunc // nil for a server that is down
	says  string
}

func badSources() map[string]badSource {
	return map[string]badSource{
		"down": {nil, "connection refused"},
		"html": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><title>Just a moment…</title><p>Checking your browser")
		}, `web page ("Just a moment…")`},
		"empty":     {func(http.ResponseWriter, *http.Request) {}, "empty"},
		"truncated": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, oneFeed[:150]) }, "cut off"},
		"huge":      {huge, "larger than the limit"},
		"inward": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, strings.Replace("http://"+r.Host, "127.0.0.1", "127.0.0.2", 1)+"/", http.StatusFound)
		}, "fetch.allow"},
		"missing": {answering(http.StatusNotFound), "404 Not Found"},
		"broken":  {answering(http.StatusInternalServerError), "500 Internal Server Error"},
		"busy":    {answering(http.StatusTooManyRequests), "429 Too Many Requests"},
		"gone":    {answering(http.StatusGone), "taken down"},
		"hangup":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	}
}

// huge serves fifty megabytes of feed.
func huge(w http.ResponseWriter, _ *http.Request) {
	part := []byte("<item>" + strings.Repeat(" ", 1<<20))
	_, _ = w.Write([]byte("<rss><channel>"))
	for range 50 {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

func answering(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(status)
	}
}

// Whatever becomes of one source: its error says which it is, what it had given
// stays, and the others are gathered.
func TestBadSourcesHarmNobody(t *testing.T) {
	t.Parallel()
	sites := map[string]*fickle{"afirst": {}, "zlast": {}}
	sources := "sources:"
	for name, bad := range badSources() {
		sites[name] = &fickle{bad: bad.serve}
	}
	servers := map[string]*httptest.Server{}
	for name, site := range sites {
		servers[name] = httptest.NewServer(site)
		t.Cleanup(servers[name].Close)
		sources += fmt.Sprintf("\n  %s: {kind: webfeed, url: %q}", name, servers[name].URL+"/feed/")
	}
	i := publish(t, sources).open(t, slotTime)
	if _, failures := i.gather(t); len(failures) > 0 {
		t.Fatal(failures)
	}
	for _, site := range sites {
		site.version.Add(1)
		site.turned.Store(true)
	}
	servers["down"].Close()
	i.now = slotTime.Add(time.Hour)
	_, failures := i.gather(t)
	for name, bad := range badSources() {
		i.wantFailure(t, name, bad.says, failures[name])
	}
	for _, name := range []string{"afirst", "zlast"} {
		if failures[name] != nil || len(i.items(t, name)) != 2 {
			t.Errorf("%s, which is well, has %d items: %v", name, len(i.items(t, name)), failures[name])
		}
	}
	var busy *fetch.Error
	if !errors.As(failures["busy"], &busy) || busy.RetryAfter != 10*time.Minute {
		t.Errorf("busy for a while: %v", failures["busy"])
	}
}

// wantFailure checks a failed read: what is said of it, and what stays.
func (i *instance) wantFailure(t *testing.T, name, says string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "gather "+name+": ") || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: got %v, want it named and %q", name, err, says)
		return
	}
	items := i.items(t, name)
	if it, ok := items["https://www.lanternscreen.example/?p=1"]; len(items) != 1 || !ok || !it.Withdrawn.IsZero() || it.Title != "Copperwire" {
		t.Errorf("%s: stored are %+v", name, items)
	}
	if s := i.status(t, name); !strings.Contains(s.Error, says) || s.Failures != 1 || !s.Failed.Equal(i.now) || !s.Succeeded.Equal(slotTime) {
		t.Errorf("%s: status %+v", name, s)
	}
}

// A source that never answers is given up on, noted, and keeps what it gave.
func TestSlowSource(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{}, 1)
	slow := &fickle{bad: func(_ http.ResponseWriter, r *http.Request) {
		stuck <- struct{}{}
		<-r.Context().Done()
	}}
	p := publish(t, fmt.Sprintf("sources:\n  slow: {kind: webfeed, url: %q}\n  well: {kind: webfeed, apart: true, url: %q}", serve(t, slow)+"/", serve(t, &fickle{})+"/"))
	i := p.open(t, slotTime)
	i.gather(t, "slow")
	slow.turned.Store(true)
	i.now = slotTime.Add(time.Hour)
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	err := i.Gather(ctx, []string{"slow"}, func(string, gather.Report, error) {})
	<-stuck
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends made it %v", err)
	}
	i.wantFailure(t, "slow", "deadline exceeded", err)
	if reports, failures := i.gather(t, "well"); failures["well"] != nil || reports["well"].New != 1 {
		t.Errorf("the other source: %v, %v", reports, failures)
	}
}

// Without leave the program connects to nothing of its own network.
func TestPrivateNetworkIsRefused(t *testing.T) {
	t.Parallel()
	inside := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the inner server was asked") }))
	p := publish(t, fmt.Sprintf("sources:\n  inner: {kind: webfeed, url: %q}", inside+"/"))
	text := strings.Replace(p.read(t, "config.yaml"), "127.0.0.1/32", "10.11.12.0/24", 1)
	p.write(t, "config.yaml", text, time.Time{})
	_, failures := p.open(t, slotTime).gather(t)
	if err := failures["inner"]; err == nil || !strings.Contains(err.Error(), "gather inner: ") || !strings.Contains(err.Error(), "fetch.allow") {
		t.Errorf("got %v", err)
	}
}

// Names that are not configured are told from failures: nothing is read.
func TestUnknownSource(t *testing.T) {
	t.Parallel()
	i := publish(t, "sources: {picks: {kind: markdown, path: picks}}").open(t, slotTime)
	err := i.Gather(t.Context(), []string{"picks", "pics"}, func(name string, _ gather.Report, _ error) { t.Errorf("%s was read", name) })
	if !errors.Is(err, domain.ErrNotFound) || !strings.Contains(err.Error(), `"pics"`) {
		t.Errorf("got %v", err)
	}
}

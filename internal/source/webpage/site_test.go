package webpage_test

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

// world is a site and what a reader of it is made with.
type world struct {
	testing.TB
	*testkit.Site
	env source.Env
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, Site: testkit.NewSite()}
	w.env = source.Env{
		Name: "test", Dir: t.TempDir(), Zone: time.FixedZone("site", -6*3600), Client: sourcetest.Client(w.Site),
		Log: slog.New(slog.DiscardHandler), Now: clock,
	}
	return w
}

// page puts a page of the site.
func (w *world) page(path, body string) {
	w.Set("", home+path, "text/html; charset=utf-8", []byte(body))
}

// answer puts a literal response.
func (w *world) answer(path, response string) {
	w.Helper()
	files := fstest.MapFS{"answer": {Data: []byte("HTTP/1.1 " + response)}}
	if err := w.PutExchange(files, "answer", "", home+path); err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(options string, last source.State) source.Result {
	w.Helper()
	res, err := newReader(w, w.env, options).Read(w.Context(), last)
	if err != nil {
		w.Fatalf("Read: %v", err)
	}
	if t, ok := w.TB.(*testing.T); ok {
		sourcetest.CheckItems(t, res.Items)
	}
	return res
}

// fails reads and wants an error that says each of some words, and nothing beside it.
func (w *world) fails(options string, last source.State, words ...string) {
	w.Helper()
	res, err := newReader(w, w.env, options).Read(w.Context(), last)
	if err == nil || len(res.Items) > 0 || len(res.State) > 0 {
		w.Errorf("Read: %v with %d items", err, len(res.Items))
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			w.Errorf("the error %q does not say %q", err, word)
		}
	}
}

func (w *world) detail(options string, raw *source.Raw) error {
	w.Helper()
	r, ok := newReader(w, w.env, options).(source.Detailer)
	if !ok {
		w.Fatal("the reader is no source.Detailer")
	}
	return r.Detail(w.Context(), raw)
}

// asked are the targets that were asked for, robots.txt aside.
func (w *world) asked() []string {
	var all []string
	for _, r := range w.Requests() {
		if r.Target != "/robots.txt" {
			all = append(all, r.Target)
		}
	}
	return all
}

func guids(items []source.Raw) []string {
	var all []string
	for _, raw := range items {
		all = append(all, strings.TrimPrefix(raw.GUID, home))
	}
	return all
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ignoreState leaves the state out of a comparison: it is nobody else's.
var ignoreState = cmpopts.IgnoreFields(source.Result{}, "State")

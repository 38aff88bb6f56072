package picture_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/picture"
)

// memory is a picture.Store.
type memory struct {
	mu      sync.Mutex
	sources map[string]picture.Source
	prints  map[string][]byte
	broken  error
}

func (m *memory) PictureSources(_ context.Context, urls []string) (map[string]picture.Source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := maps.Clone(m.sources)
	maps.DeleteFunc(found, func(url string, _ picture.Source) bool { return !slices.Contains(urls, url) })
	return found, m.broken
}

func (m *memory) SavePicture(ctx context.Context, s picture.Source, prints []picture.Print) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources[s.URL] = s
	for _, p := range prints {
		m.prints[domain.PrintName(p.Key, p.Width)] = p.JPEG
	}
	return errors.Join(ctx.Err(), m.broken)
}

func (m *memory) Print(_ context.Context, key string, width int) ([]byte, error) {
	return m.prints[domain.PrintName(key, width)], nil
}

// world is a keeper, its clock, and a stranger's site.
type world struct {
	*testing.T
	*picture.Keeper
	store *memory
	site  *httptest.Server
	now   time.Time
	log   strings.Builder

	mu    sync.Mutex
	asked map[string]int
	serve map[string]http.HandlerFunc // by path
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		T: t, now: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC), asked: map[string]int{}, serve: map[string]http.HandlerFunc{},
		store: &memory{sources: map[string]picture.Source{}, prints: map[string][]byte{}},
	}
	w.site = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked[r.URL.Path]++
		handler := w.serve[r.URL.Path]
		w.mu.Unlock()
		if handler == nil {
			handler = http.NotFound
		}
		handler(out, r)
	}))
	t.Cleanup(w.site.Close)
	client := fetch.New(fetch.Config{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBytes: 1 << 20, Now: func() time.Time { return w.now },
	})
	t.Cleanup(client.Close)
	w.Keeper = picture.New(picture.Config{
		Client: client, Store: w.store, Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	return w
}

func (w *world) serves(path string, body []byte) {
	w.serve[path] = func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write(body) }
}

// keeps keeps the pictures at some paths, and returns them by path.
func (w *world) keeps(paths ...string) map[string]domain.Picture {
	w.Helper()
	urls := make([]string, len(paths))
	for i, p := range paths {
		urls[i] = w.site.URL + p
	}
	kept, err := w.Keep(w.Context(), urls)
	if err != nil {
		w.Fatal(err)
	}
	found := map[string]domain.Picture{}
	for _, p := range kept {
		path := strings.TrimPrefix(p.URL, w.site.URL)
		if _, twice := found[path]; twice {
			w.Errorf("%s comes twice", path)
		}
		p.URL = ""
		found[path] = p
	}
	return found
}

// A picture is fetched once, whoever asks for it and however often; the same
// bytes elsewhere are the same picture.
func TestKeepOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poster := asJPEG(t, sample(400, 600))
	w.serves("/a.jpg", poster)
	w.serves("/b.jpg", poster)
	want := domain.Picture{Key: domain.PictureKey(poster), Width: 400, Height: 600}
	for range 3 {
		kept := w.keeps("/a.jpg", "/b.jpg", "/a.jpg")
		if diff := cmp.Diff(map[string]domain.Picture{"/a.jpg": want, "/b.jpg": want}, kept); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
	}
	if w.asked["/a.jpg"] != 1 || w.asked["/b.jpg"] != 1 || len(w.store.prints) != 3 {
		t.Errorf("asked %v, stored %d prints", w.asked, len(w.store.prints))
	}
	delete(w.serve, "/a.jpg") // it vanishes
	w.now = w.now.AddDate(1, 0, 0)
	if kept := w.keeps("/a.jpg"); kept["/a.jpg"] != want || w.log.Len() > 0 {
		t.Errorf("a year later: %v\n%s", kept, w.log.String())
	}
}

// An address that gives no picture is asked again after a while, a few times.
func TestKeepTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, step := range []struct {
		after time.Duration
		asked int
	}{
		{0, 1},
		{14 * time.Minute, 1},
		{time.Minute, 2},
		{59 * time.Minute, 2},
		{time.Minute, 3},
		{6 * time.Hour, 4},
		{23 * time.Hour, 4},
		{time.Hour, 5},
		{365 * 24 * time.Hour, 5},
	} {
		w.now = w.now.Add(step.after)
		kept := w.keeps("/gone.jpg")
		asked := w.asked["/gone.jpg"]
		if asked != step.asked {
			t.Fatalf("%s later it was asked %d times, want %d", step.after, asked, step.asked)
		}
		if p, settled := kept["/gone.jpg"]; settled != (asked == 5) || p.Key != "" {
			t.Errorf("after %d times: %v", asked, kept)
		}
	}
	if lines := strings.Count(w.log.String(), "picture not kept"); lines != 5 || !strings.Contains(w.log.String(), "404") {
		t.Errorf("the log:\n%s", w.log.String())
	}
	if s := w.store.sources[w.site.URL+"/gone.jpg"]; s.Failures != 5 || !strings.Contains(s.Reason, "404") {
		t.Errorf("stored: %+v", s)
	}
}

// A failure is forgotten when the picture comes, and a server's wish to be left in
// peace is heeded.
func TestKeepAtLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve["/busy.jpg"] = func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Retry-After", "7200")
		out.WriteHeader(http.StatusServiceUnavailable)
	}
	w.serves("/half.jpg", asJPEG(t, sample(400, 600))[:2000])
	w.keeps("/busy.jpg", "/half.jpg")
	w.serves("/busy.jpg", asJPEG(t, sample(40, 60)))
	w.serves("/half.jpg", asJPEG(t, sample(400, 600)))
	w.now = w.now.Add(time.Hour)
	if kept := w.keeps("/busy.jpg", "/half.jpg"); len(kept) != 1 || kept["/half.jpg"].Width != 400 {
		t.Errorf("an hour later: %v", kept)
	}
	w.now = w.now.Add(time.Hour)
	if kept := w.keeps("/busy.jpg", "/half.jpg"); len(kept) != 2 || kept["/busy.jpg"].Width != 40 {
		t.Errorf("two hours later: %v", kept)
	}
	if s := w.store.sources[w.site.URL+"/half.jpg"]; s.Failures != 0 || s.Reason != "" || !s.Due.IsZero() {
		t.Errorf("stored: %+v", s)
	}
}

// What only says that it is a picture is none, and one that is none does not cost
// the others.
func TestKeepRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve["/lie.jpg"] = func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "image/jpeg")
		_, _ = out.Write([]byte("<!DOCTYPE html><script>alert(1)</script>"))
	}
	w.serve["/svg.png"] = func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "image/png")
		_, _ = out.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
	}
	w.serves("/bomb.png", pngHead(20000, 20000))
	w.serves("/long.jpg", append(asJPEG(t, sample(40, 60)), make([]byte, 1<<20)...))
	w.serve["/true.bin"] = func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "application/octet-stream")
		_, _ = out.Write(asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))))
	}
	kept := w.keeps("/lie.jpg", "/svg.png", "/bomb.png", "/long.jpg", "/true.bin")
	if len(kept) != 1 || kept["/true.bin"].Width != 1 {
		t.Errorf("kept %v", kept)
	}
	for path, words := range map[string]string{
		"/lie.jpg": "text/html", "/svg.png": "SVG", "/bomb.png": "400.0 megapixels", "/long.jpg": "larger than the limit",
	} {
		if s := w.store.sources[w.site.URL+path]; !strings.Contains(s.Reason, words) {
			t.Errorf("%s was refused with %q", path, s.Reason)
		}
	}
	for _, private := range []string{"http://10.0.0.1/a.jpg", "http://169.254.169.254/latest", "ftp://a.example/a.jpg", "not an address"} {
		if kept, err := w.Keep(t.Context(), []string{private}); len(kept) > 0 || err != nil || w.store.sources[private].Failures != 1 {
			t.Errorf("%s: %v, %v, %+v", private, kept, err, w.store.sources[private])
		}
	}
	endless := w.site.URL + "/" + strings.Repeat("a", 2000) + ".jpg"
	if kept, err := w.Keep(t.Context(), []string{endless}); len(kept) != 1 || kept[0].Key != "" || err != nil || len(w.store.sources) != 9 {
		t.Errorf("an address without end: %v, %v", kept, err)
	}
}

// One call asks so many addresses and not more; those at the front come first.
func TestKeepIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var paths []string
	for i := range 60 {
		path := fmt.Sprintf("/%d.png", i)
		w.serves(path, asPNG(t, image.NewGray(image.Rect(0, 0, i+1, 1))))
		paths = append(paths, path)
	}
	kept := w.keeps(paths...)
	if len(kept) != 50 || len(w.asked) != 50 || kept["/0.png"].Width != 1 || kept["/49.png"].Width != 50 {
		t.Errorf("the first time: %d kept, %d asked", len(kept), len(w.asked))
	}
	if kept = w.keeps(paths...); len(kept) != 60 || len(w.asked) != 60 {
		t.Errorf("the second time: %d kept, %d asked", len(kept), len(w.asked))
	}
}

// Being called off says nothing of a picture; a store that fails is said.
func TestKeepIsCalledOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.serve["/slow.jpg"] = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	if _, err := w.Keep(ctx, []string{w.site.URL + "/slow.jpg"}); !errors.Is(err, context.Canceled) || len(w.store.sources) > 0 {
		t.Errorf("got %v and stored %v", err, w.store.sources)
	}
	w.serves("/a.png", asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))))
	w.store.broken = errors.New("the disk is gone")
	if _, err := w.Keep(t.Context(), []string{w.site.URL + "/a.png"}); !errors.Is(err, w.store.broken) {
		t.Errorf("got %v", err)
	}
}

package feed_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
)

const token = "0123456789_abcdefghi-A"

// unpack is what a stranger's program makes of a copy.
func unpack(t *testing.T, coding string, pieces [][]byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(bytes.Join(pieces, nil))
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false) // HTTP clients stop at the first member's end
		r = z
	case "zstd":
		z, err := zstd.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(text)
}

func TestPrivateFeeds(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	everyone, patron := s.serve(t, public), s.serve(t, screenwriter)
	if everyone.Cut != nil || patron.Cut == nil || patron.Gzip.Body != nil {
		t.Fatal("who shares a document is not who gets copies")
	}
	if len(token) != feed.TokenLength {
		t.Fatal("the test's token is none")
	}
	pieces, etag := patron.Cut.Stamp("gzip", token)
	text := unpack(t, "gzip", pieces)
	if want := `rel="self" type="application/rss+xml" href="https://feeds.lanternscreen.example/f/` + token + `/reviews.rss"`; strings.Count(text, token) != 1 || !strings.Contains(text, want) {
		t.Errorf("the copy is not at its own address: %s", text[:min(len(text), 1500)])
	}
	twin, again := newStand(t).serve(t, screenwriter).Cut.Stamp("gzip", token)
	if again != etag || !bytes.Equal(bytes.Join(twin, nil), bytes.Join(pieces, nil)) {
		t.Error("two instances disagree about the same state")
	}
	if _, plain := patron.Cut.Stamp("", token); plain == etag {
		t.Error("two codings with one tag")
	}
}

func TestLapsedFeed(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	everyone, former := s.serve(t, public), s.serve(t, domain.Audience{Standing: domain.Former})
	text := string(former.Body)
	if strings.Count(text, "<item>") != strings.Count(string(everyone.Body), "<item>")+1 || strings.Contains(text, "rope") {
		t.Error("it does not hold what everyone may read, and one entry more")
	}
	first, _, _ := strings.Cut(text[strings.Index(text, "<item>"):], "</item>")
	for _, want := range []string{"Your feed holds what is open to everyone", "Become a patron again", "Sun, 01 Nov 2026 00:00:00 +0000"} {
		if !strings.Contains(first, want) {
			t.Errorf("the first entry does not say %q: %s", want, first)
		}
	}
	if patron := s.serve(t, screenwriter); strings.Contains(string(patron.Body), "Become a patron again") {
		t.Error("a patron is told that they are none")
	}
}

// TestTrust: a crowd asks the store for its version once a second.
func TestTrust(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	store := &counting{Store: &s.store}
	p, err := feed.NewPublisher(feed.Options{
		Store: store, Feeds: s.Feeds(), Formats: s.Formats(), Trust: time.Second,
		Now: func() time.Time { return *s.clock.Load() }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(after time.Duration) string {
		s.at(feedtest.Now().Add(after))
		pub, err := p.Serve(t.Context(), "reviews", "rss", domain.Readers{Audience: public})
		if err != nil {
			t.Fatal(err)
		}
		return pub.ETag
	}
	first := ask(0)
	s.store.Set()
	if ask(time.Second-1) != first || store.asked.Load() != 1 {
		t.Errorf("asked %d times within a second", store.asked.Load())
	}
	if ask(time.Second) == first || store.asked.Load() != 2 {
		t.Errorf("a second later it was asked %d times", store.asked.Load())
	}
	if ask(0); store.asked.Load() != 3 {
		t.Error("a clock that went back is believed")
	}
	s.at(feedtest.Now().Add(time.Hour))
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := p.Serve(left, "reviews", "rss", domain.Readers{Audience: reader}); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader who left got %v", err)
	}
}

// counting is a store that counts how often its version is asked for.
type counting struct {
	feed.Store
	asked atomic.Int32
}

func (c *counting) ItemsVersion(ctx context.Context) (int64, error) {
	c.asked.Add(1)
	return c.Store.ItemsVersion(ctx)
}

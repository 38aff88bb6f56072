package feed_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/feedtest"
	"marquee/internal/feed/rss"
	"marquee/internal/press"
)

// stand is a publisher with its store, clock and log in the test's hand.
type stand struct {
	*feed.Publisher
	store feedtest.Memory
	clock atomic.Pointer[time.Time]
	log   bytes.Buffer
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{}
	s.store.Set(feedtest.Items()...)
	s.at(feedtest.Now())
	p, err := feed.NewPublisher(feed.Options{
		Store: &s.store, Feeds: []feed.Spec{*feedtest.Spec()}, Formats: []feed.Format{rss.Format(), atom.Format()},
		Now: func() time.Time { return *s.clock.Load() }, Log: slog.New(slog.NewTextHandler(&s.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Publisher = p
	return s
}

func (s *stand) at(now time.Time) { s.clock.Store(&now) }

func (s *stand) serve(t *testing.T, a domain.Audience) *press.Published {
	t.Helper()
	pub, err := s.Serve(t.Context(), "reviews", "rss", domain.Readers{Audience: a})
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

func TestServeBuildsOnlyWhenItMust(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.serve(t, public)
	if s.serve(t, public) != first || s.store.Reads() != 1 {
		t.Errorf("built %d times for one state", s.store.Reads())
	}
	s.store.Set(feedtest.Items()...) // the version moves, the items do not
	if again := s.serve(t, public); again != first || s.store.Reads() != 2 {
		t.Errorf("same items, other bytes, or not looked at: %d reads", s.store.Reads())
	}
	s.at(time.Date(2026, 11, 29, 20, 5, 33, 0, time.UTC)) // the review opens to everyone
	opened := s.serve(t, public)
	if opened.ETag == first.ETag || !bytes.Contains(opened.Body, []byte("rope")) {
		t.Error("the ladder moved and the feed did not")
	}
	if !opened.LastModified.Equal(*s.clock.Load()) {
		t.Errorf("last modified %v", opened.LastModified)
	}
}

func TestLastModifiedMovesWhenItemsGo(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	first := s.serve(t, public)
	if want := time.Date(2026, 11, 20, 14, 10, 0, 0, time.UTC); !first.LastModified.Equal(want) {
		t.Errorf("last modified %v, want the newest arrival at %v", first.LastModified, want)
	}
	s.at(feedtest.Now().Add(time.Minute + time.Millisecond))
	s.store.Set(feedtest.Items()[1:]...)
	if got, want := s.serve(t, public).LastModified, feedtest.Now().Add(time.Minute); !got.Equal(want) {
		t.Errorf("last modified %v, want %v", got, want)
	}
}

func TestServeKeepsAudiencesApart(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	everyone, tier := s.serve(t, public), s.serve(t, screenwriter)
	if bytes.Contains(everyone.Body, []byte("rope")) || !bytes.Contains(tier.Body, []byte("rope")) {
		t.Error("the full text is where it must not be, or missing where it belongs")
	}
	if s.serve(t, domain.Audience{Standing: domain.Active, Tier: "sCREENwriter"}) != tier {
		t.Error("letter case makes another tier")
	}
	gone := s.serve(t, domain.Audience{Standing: domain.Active, Tier: "Abolished"})
	if bytes.Contains(gone.Body, []byte("rope")) || gone != s.serve(t, domain.Audience{Standing: domain.Active}) {
		t.Error("a tier that does not exist is not a patron without a tier")
	}
	if s.serve(t, domain.Audience{Standing: domain.Reader, Tier: "Screenwriter"}) != s.serve(t, reader) {
		t.Error("a reader has a tier")
	}
}

func TestServeCodings(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	pub := s.serve(t, public)
	unzip, err := gzip.NewReader(bytes.NewReader(pub.Gzip.Body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(unzip)
	if err != nil || !bytes.Equal(plain, pub.Body) {
		t.Errorf("gzip gives %d bytes back, err %v", len(plain), err)
	}
	unzstd, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unzstd.Close()
	if plain, err = unzstd.DecodeAll(pub.Zstd.Body, nil); err != nil || !bytes.Equal(plain, pub.Body) {
		t.Errorf("zstd gives %d bytes back, err %v", len(plain), err)
	}
	tags := map[string]bool{pub.ETag: true, pub.Gzip.ETag: true, pub.Zstd.ETag: true}
	if len(tags) != 3 || !strings.HasPrefix(pub.ETag, `"`) {
		t.Errorf("tags are not three strong ones: %v", tags)
	}
	twin := newStand(t).serve(t, public)
	if twin.ETag != pub.ETag || twin.Gzip.ETag != pub.Gzip.ETag || twin.Zstd.ETag != pub.Zstd.ETag {
		t.Error("two instances disagree about the same state")
	}
	if len(pub.Gzip.Body) >= len(pub.Body) || len(pub.Zstd.Body) >= len(pub.Body) {
		t.Error("compressing makes it longer")
	}
	if pub.ContentType != "application/rss+xml; charset=utf-8" {
		t.Errorf("content type %q", pub.ContentType)
	}
}

func TestSmallFeedsAreNotCompressed(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.store.Set()
	s.Feeds()[0].Name = "mine" // a copy
	p, err := feed.NewPublisher(feed.Options{
		Store: &s.store, Feeds: s.Feeds(), Formats: []feed.Format{tiny{}}, Now: feedtest.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	pub, err := p.Serve(t.Context(), "reviews", "tiny", domain.Readers{Audience: public})
	if err != nil || pub.Gzip.Body != nil || pub.Zstd.Body != nil {
		t.Errorf("got %+v, %v", pub, err)
	}
}

type tiny struct{}

func (tiny) Name() string                          { return "tiny" }
func (tiny) ContentType() string                   { return "text/plain" }
func (tiny) Encode(*feed.Document) ([]byte, error) { return []byte("tiny"), nil }

func TestServeUnknown(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	for _, q := range [][2]string{{"nosuch", "rss"}, {"reviews", "pdf"}, {"", ""}} {
		if _, err := s.Serve(t.Context(), q[0], q[1], domain.Readers{Audience: public}); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%v: got %v", q, err)
		}
	}
	twice := feed.Options{Feeds: []feed.Spec{*feedtest.Spec(), *feedtest.Spec()}}
	if _, err := feed.NewPublisher(twice); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("two feeds of one name: %v", err)
	}
	twice = feed.Options{Formats: []feed.Format{rss.Format(), rss.Format()}}
	if _, err := feed.NewPublisher(twice); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("two formats of one name: %v", err)
	}
}

func TestServeSurvivesFailures(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	broken := errors.New("disk on fire")
	s.store.Fail(broken)
	if _, err := s.Serve(t.Context(), "reviews", "rss", domain.Readers{Audience: public}); !errors.Is(err, broken) {
		t.Fatalf("with nothing to fall back on: %v", err)
	}
	s.store.Fail(nil)
	good := s.serve(t, public)
	s.store.Fail(broken)
	s.store.Set()
	if s.serve(t, public) != good || !strings.Contains(s.log.String(), "disk on fire") {
		t.Errorf("not the last good one, or not logged: %s", s.log.String())
	}
	s.store.Fail(nil)
	if healed := s.serve(t, public); healed == good || bytes.Contains(healed.Body, []byte("<item>")) {
		t.Error("still stale after healing")
	}
}

// slow is a format that says when it begins and waits to be released.
type slow struct {
	feed.Format
	builds  *atomic.Int32
	begun   chan struct{}
	release chan struct{}
}

func (s slow) Encode(doc *feed.Document) ([]byte, error) {
	s.builds.Add(1)
	s.begun <- struct{}{}
	<-s.release
	return s.Format.Encode(doc)
}

func TestOneBuildAtATime(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	f := slow{Format: rss.Format(), builds: new(atomic.Int32), begun: make(chan struct{}, 16), release: make(chan struct{})}
	p, err := feed.NewPublisher(feed.Options{
		Store: &s.store, Feeds: s.Feeds(), Formats: []feed.Format{f}, Now: feedtest.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if pub, err := p.Serve(t.Context(), "reviews", "rss", domain.Readers{Audience: public}); err != nil || len(pub.Body) == 0 {
				t.Errorf("got %v", err)
			}
		})
	}
	<-f.begun
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Serve(impatient, "reviews", "rss", domain.Readers{Audience: public}); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader who left got %v", err)
	}
	close(f.release)
	wg.Wait()
	if n := f.builds.Load(); n != 1 {
		t.Errorf("%d builds for one state", n)
	}
}

func TestOutline(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	everyone := feedtest.Document(t, public)
	outline, err := s.Outline(t.Context(), "reviews")
	if err != nil || len(outline.Entries) != len(everyone.Entries) {
		t.Fatalf("outline %+v, %v", outline, err)
	}
	for i, e := range outline.Entries {
		if e.HTML != "" || e.Title != everyone.Entries[i].Title {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	s.store.Fail(errors.New("disk on fire"))
	s.store.Set()
	if again, err := s.Outline(t.Context(), "reviews"); err != nil || again != outline {
		t.Errorf("not the last good one: %v", err)
	}
	if _, err := s.Outline(t.Context(), "nosuch"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	fresh := newStand(t)
	fresh.store.Fail(errors.New("disk on fire"))
	if _, err := fresh.Outline(t.Context(), "reviews"); err == nil {
		t.Error("with nothing to fall back on it tells something")
	}
}

// TestFormatsShareABuild: the items are read once for all formats, and again when
// they have changed or the time has come, by whichever format is asked for first.
func TestFormatsShareABuild(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	both := func() {
		var wg sync.WaitGroup
		for _, format := range []string{"rss", "atom", "rss", "atom"} {
			wg.Go(func() {
				if _, err := s.Serve(context.Background(), "reviews", format, domain.Readers{Audience: public}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	both()
	if n := s.store.Reads(); n != 1 {
		t.Errorf("read %d times", n)
	}
	s.store.Set(feedtest.Items()...)
	both()
	s.at(time.Date(2026, 11, 29, 20, 5, 33, 0, time.UTC)) // the review opens to everyone
	both()
	if n := s.store.Reads(); n != 3 {
		t.Errorf("read %d times after two changes", n)
	}
}

// TestServeDates: readers get a feed with the dates that they want, and all who want
// the same, or what is not known here, read the same bytes.
func TestServeDates(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.store.Set(review(feedtest.Now().Add(-24 * time.Hour)))
	get := func(a domain.Audience, dates string) *press.Published {
		pub, err := s.Serve(t.Context(), "reviews", "rss", domain.Readers{Audience: a, Dates: dates})
		if err != nil {
			t.Fatal(err)
		}
		return pub
	}
	for dates, want := range map[string]string{"": "November 21, 2026", "de": "21. November 2026", "ja": "2026年11月21日"} {
		if body := string(get(matinee, dates).Body); !strings.Contains(body, "opens here on "+want+".") {
			t.Errorf("for who wants %q:\n%s", dates, body)
		}
	}
	for _, same := range []string{"en", "en-US", "tlh", "\x00"} {
		if get(matinee, same) != get(matinee, "") {
			t.Errorf("%q has a feed of its own", same)
		}
	}
	if get(matinee, "de-CH") != get(matinee, "de") || get(public, "de") == get(public, "") {
		t.Error("languages are told apart by their tags, or not at all")
	}
}

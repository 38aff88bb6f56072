package feedlink_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feedlink"
)

var (
	writer = domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
	former = domain.Audience{Standing: domain.Former}
)

// memory is a feedlink.Store without a database.
type memory struct {
	mu       sync.Mutex
	people   map[domain.PatronID]domain.Audience
	hashes   map[domain.PatronID]string
	reads    []domain.FeedRead
	before   time.Time
	fails    error
	looked   atomic.Int32
	flushes  int
	meantime func() // happens while an owner is read
}

func (m *memory) SetFeedLink(_ context.Context, id domain.PatronID, hash string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.people[id]; !ok {
		return fmt.Errorf("patron %d: %w", id, domain.ErrNotFound)
	}
	m.hashes[id] = hash
	return nil
}

func (m *memory) RevokeFeedLink(_ context.Context, id domain.PatronID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.hashes, id)
	return nil
}

func (m *memory) FeedLinkOwner(_ context.Context, hash string) (feedlink.Owner, error) {
	m.looked.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, h := range m.hashes {
		if h == hash {
			owner := feedlink.Owner{ID: id, Readers: domain.Readers{Audience: m.people[id]}}
			if m.meantime != nil {
				m.mu.Unlock()
				m.meantime()
				m.mu.Lock()
			}
			return owner, nil
		}
	}
	return feedlink.Owner{}, fmt.Errorf("link: %w", domain.ErrNotFound)
}

func (m *memory) FeedLink(_ context.Context, id domain.PatronID) (domain.FeedLink, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hashes[id] == "" {
		return domain.FeedLink{}, domain.ErrNotFound
	}
	return domain.FeedLink{Reads: m.reads}, nil
}

func (m *memory) NoteFeedReads(_ context.Context, reads []domain.FeedRead, before time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return m.fails
	}
	m.flushes++
	m.reads, m.before = append(m.reads, reads...), before
	return nil
}

func (m *memory) set(id domain.PatronID, a domain.Audience) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.people[id] = a
}

type stand struct {
	*feedlink.Links
	store *memory
	now   time.Time
}

func newStand() *stand {
	s := &stand{
		store: &memory{people: map[domain.PatronID]domain.Audience{1: writer, 2: writer}, hashes: map[domain.PatronID]string{}},
		now:   time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	}
	s.Links = feedlink.New(s.store, []byte("key"), func() time.Time { return s.now })
	return s
}

func (s *stand) open(t *testing.T, token string) domain.Audience {
	t.Helper()
	o, err := s.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return o.Audience
}

func TestLinks(t *testing.T) {
	t.Parallel()
	s := newStand()
	token, err := s.Make(t.Context(), 1)
	if err != nil || len(token) != feed.TokenLength || !regexp.MustCompile(`^[\w-]+$`).MatchString(token) {
		t.Fatalf("token %q, %v", token, err)
	}
	if strings.Contains(s.store.hashes[1], token) || s.open(t, token) != writer {
		t.Error("the store has the token, or it opens nothing")
	}
	second, err := s.Make(t.Context(), 1)
	if err != nil || second == token || s.open(t, second) != writer {
		t.Errorf("the next token: %q, %v", second, err)
	}
	if err := s.Revoke(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for name, dead := range map[string]string{"replaced": token, "revoked": second, "cut": second[:21], "empty": "", "long": strings.Repeat("x", 9000), "broken": "\xff\x00"} {
		looked := s.store.looked.Load()
		if _, err := s.Open(t.Context(), dead); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if s.store.looked.Load() != looked+1 {
			t.Errorf("%s: it is told apart by the time it takes", name)
		}
	}
	if _, err := s.Make(t.Context(), 4711); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
}

// TestRightsAreAsked: what changes elsewhere counts within seconds.
func TestRightsAreAsked(t *testing.T) {
	t.Parallel()
	s := newStand()
	token, err := s.Make(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		s.open(t, token)
	}
	if n := s.store.looked.Load(); n != 1 {
		t.Errorf("asked %d times within an instant", n)
	}
	s.store.set(1, former)
	if s.now = s.now.Add(2 * time.Second); s.open(t, token) != former {
		t.Error("a lapsed patron reads on")
	}
	s.store.set(1, writer)
	if s.now = s.now.Add(-time.Hour); s.open(t, token) != writer {
		t.Error("a clock that went back is believed")
	}
	delete(s.store.hashes, 1) // another process revokes it
	s.now = s.now.Add(2 * time.Second)
	if _, err := s.Open(t.Context(), token); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("revoked elsewhere: %v", err)
	}
}

// TestRevokedMeanwhile: an owner who is being read when their link is revoked is
// not remembered.
func TestRevokedMeanwhile(t *testing.T) {
	t.Parallel()
	s := newStand()
	token, err := s.Make(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	s.store.meantime = func() {
		s.store.meantime = nil
		if err := s.Revoke(t.Context(), 1); err != nil {
			t.Error(err)
		}
	}
	s.open(t, token)
	if _, err := s.Open(t.Context(), token); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("afterwards: %v", err)
	}
}

// TestManyOwners: no number of patrons fills the memory.
func TestManyOwners(t *testing.T) {
	t.Parallel()
	s := newStand()
	var first string
	for id := range domain.PatronID(5000) {
		s.store.people[id] = writer
		token, err := s.Make(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		s.store.hashes = map[domain.PatronID]string{id: s.store.hashes[id], 0: s.store.hashes[0]}
		s.open(t, token)
		first = cmp.Or(first, token)
	}
	if s.open(t, first); s.store.looked.Load() != 5001 {
		t.Errorf("asked %d times", s.store.looked.Load())
	}
}

func address(t *testing.T, text string) netip.Addr {
	t.Helper()
	a, err := netip.ParseAddr(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReads(t *testing.T) {
	t.Parallel()
	s := newStand()
	_, err := s.Link(t.Context(), 1)
	if !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("without a link: %v", err)
	}
	if _, err := s.Make(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	first := s.now
	s.Note(1, "a.rss", "Reeder/5.1", address(t, "192.0.2.7"))
	s.now = s.now.Add(time.Minute)
	s.Note(1, "a.rss", "Reeder/5.2", address(t, "::ffff:192.0.3.9"))
	s.Note(1, "a.rss", "Reeder/5.2", address(t, "198.51.100.1"))
	s.store.fails = errors.New("disk full")
	if err := s.Flush(t.Context()); !errors.Is(err, s.store.fails) {
		t.Errorf("failure: %v", err)
	}
	s.store.fails = nil
	s.Note(1, "a.rss", "Reeder/6.0", address(t, "192.0.2.7"))
	link, err := s.Link(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.FeedRead{
		{Patron: 1, Feed: "a.rss", Software: "Reeder", Times: 3, First: first, Last: s.now},
		{Patron: 1, Feed: "a.rss", Software: "Reeder", Times: 1, First: s.now, Last: s.now},
	}
	if link.Reads[0].Times < link.Reads[1].Times {
		want[0], want[1] = want[1], want[0]
	}
	networks := map[string]bool{}
	for i := range link.Reads {
		networks[link.Reads[i].Network] = true
		link.Reads[i].Network = ""
	}
	if diff := gocmp.Diff(want, link.Reads); diff != "" || len(networks) != 2 || strings.Contains(fmt.Sprint(networks), "192.") {
		t.Errorf("networks %v, reads (-want +got):\n%s", networks, diff)
	}
	if want := s.now.AddDate(0, 0, -90); !s.store.before.Equal(want) {
		t.Errorf("forgets what is before %v, want %v", s.store.before, want)
	}
}

// TestCrowd: no number of readers fills the memory.
func TestCrowd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStand()
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { s.Run(ctx, slog.New(slog.DiscardHandler)) })
		for n := range 10_000 {
			s.Note(1, fmt.Sprint(n), "", netip.Addr{})
		}
		synctest.Wait() // no time passes
		if n := s.store.flushes; n < 1 || n > 5 || len(s.store.reads) != 2000*n {
			t.Errorf("%d reads in %d writes", len(s.store.reads), s.store.flushes)
		}
		stop()
		done.Wait()
	})
}

func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStand()
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { s.Run(ctx, slog.New(slog.DiscardHandler)) })
		s.Note(1, "a.rss", "x", netip.Addr{})
		time.Sleep(11 * time.Second)
		synctest.Wait()
		s.Note(1, "b.rss", "x", netip.Addr{})
		time.Sleep(time.Second)
		stop()
		done.Wait()
		if s.store.flushes != 2 {
			t.Errorf("written %d times", s.store.flushes)
		}
	})
}

package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/domain"
)

// entry is what one call of Post was given.
type entry struct {
	outcomes int
	doubts   int
}

// notebook is a ledger that only writes, in memory.
type notebook struct {
	Ledger
	posting func(entry) error // before it is written; may be nil

	mu      sync.Mutex
	entries []entry
	sent    []domain.PatronID
	paces   []Pace
}

func (n *notebook) Post(_ context.Context, _ Lease, outcomes []Outcome, doubts []Claim) ([]domain.PatronID, error) {
	e := entry{len(outcomes), len(doubts)}
	if n.posting != nil {
		if err := n.posting(e); err != nil {
			return nil, err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.entries = append(n.entries, e)
	for _, o := range outcomes {
		n.sent = append(n.sent, o.Patron)
	}
	var through []domain.PatronID
	for _, c := range doubts {
		if c.Revision == 0 {
			through = append(through, c.Patron)
		}
	}
	return through, nil
}

func (n *notebook) SetPace(_ context.Context, p Pace) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.paces = append(n.paces, p)
	return nil
}

func claims(patrons ...domain.PatronID) []Claim {
	all := make([]Claim, len(patrons))
	for i, p := range patrons {
		all[i] = Claim{Patron: p, Email: fmt.Sprintf("patron%d@example.org", p)}
	}
	return all
}

func sent(patrons ...domain.PatronID) []Outcome {
	all := make([]Outcome, len(patrons))
	for i, p := range patrons {
		all[i] = Outcome{Patron: p, State: domain.Sent, Tried: true}
	}
	return all
}

// While one transaction runs, all who come share the next.
func TestBookGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{posting: func(entry) error {
			time.Sleep(time.Second)
			return nil
		}}
		b := newBook(n, Lease{})
		closeBook := b.open(t.Context())
		var writers sync.WaitGroup
		for i := range 20 {
			writers.Go(func() {
				changed := claims(domain.PatronID(2*i), domain.PatronID(2*i+1))
				changed[1].Revision = 1
				through, err := b.doubt(t.Context(), changed)
				if err != nil || !slices.Equal(through, []bool{true, false}) {
					t.Errorf("%d: %v, %v", i, through, err)
				}
				b.settle(sent(domain.PatronID(2 * i)))
			})
		}
		writers.Wait()
		if err := closeBook(); err != nil {
			t.Error(err)
		}
		if len(n.entries) > 3 || len(n.sent) != 20 {
			t.Errorf("%d outcomes in transactions %+v", len(n.sent), n.entries)
		}
	})
}

// Outcomes wait for the next doubt, but not for long.
func TestOutcomesHaveCompany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{}
		b := newBook(n, Lease{})
		closeBook := b.open(t.Context())
		b.settle(sent(1, 2))
		if _, err := b.doubt(t.Context(), claims(3)); err != nil {
			t.Error(err)
		}
		b.settle(sent(3))
		time.Sleep(2 * lull)
		synctest.Wait()
		if want := []entry{{2, 1}, {1, 0}}; !slices.Equal(n.entries, want) {
			t.Errorf("transactions %+v, want %+v", n.entries, want)
		}
		if err := closeBook(); err != nil || len(n.entries) != 2 {
			t.Errorf("closed with %v after %+v", err, n.entries)
		}
	})
}

// While the ledger cannot be written no doubt goes through, and no outcome is
// lost.
func TestBookOutlastsAnOutage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		outage time.Duration
		sent   int
	}{"short": {20 * time.Second, 2}, "endless": {time.Hour, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				full := errors.New("disk full")
				began := time.Now()
				n := &notebook{posting: func(entry) error {
					if time.Since(began) < tt.outage {
						return full
					}
					return nil
				}}
				b := newBook(n, Lease{})
				closeBook := b.open(t.Context())
				b.settle(sent(1, 2))
				if _, err := b.doubt(t.Context(), claims(3)); !errors.Is(err, full) {
					t.Errorf("a doubt: %v", err)
				}
				err := closeBook()
				if lost := tt.sent == 0; lost != errors.Is(err, full) || len(n.sent) != tt.sent {
					t.Errorf("%d outcomes written, %v", len(n.sent), err)
				}
				if took := time.Since(began); took > 40*time.Second {
					t.Errorf("closed after %v: a process has not so long to stop", took)
				}
			})
		})
	}
}

// Whose lease is lost may not go on, but what was sent is written down.
func TestBookConflict(t *testing.T) {
	t.Parallel()
	n := &notebook{}
	b := newBook(n, Lease{})
	n.posting = func(e entry) error {
		n.entries = append(n.entries, e)
		return domain.ErrConflict
	}
	closeBook := b.open(t.Context())
	b.settle(sent(1))
	if _, err := b.doubt(t.Context(), claims(2)); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("got %v", err)
	}
	if err := closeBook(); err != nil || len(n.entries) != 1 {
		t.Errorf("closed with %v after %+v", err, n.entries)
	}
}

// A caller that gives up before its page was taken hears so.
func TestDoubtCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := &book{pages: make(chan page)}
	if _, err := b.doubt(ctx, claims(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

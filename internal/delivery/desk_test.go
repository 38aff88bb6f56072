package delivery

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/domain"
)

// counter is a desk over batches that are all there.
type counter struct {
	*desk
	resting []Outcome
}

func newCounter(p *paces, limits map[string]Limits, batches ...[]Claim) *counter {
	all := make(chan []Claim, len(batches))
	for _, b := range batches {
		all <- b
	}
	close(all)
	c := &counter{desk: &desk{domains: newDomains(limits, p, time.Now), batches: all, now: time.Now}}
	c.settle = func(o []Outcome) { c.resting = append(c.resting, o...) }
	return c
}

func newPaces(n *notebook, known ...Pace) *paces {
	p := &paces{ledger: n, now: time.Now, log: slog.New(slog.DiscardHandler), alarm: func(context.Context, Pace) {}, known: map[string]Pace{}}
	for _, one := range known {
		p.known[one.Destination] = one
	}
	return p
}

func patrons(w window) []domain.PatronID {
	var all []domain.PatronID
	for _, c := range w.claims {
		all = append(all, c.Patron)
	}
	return all
}

func at(host string, patrons ...domain.PatronID) []Claim {
	all := claims(patrons...)
	for i := range all {
		all[i].Email = strings.Replace(all[i].Email, "example.org", host, 1)
	}
	return all
}

func TestDeskInOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(newPaces(&notebook{}), nil, claims(1, 2, 3), claims(4, 5))
	for _, want := range [][]domain.PatronID{{1, 2}, {3}, {4, 5}, nil} {
		if got := patrons(c.take(t.Context(), 2)); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// A busy domain keeps nobody else waiting, and nobody of its own is forgotten.
func TestDeskBusyDomain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limits := map[string]Limits{"slow.example": {Connections: 1}}
		c := newCounter(newPaces(&notebook{}), limits, slices.Concat(at("slow.example", 1, 2, 3), at("example.org", 4, 5)))
		first := c.take(t.Context(), 1)
		second := c.take(t.Context(), 3)
		if !slices.Equal(patrons(first), []domain.PatronID{1}) || !slices.Equal(patrons(second), []domain.PatronID{4, 5}) {
			t.Errorf("got %v and %v", patrons(first), patrons(second))
		}
		began := time.Now()
		time.AfterFunc(100*time.Millisecond, func() { c.domains.leave(first.busy) })
		third := c.take(t.Context(), 3)
		if !slices.Equal(patrons(third), []domain.PatronID{2, 3}) || time.Since(began) != 100*time.Millisecond {
			t.Errorf("got %v after %v", patrons(third), time.Since(began))
		}
		c.domains.leave(third.busy)
		if last := c.take(t.Context(), 1); len(last.claims) != 0 || len(c.resting) != 0 {
			t.Errorf("got %v, put off %v", patrons(last), c.resting)
		}
	})
}

func TestDeskDomainRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(newPaces(&notebook{}), map[string]Limits{"*": {Rate: 2}}, claims(1, 2, 3, 4, 5, 6))
		began := time.Now()
		for range 6 {
			w := c.take(t.Context(), 8)
			if len(w.claims) != 1 {
				t.Errorf("%d at once", len(w.claims))
			}
			c.domains.leave(w.busy)
		}
		if took := time.Since(began); took < 2400*time.Millisecond || took > 4*time.Second {
			t.Errorf("six letters at two a second took %v", took)
		}
	})
}

// What a domain that rests must not get waits in the ledger, without an attempt.
func TestDeskRestingDomain(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour)
	p := newPaces(&notebook{}, Pace{Destination: "domain rests.example", Until: until, Reason: "policy", Level: 1, Changed: time.Now()})
	c := newCounter(p, nil, slices.Concat(at("Rests.Example", 1, 2), claims(3)))
	if w := c.take(t.Context(), 8); !slices.Equal(patrons(w), []domain.PatronID{3}) {
		t.Errorf("got %v", patrons(w))
	}
	if len(c.resting) != 2 {
		t.Fatalf("put off: %+v", c.resting)
	}
	for _, o := range c.resting {
		if o.State != domain.Deferred || o.Tried || !o.NextAt.Equal(until) || o.Class != ClassPolicy || !strings.Contains(o.Reason, "policy") {
			t.Errorf("%+v", o)
		}
	}
}

// A domain of a million waits in the ledger, not in memory.
func TestDeskOverflow(t *testing.T) {
	t.Parallel()
	var batches [][]Claim
	for i := range domain.PatronID(10) {
		batch := make([]domain.PatronID, claimSize)
		for j := range batch {
			batch[j] = i*claimSize + domain.PatronID(j)
		}
		batches = append(batches, claims(batch...))
	}
	c := newCounter(newPaces(&notebook{}), map[string]Limits{"*": {Rate: 0.001}}, batches...)
	ctx, cancel := context.WithCancel(t.Context())
	c.settle = func(o []Outcome) {
		if c.resting = append(c.resting, o...); len(c.resting) > 2000 {
			cancel()
		}
	}
	for ctx.Err() == nil {
		c.domains.leave(c.take(ctx, 32).busy)
	}
	if len(c.held) > heldLimit {
		t.Errorf("%d are held", len(c.held))
	}
}

func TestDeskEndsWithTheTurn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	d := &desk{domains: newDomains(nil, newPaces(&notebook{}), time.Now), batches: make(chan []Claim), now: time.Now}
	cancel()
	if w := d.take(ctx, 1); len(w.claims) > 0 {
		t.Errorf("got %v", patrons(w))
	}
}

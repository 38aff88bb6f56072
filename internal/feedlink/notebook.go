package feedlink

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"marquee/internal/domain"
)

const (
	flushEvery = 10 * time.Second
	// mostOpen bounds what is in memory. When it is full it is written at once, and
	// what comes until then is not noted.
	mostOpen = 2000
	// memory is how long it is known that a link was read.
	memory = 90 * 24 * time.Hour
)

// notebook collects reads and writes them down many at a time. Reads that were
// not written when a process is killed are lost, and matter to nobody.
type notebook struct {
	key   []byte
	store Store
	now   func() time.Time

	full chan struct{} // has room for one
	mu   sync.Mutex
	open map[reading]*domain.FeedRead
}

// reading is what reads are counted by.
type reading struct {
	patron                  domain.PatronID
	feed, software, network string
}

func newNotebook(store Store, key []byte, now func() time.Time) *notebook {
	return &notebook{key: key, store: store, now: now, full: make(chan struct{}, 1), open: map[reading]*domain.FeedRead{}}
}

// Note counts that a patron's feed was read, by a program that sent such a
// User-Agent, from an address.
func (n *notebook) Note(id domain.PatronID, file, agent string, from netip.Addr) {
	software, subscribers := program(agent)
	r := reading{id, file, software, n.network(from)}
	now := n.now()
	n.mu.Lock()
	defer n.mu.Unlock()
	read := n.open[r]
	if read == nil {
		if len(n.open) >= mostOpen {
			return
		}
		read = &domain.FeedRead{Patron: id, Feed: file, Software: software, Network: r.network, First: now}
		n.open[r] = read
		n.wake()
	}
	read.Times++
	read.Last, read.Subscribers = now, subscribers
}

// wake has Run flush when there is no more room.
func (n *notebook) wake() {
	if len(n.open) < mostOpen {
		return
	}
	select {
	case n.full <- struct{}{}:
	default:
	}
}

// network is a code of the network that an address is in, as large as one
// provider's: it tells whether two reads came from one place, and from which to
// nobody.
func (n *notebook) network(from netip.Addr) string {
	bits := 16
	if from = from.Unmap().WithZone(""); from.Is6() {
		bits = 32
	}
	prefix, err := from.Prefix(bits)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, n.key)
	mac.Write([]byte(prefix.String()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:6])
}

// Flush writes down what was noted. What cannot be written stays, as long as
// there is room for it.
func (n *notebook) Flush(ctx context.Context) error {
	n.mu.Lock()
	taken := n.open
	n.open = make(map[reading]*domain.FeedRead, len(taken))
	n.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	reads := make([]domain.FeedRead, 0, len(taken))
	for _, r := range slices.SortedFunc(maps.Keys(taken), compare) { // in one order everywhere, so that no two wait for each other
		reads = append(reads, *taken[r])
	}
	if err := n.store.NoteFeedReads(ctx, reads, n.now().Add(-memory)); err != nil {
		n.putBack(taken)
		return fmt.Errorf("note who reads feeds: %w", err)
	}
	return nil
}

func (n *notebook) putBack(taken map[reading]*domain.FeedRead) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for r, old := range taken {
		is := n.open[r]
		switch {
		case is != nil:
			is.Times, is.First = is.Times+old.Times, old.First
		case len(n.open) < mostOpen:
			n.open[r] = old
		}
	}
}

// Run flushes every ten seconds, and when there is no more room, until ctx ends,
// and once more then.
func (n *notebook) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.flush(ctx, log)
		case <-n.full:
			n.flush(ctx, log)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushEvery)
			defer cancel()
			n.flush(last, log)
			return
		}
	}
}

func (n *notebook) flush(ctx context.Context, log *slog.Logger) {
	if err := n.Flush(ctx); err != nil && ctx.Err() == nil {
		log.WarnContext(ctx, "feed reads not noted", "err", err)
	}
}

func compare(a, b reading) int {
	return cmp.Or(cmp.Compare(a.patron, b.patron), cmp.Compare(a.feed, b.feed),
		cmp.Compare(a.software, b.software), cmp.Compare(a.network, b.network))
}

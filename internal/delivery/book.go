package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"marquee/internal/domain"
)

// book is how the connections of a run write to the ledger: side by side, and
// in the same transactions. While one runs, the next gathers whoever comes; an
// idle book adds no delay to a single doubt.
//
// Outcomes wait for the next doubts to share their transaction, but not for
// long. Those that are still unwritten at a crash leave rows in doubt.
type book struct {
	ledger Ledger
	lease  Lease // as taken; its Until is out of date
	pages  chan page
	owed   []Outcome // not yet written; of the writing goroutine alone
	done   sync.WaitGroup
	err    error // why outcomes are still owed at the end
}

// page is what one connection writes at once.
type page struct {
	outcomes []Outcome
	doubts   []Claim
	reply    chan<- reply // nil for outcomes alone
}

// reply says which of a page's doubts went through, by their order.
type reply struct {
	through []bool
	err     error
}

const (
	pageLimit = 64                    // how many pages share one transaction
	lull      = 50 * time.Millisecond // how long outcomes wait for company
)

func newBook(ledger Ledger, lease Lease) *book {
	return &book{ledger: ledger, lease: lease, pages: make(chan page, pageLimit)}
}

// open writes what comes until the function it returns is called, which waits
// until all outcomes are written or patience has run out, and says why some are
// not. Nothing may be written after that.
func (b *book) open(ctx context.Context) (closeBook func() error) {
	b.done.Go(func() { b.work(ctx) })
	return func() error {
		close(b.pages)
		b.done.Wait()
		return b.err
	}
}

// doubt writes claims down as in doubt and says which of them still are what
// they were: only those may be completed. Its error keeps all of them back.
func (b *book) doubt(ctx context.Context, claims []Claim) ([]bool, error) {
	answer := make(chan reply, 1)
	select {
	case b.pages <- page{doubts: claims, reply: answer}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r := <-answer // always comes: its caller must know
	return r.through, r.err
}

// settle writes outcomes down, soon.
func (b *book) settle(outcomes []Outcome) {
	if len(outcomes) > 0 {
		b.pages <- page{outcomes: outcomes}
	}
}

// work is the one goroutine that writes. ctx binds the transactions.
func (b *book) work(ctx context.Context) {
	idle := time.NewTimer(lull)
	defer idle.Stop()
	for {
		select {
		case first, open := <-b.pages:
			if !open {
				b.finish(ctx)
				return
			}
			b.write(ctx, b.gather(first))
			idle.Reset(lull)
		case <-idle.C:
			_, _ = b.post(ctx, nil) // what it could not write stays owed
		}
	}
}

// gather collects who is waiting already.
func (b *book) gather(first page) []page {
	pages := []page{first}
	for len(pages) < pageLimit {
		select {
		case p, open := <-b.pages:
			if !open {
				return pages
			}
			pages = append(pages, p)
		default:
			return pages
		}
	}
	return pages
}

// write posts the doubts of pages, and with them all outcomes that are owed.
func (b *book) write(ctx context.Context, pages []page) {
	var doubts []Claim
	for _, p := range pages {
		b.owed = append(b.owed, p.outcomes...)
		doubts = append(doubts, p.doubts...)
	}
	if len(doubts) == 0 {
		return // they wait for company
	}
	marked, err := b.post(ctx, doubts)
	for _, p := range pages {
		if p.reply != nil {
			p.reply <- answer(p.doubts, marked, err)
		}
	}
}

// answer is what one page hears of a transaction.
func answer(doubts []Claim, marked map[domain.PatronID]bool, err error) reply {
	if err != nil {
		return reply{err: err}
	}
	through := make([]bool, len(doubts))
	for i, c := range doubts {
		through[i] = marked[c.Patron]
	}
	return reply{through: through}
}

// post writes all that is owed, and doubts. Outcomes that could not be written
// stay owed.
func (b *book) post(ctx context.Context, doubts []Claim) (map[domain.PatronID]bool, error) {
	if len(b.owed) == 0 && len(doubts) == 0 {
		return nil, nil
	}
	marked, err := b.ledger.Post(ctx, b.lease, b.owed, doubts)
	if err != nil && !errors.Is(err, domain.ErrConflict) {
		return nil, fmt.Errorf("write to the ledger: %w", err)
	}
	b.owed = b.owed[:0]
	if err != nil {
		return nil, err
	}
	in := make(map[domain.PatronID]bool, len(marked))
	for _, patron := range marked {
		in[patron] = true
	}
	return in, nil
}

// finish does not give up at the first error: an outcome that is lost is a
// letter that somebody gets twice.
func (b *book) finish(ctx context.Context) {
	_, err := b.post(ctx, nil)
	for wait := time.Second; len(b.owed) > 0 && wait <= patience; wait *= 2 {
		<-time.NewTimer(wait).C
		_, err = b.post(ctx, nil)
	}
	if len(b.owed) > 0 {
		b.err = err
	}
}

// patience is the longest wait between two tries to write; all together take
// half a minute, which a process has to stop.
const patience = 16 * time.Second

package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"marquee/internal/domain"
)

// errChanged says that a claim is out of date: the ledger has queued it again
// and decides anew.
var errChanged = errors.New("changed since it was claimed")

// book is how the connections of a run write to the ledger: side by side, and
// in the same transactions.
type book struct {
	ledger  Ledger
	lease   Lease // as taken; its Until is out of date
	doubts  *group[Claim, bool]
	records *group[Outcome, struct{}]
	broken  bool // patience with the ledger has run out; by record alone
}

func newBook(ledger Ledger, lease Lease) *book {
	b := &book{ledger: ledger, lease: lease}
	b.doubts = newGroup(b.markInDoubt)
	b.records = newGroup(b.record)
	return b
}

// open answers calls until the function it returns is called, which waits for
// the last transaction. Nothing may be written after that.
func (b *book) open(ctx context.Context) (closeBook func()) {
	var transactions sync.WaitGroup
	b.doubts.run(ctx, &transactions)
	b.records.run(ctx, &transactions)
	return func() {
		b.doubts.close()
		b.records.close()
		transactions.Wait()
	}
}

// doubt writes a claim down as in doubt. Only after it returned nil may the
// final dot follow; errChanged keeps this copy back, every other error all.
func (b *book) doubt(ctx context.Context, c Claim) error {
	through, err := b.doubts.call(ctx, c)
	if err == nil && !through {
		return errChanged
	}
	return err
}

// settle writes an outcome down, even when ctx has ended: it has happened.
func (b *book) settle(ctx context.Context, o Outcome) error {
	_, err := b.records.call(context.WithoutCancel(ctx), o)
	return err
}

// markInDoubt looks at the edition each time: what has been claimed may outlast
// the operator's change of mind.
func (b *book) markInDoubt(ctx context.Context, claims []Claim) ([]bool, error) {
	edition, err := b.ledger.Edition(ctx, b.lease.Edition)
	if err != nil {
		return nil, err
	}
	if edition.State != domain.EditionSending {
		return nil, fmt.Errorf("%w: the edition is %s", domain.ErrConflict, edition.State)
	}
	marked, err := b.ledger.MarkInDoubt(ctx, b.lease, claims)
	if err != nil {
		return nil, err
	}
	in := make(map[domain.PatronID]bool, len(marked))
	for _, patron := range marked {
		in[patron] = true
	}
	through := make([]bool, len(claims))
	for i, c := range claims {
		through[i] = in[c.Patron]
	}
	return through, nil
}

// record does not give up at the first error: an outcome that is lost is a
// letter that somebody gets twice. Meanwhile its connections start nothing.
func (b *book) record(ctx context.Context, outcomes []Outcome) ([]struct{}, error) {
	err := b.ledger.Record(ctx, b.lease, outcomes)
	for wait := time.Second; err != nil && !b.broken && wait <= recordPatience; wait *= 2 {
		<-time.NewTimer(wait).C
		err = b.ledger.Record(ctx, b.lease, outcomes)
	}
	b.broken = err != nil
	return make([]struct{}, len(outcomes)), err
}

// recordPatience is the longest wait between two tries to record; all together
// take half a minute, which a process has to stop.
const recordPatience = 16 * time.Second

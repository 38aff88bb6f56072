package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// Post writes down what came of claims, and then marks others as in doubt, in
// one transaction. When no doubt may go through, the outcomes are recorded all
// the same. Which doubts went through is only asked when some did not: that is
// rare, and the transaction is made anew for it.
func (s *Store) Post(ctx context.Context, l delivery.Lease, outcomes []delivery.Outcome, doubts []delivery.Claim) ([]domain.PatronID, error) {
	through, err := s.post(ctx, l, outcomes, doubts, (*hold).doubtAll)
	if errors.Is(err, errSome) {
		through, err = s.post(ctx, l, outcomes, doubts, (*hold).doubtSome)
	}
	if err != nil {
		return nil, fmt.Errorf("post %d outcomes and %d doubts of shard %d of edition %d: %w",
			len(outcomes), len(doubts), l.Number, l.Edition, err)
	}
	return through, nil
}

func (s *Store) post(ctx context.Context, l delivery.Lease, outcomes []delivery.Outcome, doubts []delivery.Claim,
	doubt func(*hold, context.Context, []delivery.Claim) ([]domain.PatronID, error),
) (through []domain.PatronID, err error) {
	var lost error
	err = s.inHold(ctx, l.Shard, func(h *hold) (err error) {
		if err := h.record(ctx, l, outcomes); err != nil || len(doubts) == 0 {
			return err
		}
		if lost = h.may(l); lost == nil {
			through, err = doubt(h, ctx, doubts)
		}
		return err
	})
	return through, errors.Join(err, lost)
}

// record runs a statement for each different outcome; nearly all are alike.
func (h *hold) record(ctx context.Context, l delivery.Lease, outcomes []delivery.Outcome) error {
	for o, patrons := range alike(outcomes) {
		open, err := h.open(l, &o)
		if err != nil {
			return err
		}
		// This attempt leaves a doubt only when it was not answered; a doubt under
		// another fence is about an earlier one.
		if _, err := exec(ctx, h.tx, `update deliveries set state = $1, next_at = $2, class = $3, reason = $4, changed = $5,
				attempts = attempts + $6, doubtful = doubtful or state = 3 and fence <> $7 or cast($1 as smallint) = 3,
				lost = lost or cast($1 as smallint) = 3, fence = $7
			where `+open+" and "+h.s.in("$8"),
			stateNumber(o.State), instant(o.NextAt), foreign(o.Class), foreign(o.Reason), instant(h.now),
			count(o.Tried), l.Fence, keys(l.Edition, patrons)); err != nil {
			return err
		}
		if err := h.noteRefusals(ctx, o, patrons); err != nil {
			return err
		}
	}
	if h.Fence == l.Fence || len(outcomes) == 0 {
		return nil
	}
	// What a later owner wrote down about the shard's rest is out of date.
	_, err := exec(ctx, h.tx, "update shards set due = 0 where edition = $1 and number = $2", l.Edition, l.Number)
	return err
}

// open is the condition for the rows that an outcome holds for. That a letter was
// taken is true whoever has the lease by now. Every other outcome is the lease's,
// and moves nothing that has ended. Nothing waits in an edition that is cancelled:
// an outcome that would make it do so skips it.
func (h *hold) open(l delivery.Lease, o *delivery.Outcome) (string, error) {
	switch o.State {
	case domain.Sent:
		return "state <> 4", nil
	case domain.Queued, domain.Deferred:
		if h.edition == domain.EditionCancelled {
			o.State, o.NextAt, o.Class, o.Reason = domain.Skipped, time.Time{}, classCancelled, reasonCancelled
		}
	case domain.InDoubt, domain.Failed:
	default:
		return "", fmt.Errorf("%w outcome %q", domain.ErrInvalid, o.State)
	}
	if h.Fence != l.Fence {
		return "1 = 0", nil
	}
	return "state < 4", nil
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// alike are the patrons of each outcome, which has none itself.
func alike(outcomes []delivery.Outcome) map[delivery.Outcome][]domain.PatronID {
	patrons := map[delivery.Outcome][]domain.PatronID{}
	for _, o := range outcomes {
		of := o.Patron
		o.Patron = 0
		patrons[o] = append(patrons[o], of)
	}
	return patrons
}

// doubtful is the compare-and-set: one statement for a whole group. What has been
// put off, or marked by this lease already, is not what was claimed. The order
// of its join is forced on SQLite, which would go through all patrons.
func (h *hold) doubtful(claims []delivery.Claim) (text string, args []any) {
	return `update deliveries set state = 3, fence = $1, changed = $2, doubtful = doubtful or state = 3
		where state < 4 and next_at <= $2 and not (state = 3 and fence = $1) and id in (
			select cast($3 as bigint) + p.id from ` + h.s.engine.Members() + `($4) cross join patrons p
			where p.id = cast(key as bigint) and p.revision = cast(value as bigint))`,
		[]any{h.Fence, instant(h.now), keyOf(h.Edition, 0), revisions(claims)}
}

// errSome says that some doubts did not go through.
var errSome = errors.New("some have moved on")

// doubtAll marks all claims, or fails.
func (h *hold) doubtAll(ctx context.Context, claims []delivery.Claim) ([]domain.PatronID, error) {
	text, args := h.doubtful(claims)
	n, err := exec(ctx, h.tx, text, args...)
	if err == nil && n != int64(len(claims)) {
		err = errSome
	}
	through := make([]domain.PatronID, len(claims))
	for i, c := range claims {
		through[i] = c.Patron
	}
	slices.Sort(through)
	return through, err
}

// doubtSome marks the claims that can be, and says which they were.
func (h *hold) doubtSome(ctx context.Context, claims []delivery.Claim) ([]domain.PatronID, error) {
	text, args := h.doubtful(claims)
	marked, err := all(ctx, h.tx, value[key], text+" returning id", args...)
	slices.Sort(marked)
	through := make([]domain.PatronID, len(marked))
	for i, k := range marked {
		through[i] = k.patron()
	}
	return through, err
}

// revisions is the argument for claims: a JSON object of revisions by patron.
func revisions(claims []delivery.Claim) string {
	text := make([]byte, 0, 2+20*len(claims))
	for _, c := range claims {
		text = strconv.AppendInt(append(text, ",\""...), int64(c.Patron), 10)
		text = strconv.AppendInt(append(text, "\":"...), c.Revision, 10)
	}
	text[0] = '{'
	return string(append(text, '}'))
}

package delivery

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// Ledger is the durable record of every delivery. Each method is one
// transaction; when it returns, its effect survives a power loss.
type Ledger interface {
	// Edition is one edition, or ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// Renditions are all of an edition's renditions, by their audience.
	Renditions(ctx context.Context, id domain.EditionID) (map[domain.Audience]domain.Rendition, error)

	// Lease takes the shard for owner until ttl from now, or extends it for the
	// owner that has it. ErrConflict when another's lease is live or the edition
	// is not sending. Rows that an earlier owner left claimed are queued again,
	// rows it left in doubt are due again.
	Lease(ctx context.Context, s Shard, owner string, ttl time.Duration) (Lease, error)
	// Release gives the lease up; rows still claimed are queued again.
	Release(ctx context.Context, l Lease) error

	// Claim takes up to n due rows of the shard, in the order of patrons, and
	// returns them with what the letter needs. Rows whose patron is suppressed
	// or no longer entitled are skipped with their reason, and not returned.
	// It returns none when nothing is due. ErrConflict when the lease is lost
	// or the edition is no longer sending.
	Claim(ctx context.Context, l Lease, n int) ([]Claim, error)
	// MarkInDoubt writes claims down as in doubt, immediately before their
	// final dot. A claim goes through only if the lease is live, the patron is
	// not suppressed and their address and audience still equal the claim's.
	// It returns those that went through; the others are queued again. ErrConflict when
	// the lease is lost.
	MarkInDoubt(ctx context.Context, l Lease, claims []Claim) ([]domain.PatronID, error)
	// Record writes down what came of claims. It holds the lease's fence only
	// for outcomes that would undo another owner's: a sent row stays sent.
	Record(ctx context.Context, l Lease, outcomes []Outcome) error

	// Finish sets the edition to done when nothing of it is pending and
	// reports whether it is done.
	Finish(ctx context.Context, id domain.EditionID) (bool, error)
	// NextDue is when the shard's earliest pending row is due; zero when none is pending.
	NextDue(ctx context.Context, s Shard) (time.Time, error)
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
}

// Shard is the part of an edition that one run carries.
type Shard struct {
	Edition domain.EditionID
	Number  int
}

// Lease is the right to work on a shard. Its fence grows with every owner.
type Lease struct {
	Shard
	Owner string
	Fence int64
	Until time.Time
}

// Claim is one delivery in hand.
type Claim struct {
	Patron   domain.PatronID
	Email    string
	Name     string
	Audience domain.Audience
	Attempts int  // before this one
	Doubtful bool // an earlier attempt may have arrived
}

// Outcome is what came of one claim.
type Outcome struct {
	Patron domain.PatronID
	State  domain.DeliveryState // Sent, Deferred, Failed, Queued or InDoubt
	NextAt time.Time            // for Deferred and InDoubt: not tried again before
	Class  string
	Reason string
}

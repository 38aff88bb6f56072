package delivery

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// Ledger is the durable record of every delivery. Each method is one
// transaction; when it returns, its effect survives a power loss.
//
// The lease of a shard is the claim on all its rows: only its owner may move
// them, and what the owner has in hand is written down nowhere. When it dies,
// the rows are still queued.
type Ledger interface {
	// Edition is one edition, or ErrNotFound.
	Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error)
	// Renditions are all of an edition's renditions.
	Renditions(ctx context.Context, id domain.EditionID) ([]domain.Rendition, error)
	// Successor is when the next edition of the same digest began to be sent;
	// zero while none did.
	Successor(ctx context.Context, id domain.EditionID) (time.Time, error)

	// Lease takes the shard for owner until ttl from now, or extends it for the
	// owner that has it. ErrConflict when another's lease is live or the edition
	// is not sending. A lease whose owner's process is known to be dead is not
	// live. What an earlier owner left in doubt is due again.
	Lease(ctx context.Context, s Shard, owner string, ttl time.Duration) (Lease, error)
	// Release gives the lease up. A lease that is lost already is none to give up.
	Release(ctx context.Context, l Lease) error

	// Claim reads up to n due rows of the shard in the order of patrons, from
	// after a patron on (0 from the start), with what the letter needs. Rows whose
	// patron is suppressed or no longer entitled are skipped with their reason,
	// and not returned. It returns none when nothing after that patron is due.
	// ErrConflict when the lease is lost or the edition is no longer sending.
	Claim(ctx context.Context, l Lease, after domain.PatronID, n int) ([]Claim, error)
	// Post writes down what came of claims, and then marks others as in doubt, in
	// this order and in one transaction. Either list may be empty.
	//
	// Outcomes: a sent row stays sent, whoever reports it; every other outcome
	// holds only under the lease's fence.
	//
	// Doubts: it must be called before a letter's end is handed over. A claim goes
	// through only if the lease is live, the edition is sending, and the person's
	// revision is still the claim's. Post returns those that went through, in the
	// order of patrons; the others are as they were. When the lease is lost or the
	// edition is not sending, none goes through and the error is ErrConflict, with
	// the outcomes recorded all the same.
	Post(ctx context.Context, l Lease, outcomes []Outcome, doubts []Claim) ([]domain.PatronID, error)
	// Expire fails every row of the shard that waits to be sent, for a class and
	// a reason, and says how many. Rows in doubt stay. ErrConflict when the lease
	// is lost.
	Expire(ctx context.Context, l Lease, class, reason string) (int, error)

	// JudgeBounces draws the conclusions from the refusals that Post has noted of
	// the edition, and says how many addresses get no more mail.
	JudgeBounces(ctx context.Context, id domain.EditionID, rules domain.BounceRules) (int, error)
	// Finish sets the edition to done when nothing of it is pending and
	// reports whether it is done.
	Finish(ctx context.Context, id domain.EditionID) (bool, error)
	// NextDue is when the shard's earliest pending row is due; zero when none is pending.
	NextDue(ctx context.Context, s Shard) (time.Time, error)
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)

	// Paces are what was learnt about destinations, by name.
	Paces(ctx context.Context) (map[string]Pace, error)
	// SetPace writes a destination's pace down.
	SetPace(ctx context.Context, p Pace) error
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
	Called   string // in letters, by their own wish; may be empty
	Plain    bool   // they want text alone
	Dates    string // the language that they want them in; empty is the publication's
	Audience domain.Audience
	// Revision grows with every change that could change what the patron gets:
	// address, name, tier, standing, what they want, and any suppression put on or
	// lifted.
	Revision int64
	Attempts int  // before this one
	Doubtful bool // an earlier attempt may have arrived
	Lost     bool // because its answer was lost, not by a crash
}

// Outcome is what came of one claim.
type Outcome struct {
	Patron domain.PatronID
	// State is Sent, Deferred, Failed or InDoubt, or Queued: it was marked in
	// doubt and then not begun.
	State domain.DeliveryState
	// Tried says that a server was asked, which is one attempt more.
	Tried  bool
	NextAt time.Time // for Deferred and InDoubt: not tried again before
	Class  string
	Reason string
	// Bounce is what a refusal means for the address, empty when nothing. Post
	// notes it, once for each letter and class, for JudgeBounces.
	Bounce domain.BounceClass
	Status string // of that refusal (RFC 3463); may be empty
}

// Pace is what was learnt about how fast a destination takes mail. It survives
// restarts.
type Pace struct {
	Destination string    // "relay main", or "domain example.org"
	Until       time.Time // nothing is sent there before; zero when it is not paused
	Reason      string    // why, for people; empty when it is not paused
	// Level is how often the pace was halved: 0 is full speed.
	Level   int
	Changed time.Time
}

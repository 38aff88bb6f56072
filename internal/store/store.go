// Package store is the sum of what its consumers need: its interface is added
// up, not designed. The engines are packages below this one, share the SQL of
// sqlstore, and pass storetest.
package store

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/bounce"
	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feedlink"
	"marquee/internal/films"
	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/notice"
	"marquee/internal/operator"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
	"marquee/internal/picture"
	"marquee/internal/web"
	"marquee/internal/web/hook"
	webpatron "marquee/internal/web/patron"
	"marquee/internal/websub"
)

// Store is everything Marquee keeps.
type Store interface {
	gather.Store
	feed.Store
	feedlink.Store
	digest.Store
	delivery.Ledger
	patron.Store
	notice.Store
	bounce.Store
	picture.Store
	films.Store
	jobs.Store
	web.Store
	websub.Store
	websub.TellingStore
	hook.PatreonStore
	webpatron.PeopleStore
	operator.Store
	Operations

	// NewQueue is a River client on the store's database.
	NewQueue(cfg *river.Config) (jobs.Queue, error)
	// Close waits for running transactions and lets the database go.
	Close() error
}

// Operations is what the operator's commands ask.
type Operations interface {
	// AllEditions are the newest editions in any state, newest first.
	AllEditions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Deliveries are all of an edition's deliveries by patron, which may be many.
	Deliveries(ctx context.Context, id domain.EditionID) ([]domain.Delivery, error)
	// Reasons counts an edition's deliveries by state, class and reason, the most
	// frequent first.
	Reasons(ctx context.Context, id domain.EditionID) ([]domain.DeliveryCount, error)
	// SetEditionState moves an edition from one of the states in from to
	// another; ErrConflict when it is in none of them. Going to sending
	// enqueues its runs in the same transaction. Cancelling skips what waits, of
	// class "cancelled"; what is in doubt stays so.
	SetEditionState(ctx context.Context, id domain.EditionID, from []domain.EditionState, to domain.EditionState, reason string) error
	// ResendMissed queues all deliveries of an edition that failed or were skipped
	// once more, says how many there are, and sends the edition if there are any.
	// ErrConflict unless it is being sent, done or cancelled.
	ResendMissed(ctx context.Context, id domain.EditionID) (int, error)
	// BounceCounts are an edition's bounces and complaints by class and domain,
	// the most frequent first.
	BounceCounts(ctx context.Context, id domain.EditionID) ([]domain.BounceCount, error)
	// LiftSuppression lets mail go to a patron's address again: what came back so
	// far counts no more. ErrNotFound when there is no such patron, or no
	// suppression.
	LiftSuppression(ctx context.Context, id domain.PatronID) error
	// Prove looks for what should not be so: editions that do not balance, rows
	// that belong to nothing, a file that is damaged. It finds nothing in a
	// healthy database, also while editions are being sent.
	Prove(ctx context.Context) ([]domain.Finding, error)
	// Events are what happened to items, newest first.
	Events(ctx context.Context, q domain.EventQuery) ([]domain.Event, error)
	// Sources is how gathering from every source that was ever read goes.
	Sources(ctx context.Context) ([]domain.SourceStatus, error)
	// RosterStatuses is how bringing every roster into step goes that ever was.
	RosterStatuses(ctx context.Context) ([]domain.RosterStatus, error)
	// SetRosterStatus writes down how the last attempt went. A failure leaves
	// the last success, and the tiers it did not know, as they are.
	SetRosterStatus(ctx context.Context, st domain.RosterStatus) error
	// Readership counts people by audience, and whom of them a digest's letters
	// reach; without a digest, whom letters reach at all.
	Readership(ctx context.Context, digest string) ([]domain.Readership, error)
	// AllPatrons are all patrons by ID, without those who were forgotten.
	AllPatrons(ctx context.Context) ([]domain.Patron, error)
	// ErasePatron forgets a person and notes the codes of their erasure;
	// ErrNotFound when there is no such patron.
	ErasePatron(ctx context.Context, id domain.PatronID, codes []string, at time.Time) error
	// NoteErasures notes codes alone.
	NoteErasures(ctx context.Context, codes []string, at time.Time) error
	// LiftErasure lets somebody back in who says so themselves.
	LiftErasure(ctx context.Context, codes []string) error
	// SetErasureKey makes the key of erasures' codes that of another copy of this
	// database.
	SetErasureKey(ctx context.Context, key []byte) error
	// GiveTier makes the person with an address a patron by the operator's hand
	// until an instant, zero is for good, and says who that is.
	GiveTier(ctx context.Context, who domain.Patron, until time.Time) (domain.PatronID, error)
	// EndTiers ends the tiers that were given until an instant not after now, and
	// one patron's in any case (0 is nobody's), and says how many.
	EndTiers(ctx context.Context, now time.Time, id domain.PatronID) (int, error)
	// Item finds an item by ID, or ErrNotFound.
	Item(ctx context.Context, id domain.ItemID) (domain.Item, error)
	// Secret is the installation's secret of a name: made from crypto/rand
	// (32 bytes) at the first call, the same ever after.
	Secret(ctx context.Context, name string) ([]byte, error)
	// Tokens keeps the pair of rotating tokens of a name.
	Tokens(name string) patreonapi.TokenStore
	// Generation names the database's line of descent: the same ever after, also in
	// a copy, until a backup is restored.
	Generation(ctx context.Context) (string, error)
	// Backup writes all that is stored at one instant to a file, which only its
	// owner may read. ErrConflict when the file exists.
	Backup(ctx context.Context, file string) error
}

// Package jobs holds Marquee's background work: the job kinds, the workers that
// call the use cases, and the tick that finds out what is due. It is the only
// package besides the store's engines that knows River.
package jobs

import (
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/domain"
)

// QueueMail is the queue of delivery runs, apart so that a slow relay never
// holds up gathering. All else is in River's default queue.
const QueueMail = "mail"

// CompileArgs asks to freeze the digest's edition of a slot. The time of asking
// lets a job that died keep nobody waiting.
type CompileArgs struct {
	Digest string      `json:"digest" river:"unique"`
	Slot   domain.Slot `json:"slot"   river:"unique"`
	Asked  time.Time   `json:"asked"  river:"unique"`
}

// Kind names the job for River.
func (CompileArgs) Kind() string { return "compile" }

// InsertOpts retries at once, and once more after seconds. Then the job rests: the
// tick asks again until there is an edition, or it would be too late for one.
func (CompileArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 3, UniqueOpts: unfinished()}
}

// DeliverArgs asks for one run over a shard of an edition. Runs have no unique
// key: the shard's lease in the ledger excludes.
type DeliverArgs struct {
	Edition domain.EditionID `json:"edition"`
	Shard   int              `json:"shard"`
}

// Kind names the job for River.
func (DeliverArgs) Kind() string { return "deliver" }

// InsertOpts lets a failed run rest: the tick starts another for every shard
// that has due rows.
func (DeliverArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, Queue: QueueMail}
}

// NoticeArgs asks to send a notice. It is enqueued with the notice and never again.
type NoticeArgs struct {
	ID domain.NoticeID `json:"id"`
}

// Kind names the job for River.
func (NoticeArgs) Kind() string { return "notice" }

// InsertOpts allows more attempts than River's back-off makes in two days: the
// notice itself ends them, after one.
func (NoticeArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 20} }

// unfinished makes a job unique by its arguments as long as it has not ended.
func unfinished() river.UniqueOpts {
	return river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}
}

package jobs

import (
	"context"
	"errors"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/notice"
)

// Notices tell the operator, each thing once however often they are asked to.
type Notices interface {
	// EditionFrozen tells that an edition is ready, and goes out or waits for word.
	EditionFrozen(ctx context.Context, e domain.Edition) error
	// EditionSkipped tells that a slot has no edition, and why.
	EditionSkipped(ctx context.Context, e domain.Edition) error
	// SlotsMissed tells that slots passed without an edition, and why.
	SlotsMissed(ctx context.Context, m notice.Missed) error
	// EditionWithdrawn tells that an edition is held, because a piece in it was
	// withdrawn.
	EditionWithdrawn(ctx context.Context, e domain.Edition) error
	// ClockDoubted tells that the machine's clock is not believed, and why.
	ClockDoubted(ctx context.Context, why string) error
	// RosterBraked tells that a roster's listing was not believed, and why.
	RosterBraked(ctx context.Context, roster, reason string) error
	// ItemsHeld tells that pieces of a source came back as new and are no news.
	ItemsHeld(ctx context.Context, source string, items int) error
}

// Sender hands notices over.
type Sender interface {
	// Send tries once, and does nothing to a notice that needs no more attempts.
	// ErrPermanent when it has failed.
	Send(ctx context.Context, id domain.NoticeID) error
}

// tell writes the notice of what came of a slot. Trouble with it keeps no
// edition from going out: the job is tried again.
func (w *Work) tell(ctx context.Context, e domain.Edition) error {
	var err error
	switch e.State {
	case domain.EditionFrozen, domain.EditionHeld:
		err = w.Notices.EditionFrozen(ctx, e)
	case domain.EditionSkipped:
		err = w.Notices.EditionSkipped(ctx, e)
	default: // it was told, and has gone on
	}
	if err != nil {
		w.Log.ErrorContext(ctx, "notice not written", "edition", e.ID, "err", err)
	}
	return err
}

// noticeWorker sends a notice. Only the last attempt's failure is worth a line.
type noticeWorker struct {
	river.WorkerDefaults[NoticeArgs]
	work *Work
}

func (n *noticeWorker) Work(ctx context.Context, job *river.Job[NoticeArgs]) error {
	err := n.work.Sender.Send(ctx, job.Args.ID)
	if errors.Is(err, domain.ErrPermanent) {
		n.work.Log.ErrorContext(ctx, "notice failed", "notice", job.Args.ID, "err", err)
	}
	return outcome(err)
}

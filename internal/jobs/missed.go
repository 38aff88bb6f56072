package jobs

import (
	"context"
	"time"

	"marquee/internal/domain"
	"marquee/internal/notice"
	"marquee/internal/schedule"
)

// pass tells of slots that are too late for an edition, and moves the digest's
// mark past them: in this order, so that a crash between the two tells it again,
// which the notice's key makes once.
func (w *Work) pass(ctx context.Context, name string, missed []domain.Slot, ticked time.Time) error {
	if len(missed) == 0 {
		return nil
	}
	for _, slot := range missed {
		w.Log.ErrorContext(ctx, "slot missed", "digest", name, "slot", slot)
	}
	if err := w.Notices.SlotsMissed(ctx, w.missed(name, missed, ticked)); err != nil {
		return err
	}
	newest := missed[len(missed)-1]
	if err := w.Store.SetMark(ctx, domain.MissedMark(name), newest); err != nil {
		return err
	}
	return w.Store.SetMark(ctx, digestMark(name), newest)
}

// missed is what there is to say of slots, and when an extra could still be made.
func (w *Work) missed(name string, slots []domain.Slot, ticked time.Time) notice.Missed {
	d, now := w.Digests[name], w.Now()
	m := notice.Missed{
		Digest: name, Slots: slots, Next: d.Schedule.Next(schedule.SlotAt(now, w.Zone)),
		Also: schedule.SlotAt(now.Add(d.Cutoff+2*time.Hour).Truncate(time.Hour), w.Zone),
	}
	freeze := schedule.Instant(slots[len(slots)-1], w.Zone).Add(-d.Cutoff)
	if ticked.Before(freeze) && now.Sub(ticked) > mostIdle {
		m.Idle = ticked
	}
	return m
}

const (
	// tickMark is the mark of the last time, in UTC, at which a tick did all that
	// there was to do.
	tickMark = "tick"
	// tickNoted is how often that is written down.
	tickNoted = 10 * time.Minute
	// mostIdle is how old the last tick may be while the daemon is at work.
	mostIdle = 2 * tickNoted
)

// lastTick is when a tick, of this process or another, did all that there was to
// do, to some minutes; the zero time before the first.
func (w *Work) lastTick(ctx context.Context) (time.Time, error) {
	slot, err := w.Store.Mark(ctx, tickMark)
	return schedule.Instant(slot, time.UTC), err
}

func (w *Work) noteTick(ctx context.Context, last time.Time) error {
	now := w.Now().Truncate(tickNoted)
	if !now.After(last) {
		return nil
	}
	return w.Store.SetMark(ctx, tickMark, schedule.SlotAt(now, time.UTC))
}

package notice

import (
	"context"
	"time"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

// Missed says that editions of a digest did not go out in time, and are not made
// up for any more.
type Missed struct {
	Digest string
	Slots  []domain.Slot // at least one, in order
	Idle   time.Time     // since when nobody had looked at the clock; zero when somebody did
	Also   domain.Slot   // a time that is left for an extra
	Next   domain.Slot   // the digest's next slot, if there is one
}

// MissedView is what the template of a notice about missed slots sees.
type MissedView struct {
	Publication domain.Publication
	Digest      string
	Due         []string    // "Friday, November 20, 2026 at 17:00 CST", in order
	DueShort    string      // of the newest: "Fri Nov 20, 17:00 CST"
	Slot        domain.Slot // the newest, for commands
	Idle, Now   string      // from when to when nothing was done; Idle is empty when it was
	Also        domain.Slot
	Next        string // "Friday, November 27, 2026 at 17:00 CST", empty for none
}

// SlotsMissed tells that editions did not go out, and why: once for each newest
// slot.
func (w *Writer) SlotsMissed(ctx context.Context, m Missed) error {
	if w.Operator.Address == "" {
		return nil
	}
	return w.write(ctx, domain.NoticeMissed, m.Digest+"/"+string(m.Slots[len(m.Slots)-1]), w.missed(m))
}

func (w *Writer) missed(m Missed) MissedView {
	dates := w.dates()
	v := MissedView{Publication: w.Publication, Digest: m.Digest, Now: dates.Coming(w.Now()), Also: m.Also}
	for _, slot := range m.Slots {
		due := w.due(slot)
		v.Due, v.DueShort, v.Slot = append(v.Due, dates.FullMoment(due)), dates.Coming(due), slot
	}
	if !m.Idle.IsZero() {
		v.Idle = dates.Coming(m.Idle)
	}
	if m.Next != "" {
		v.Next = dates.FullMoment(w.due(m.Next))
	}
	return v
}

func (w *Writer) due(slot domain.Slot) time.Time {
	return schedule.Instant(slot, w.Publication.Zone)
}

package schedule

import (
	"time"

	"marquee/internal/domain"
)

// maxMissed is how many missed slots are reported at once: the newest. It bounds
// the work after a long sleep, whatever the expression.
const maxMissed = 100

// Due looks at the slots after last that are not after now. The newest is due if
// it is younger than grace; the others are missed and never made up, so that a
// long sleep ends in one run and not in many. Either may be empty. missed is in
// order and holds the newest hundred at most. Where the clocks leave out several
// slots, which then share an instant, the last stands for all of them.
//
// A clock that went back makes nothing due. An empty last means that no slot was
// ever run: only the newest slot counts then, and it is due or nothing is.
func (s *Schedule) Due(last domain.Slot, now time.Time, grace time.Duration) (due domain.Slot, missed []domain.Slot) {
	passed := s.passed(last, now)
	if len(passed) == 0 {
		return "", nil
	}
	newest := passed[len(passed)-1]
	missed = passed
	if now.Sub(Instant(newest, s.zone)) < grace {
		due, missed = newest, passed[:len(passed)-1]
	}
	if last == "" {
		return due, nil
	}
	return due, missed[max(0, len(missed)-maxMissed):]
}

// passed are the newest slots after last that are not after now: at least one
// more than are reported, or all. It looks at longer and longer times before now
// until it sees enough.
func (s *Schedule) passed(last domain.Slot, now time.Time) []domain.Slot {
	const shortest, longest = time.Hour, 10 * 365 * 24 * time.Hour
	for span := shortest; ; span *= 4 {
		from := max(last, SlotAt(now.Add(-span), s.zone))
		slots := s.between(from, now)
		if len(slots) > maxMissed || from == last || span > longest {
			return slots
		}
	}
}

// between lists the slots after one that are not after now, of those that share
// an instant the newest.
func (s *Schedule) between(after domain.Slot, now time.Time) []domain.Slot {
	var slots []domain.Slot
	var latest time.Time
	for slot := s.Next(after); slot != ""; slot = s.Next(slot) {
		at := Instant(slot, s.zone)
		if at.After(now) {
			break
		}
		if at.Equal(latest) {
			slots = slots[:len(slots)-1]
		}
		slots, latest = append(slots, slot), at
	}
	return slots
}

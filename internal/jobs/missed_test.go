package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/notice"
)

// missedNotices keeps what the operator is told of missed slots.
type missedNotices struct {
	frozen
	told   []notice.Missed
	broken error
}

func (m *missedNotices) SlotsMissed(_ context.Context, told notice.Missed) error {
	m.told = append(m.told, told)
	return m.broken
}

func TestMissedIsTold(t *testing.T) {
	t.Parallel()
	local := func(at string) time.Time {
		t.Helper()
		parsed, err := time.ParseInLocation("2006-01-02 15:04:05", at, chicago(t))
		check(t, err)
		return parsed
	}
	for name, tt := range map[string]struct {
		ticks []string
		want  notice.Missed // without its Digest
	}{
		"switched off": {
			[]string{"2026-11-20 10:07:00", "2026-11-21 05:00:00"},
			notice.Missed{Slots: []domain.Slot{"2026-11-20T17:00"}, Idle: local("2026-11-20 10:00:00"), Next: "2026-11-27T17:00", Also: "2026-11-21T08:00"},
		},
		"for weeks": {
			[]string{"2026-11-20 10:07:00", "2026-12-05 05:00:00"},
			notice.Missed{Slots: []domain.Slot{"2026-11-20T17:00", "2026-11-27T17:00", "2026-12-04T17:00"}, Idle: local("2026-11-20 10:00:00"), Next: "2026-12-11T17:00", Also: "2026-12-05T08:00"},
		},
		"never put together": {
			[]string{"2026-11-20 10:07:00", "2026-11-20 16:01:00", "2026-11-21 04:59:00", "2026-11-21 05:00:00"},
			notice.Missed{Slots: []domain.Slot{"2026-11-20T17:00"}, Next: "2026-11-27T17:00", Also: "2026-11-21T08:00"},
		},
		"never put together, then switched off": {
			[]string{"2026-11-20 10:07:00", "2026-11-20 16:01:00", "2026-11-21 09:00:00"},
			notice.Missed{Slots: []domain.Slot{"2026-11-20T17:00"}, Next: "2026-11-27T17:00", Also: "2026-11-21T12:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			notices := &missedNotices{}
			w.Notices = notices
			w.digest(t, "weekly", "0 17 * * FRI", nil)
			for _, at := range append(tt.ticks, tt.ticks[len(tt.ticks)-1]) { // told once
				w.clock.set(t, at)
				w.tick(t)
			}
			tt.want.Digest = "weekly"
			if diff := cmp.Diff([]notice.Missed{tt.want}, notices.told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			newest := tt.want.Slots[len(tt.want.Slots)-1]
			if got := w.mark(t, domain.MissedMark("weekly")); got != newest {
				t.Errorf("the last slot missed is %q, want %q", got, newest)
			}
		})
	}
}

// What could not be told is told at the next tick, and is as it was.
func TestMissedIsToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	notices := &missedNotices{broken: errTrouble}
	w.Notices = notices
	w.digest(t, "weekly", "0 17 * * FRI", nil)
	w.tick(t)
	w.clock.set(t, "2026-11-21 05:00:00")
	if err := w.Tick(t.Context(), w.queue); !errors.Is(err, errTrouble) {
		t.Errorf("error %v", err)
	}
	if got := w.mark(t, "digest/weekly"); got != "2026-11-20T10:07" {
		t.Errorf("the mark has moved to %s", got)
	}
	notices.broken = nil
	w.clock.set(t, "2026-11-21 05:01:00")
	w.tick(t)
	if len(notices.told) != 2 || notices.told[1].Idle.IsZero() || notices.told[1].Idle != notices.told[0].Idle {
		t.Errorf("told %+v", notices.told)
	}
	if got := w.mark(t, "digest/weekly"); got != "2026-11-20T17:00" {
		t.Errorf("the mark is %s", got)
	}
}

// A short grace is over before the next tick is noted.
func TestMissedWithinMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	notices := &missedNotices{}
	w.Notices = notices
	w.Digests["daily"] = jobs.Digest{Schedule: parse(t, "12 10 * * *"), Grace: time.Minute}
	for _, at := range []string{"2026-11-20 10:11:00", "2026-11-20 10:14:00"} {
		w.clock.set(t, at)
		w.tick(t)
	}
	if len(notices.told) != 1 || !notices.told[0].Idle.IsZero() {
		t.Errorf("told %+v", notices.told)
	}
}

package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

func TestDue(t *testing.T) {
	t.Parallel()
	const weekly, grace = "0 17 * * FRI", 12 * time.Hour
	for name, tt := range map[string]struct {
		expr, zone string
		last       domain.Slot
		now        string
		grace      time.Duration
		due        domain.Slot
		missed     []domain.Slot
	}{
		"before its time":  {weekly, "America/Chicago", "2026-11-13T17:00", "2026-11-20T22:59:59Z", grace, "", nil},
		"on the dot":       {weekly, "America/Chicago", "2026-11-13T17:00", "2026-11-20T23:00:00Z", grace, "2026-11-20T17:00", nil},
		"done already":     {weekly, "America/Chicago", "2026-11-20T17:00", "2026-11-20T23:00:00Z", grace, "", nil},
		"late, in grace":   {weekly, "America/Chicago", "2026-11-13T17:00", "2026-11-21T10:59:59Z", grace, "2026-11-20T17:00", nil},
		"too late":         {weekly, "America/Chicago", "2026-11-13T17:00", "2026-11-21T11:00:00Z", grace, "", []domain.Slot{"2026-11-20T17:00"}},
		"two weeks, due":   {weekly, "America/Chicago", "2026-11-06T17:00", "2026-11-20T23:30:00Z", grace, "2026-11-20T17:00", []domain.Slot{"2026-11-13T17:00"}},
		"two weeks, late":  {weekly, "America/Chicago", "2026-11-06T17:00", "2026-11-23T00:00:00Z", grace, "", []domain.Slot{"2026-11-13T17:00", "2026-11-20T17:00"}},
		"no grace":         {weekly, "America/Chicago", "2026-11-13T17:00", "2026-11-20T23:00:00Z", 0, "", []domain.Slot{"2026-11-20T17:00"}},
		"clock went back":  {weekly, "America/Chicago", "2026-11-20T17:00", "2026-11-13T23:30:00Z", grace, "", nil},
		"clock at 1970":    {weekly, "America/Chicago", "2026-11-20T17:00", "1970-01-01T00:00:00Z", grace, "", nil},
		"never ran, due":   {weekly, "America/Chicago", "", "2026-11-20T23:30:00Z", grace, "2026-11-20T17:00", nil},
		"never ran, late":  {weekly, "America/Chicago", "", "2026-11-23T00:00:00Z", grace, "", nil},
		"never ran, rare":  {"0 0 29 2 *", "UTC", "", "2026-11-23T00:00:00Z", 10 * 365 * 24 * time.Hour, "2024-02-29T00:00", nil},
		"malformed last":   {weekly, "America/Chicago", "soon", "2026-11-20T23:30:00Z", grace, "", nil},
		"between slots":    {"*/15 * * * *", "UTC", "2026-11-20T16:50", "2026-11-20T17:07:00Z", grace, "2026-11-20T17:00", nil},
		"gap, before":      {"30 2 * * *", "America/Chicago", "2026-03-07T02:30", "2026-03-08T07:59:59Z", grace, "", nil},
		"gap, its end":     {"30 2 * * *", "America/Chicago", "2026-03-07T02:30", "2026-03-08T08:00:00Z", grace, "2026-03-08T02:30", nil},
		"gap, all at once": {"*/15 * * * *", "America/Chicago", "2026-03-08T01:45", "2026-03-08T08:00:00Z", grace, "2026-03-08T03:00", nil},
		"hour, first time": {"30 1 * * *", "America/Chicago", "2026-10-31T01:30", "2026-11-01T06:30:00Z", grace, "2026-11-01T01:30", nil},
		"hour, again":      {"30 1 * * *", "America/Chicago", "2026-11-01T01:30", "2026-11-01T07:30:00Z", grace, "", nil},
		"hour, afterwards": {"30 1 * * *", "America/Chicago", "2026-11-01T01:30", "2026-11-02T07:30:00Z", grace, "2026-11-02T01:30", nil},
		"Friday left out":  {weekly, "Pacific/Apia", "2011-12-23T17:00", "2011-12-30T10:00:00Z", grace, "2011-12-30T17:00", nil},
		"no midnight":      {"0 0 * * FRI", "Africa/Cairo", "2026-04-17T00:00", "2026-04-23T22:00:00Z", grace, "2026-04-24T00:00", nil},
		"two midnights":    {"0 0 * * FRI", "Asia/Amman", "2011-10-28T00:00", "2011-10-27T22:00:00Z", grace, "", nil},
	} {
		s := parse(t, tt.expr, tt.zone)
		due, missed := s.Due(tt.last, at(t, tt.now), tt.grace)
		if due != tt.due || !cmp.Equal(missed, tt.missed, cmpEmpty()) {
			t.Errorf("%s: due %q, missed %q; want %q, %q", name, due, missed, tt.due, tt.missed)
		}
	}
}

// A nil list and an empty one say the same.
func cmpEmpty() cmp.Option {
	return cmp.FilterValues(func(a, b []domain.Slot) bool { return len(a) == 0 && len(b) == 0 },
		cmp.Comparer(func(_, _ []domain.Slot) bool { return true }))
}

// However long we slept, the work is bounded and the report is the newest part.
func TestDueAfterYears(t *testing.T) {
	t.Parallel()
	now := at(t, "2026-11-20T17:00:30Z")
	s := parse(t, "* * * * *", "UTC")
	for _, last := range []domain.Slot{"0001-01-01T00:00", "1970-01-01T00:00", "2026-11-20T15:00"} {
		due, missed := s.Due(last, now, time.Hour)
		if due != "2026-11-20T17:00" || len(missed) != 100 || missed[0] != "2026-11-20T15:20" || missed[99] != "2026-11-20T16:59" {
			t.Errorf("since %s: due %s, missed %d, %v", last, due, len(missed), missed)
		}
		_, missed = s.Due(last, now, time.Second)
		if len(missed) != 100 || missed[99] != "2026-11-20T17:00" {
			t.Errorf("since %s, late: missed %d", last, len(missed))
		}
	}
	rare := parse(t, "0 0 29 2 *", "UTC")
	if due, missed := rare.Due("0001-01-01T00:00", now, time.Hour); due != "" || len(missed) == 0 || missed[len(missed)-1] != "2024-02-29T00:00" {
		t.Errorf("leap days: due %s, missed %v", due, missed)
	}
	weekly := parse(t, "0 17 * * FRI", "UTC")
	if _, missed := weekly.Due("2025-11-21T17:00", now, time.Hour); len(missed) != 51 || missed[0] != "2025-11-28T17:00" {
		t.Errorf("a year of weeks: missed %d, %v", len(missed), missed)
	}
}

// A daemon that looks every so often, sleeps now and then and remembers what it
// saw runs every slot at most once, in order, and accounts for all of them.
func TestDueAccounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s, z := drawSchedule(rt)
		now := drawInstant(rt)
		last := schedule.SlotAt(now, z)
		start, seen := last, last
		var count int
		for range 30 {
			now = now.Add(time.Duration(rapid.Int64Range(-3600, 5400).Draw(rt, "seconds")) * time.Second)
			due, missed := s.Due(last, now, time.Hour)
			if due != "" {
				missed = append(missed, due)
			}
			for _, slot := range missed {
				if slot <= seen || schedule.Instant(slot, z).After(now) {
					rt.Fatalf("%q in %s: %s comes after %s at %s", s, z, slot, seen, now)
				}
				seen, last, count = slot, slot, count+1
			}
		}
		instants := make(map[time.Time]bool)
		for slot := s.Next(start); slot != "" && slot <= seen; slot = s.Next(slot) {
			instants[schedule.Instant(slot, z)] = true
		}
		if count < len(instants) {
			rt.Fatalf("%q in %s from %s to %s: %d slots for %d instants", s, z, start, seen, count, len(instants))
		}
	})
}

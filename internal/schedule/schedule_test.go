package schedule_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func parse(t testing.TB, expr, zoneName string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(expr, zone(t, zoneName))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Holidays, and letters that come early or late.
func TestExcept(t *testing.T) {
	t.Parallel()
	s := parse(t, "0 17 * * FRI", "America/Chicago").Except(
		[]domain.Date{{Year: 2026, Month: 12, Day: 25}, {Year: 2027, Month: 1, Day: 1}},
		[]domain.Slot{"2027-01-01T17:00", "2026-12-23T12:00"})
	var got []domain.Slot
	for slot := s.Next("2026-12-11T17:00"); len(got) < 4; slot = s.Next(slot) {
		got = append(got, slot)
	}
	want := []domain.Slot{"2026-12-18T17:00", "2026-12-23T12:00", "2027-01-01T17:00", "2027-01-08T17:00"}
	if !slices.Equal(got, want) {
		t.Errorf("slots %v, want %v", got, want)
	}
	due, missed := s.Due("2026-12-18T17:00", at(t, "2026-12-26T00:00:00-06:00"), 96*time.Hour)
	if due != "2026-12-23T12:00" || len(missed) != 0 {
		t.Errorf("due %q, missed %v", due, missed)
	}
	never := parse(t, "0 17 25 12 *", "UTC").Except([]domain.Date{
		{Year: 2026, Month: 12, Day: 25},
		{Year: 2027, Month: 12, Day: 25},
		{Year: 2028, Month: 12, Day: 25},
		{Year: 2029, Month: 12, Day: 25},
		{Year: 2030, Month: 12, Day: 25},
		{Year: 2031, Month: 12, Day: 25},
	}, nil)
	if got := never.Next("2026-01-01T00:00"); got != "2032-12-25T17:00" {
		t.Errorf("after six years without: %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		"":                       "empty spec",
		"* * * *":                "expected exactly 5 fields",
		"* * * * * *":            "expected exactly 5 fields",
		"60 * * * *":             "above maximum",
		"0 17 * * FRIDAY":        "failed to parse int",
		"@fortnightly":           "unrecognized descriptor",
		"TZ=":                    "publication's time zone",
		"CRON_TZ=X":              "publication's time zone",
		"  TZ=UTC 0 17 * * FRI":  "publication's time zone",
		"CRON_TZ=UTC 0 17 * * *": "publication's time zone",
		"@every 5m":              "not tied to the clock",
		"@every":                 "not tied to the clock",
		"0 0 31 2 *":             "never comes",
		"0 0 31 4,6,9,11 *":      "never comes",
	} {
		_, err := schedule.Parse(expr, time.UTC)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want %q", expr, err, want)
		}
	}
	if _, err := schedule.Parse("@daily", nil); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("Parse without a zone = %v", err)
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ expr, after, want domain.Slot }{
		{"0 17 * * FRI", "2026-11-20T16:59", "2026-11-20T17:00"},
		{"0 17 * * FRI", "2026-11-20T17:00", "2026-11-27T17:00"},
		{"*/15 * * * *", "2026-12-31T23:45", "2027-01-01T00:00"},
		{"* * * * *", "2026-11-20T16:59", "2026-11-20T17:00"},
		{"0 0 29 2 *", "2026-11-20T16:59", "2028-02-29T00:00"},
		{"0 0 29 2 *", "2097-01-01T00:00", ""}, // 2100 is no leap year
		{"@weekly", "2026-11-20T16:59", "2026-11-22T00:00"},
		{"@hourly", "2026-11-20T16:59", "2026-11-20T17:00"},
		{" 30 2 * * * ", "2026-03-08T00:00", "2026-03-08T02:30"}, // in Chicago's gap
		{"30 1 * * *", "2026-11-01T01:30", "2026-11-02T01:30"},   // not twice
		{"@daily", "", ""},
		{"@daily", "2026-02-30T00:00", ""},
	} {
		if got := parse(t, string(tt.expr), "America/Chicago").Next(tt.after); got != tt.want {
			t.Errorf("%q after %s: %s, want %s", tt.expr, tt.after, got, tt.want)
		}
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	if got := parse(t, " 0 17 * * FRI", "UTC").String(); got != "0 17 * * FRI" {
		t.Errorf("String() = %q", got)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		zone string
		slot domain.Slot
		want string
	}{
		{"UTC", "2026-11-20T17:00", "2026-11-20T17:00:00Z"},
		{"Asia/Kolkata", "2026-11-20T17:00", "2026-11-20T11:30:00Z"},
		{"Pacific/Kiritimati", "2026-11-20T17:00", "2026-11-20T03:00:00Z"},
		{"Etc/GMT+12", "2026-11-20T17:00", "2026-11-21T05:00:00Z"},

		{"America/Chicago", "2026-03-08T01:59", "2026-03-08T07:59:00Z"},
		{"America/Chicago", "2026-03-08T02:00", "2026-03-08T08:00:00Z"}, // gap until 03:00 local
		{"America/Chicago", "2026-03-08T02:30", "2026-03-08T08:00:00Z"},
		{"America/Chicago", "2026-03-08T02:59", "2026-03-08T08:00:00Z"},
		{"America/Chicago", "2026-03-08T03:00", "2026-03-08T08:00:00Z"},
		{"America/Chicago", "2026-03-08T03:01", "2026-03-08T08:01:00Z"},
		{"America/Chicago", "2026-11-01T00:59", "2026-11-01T05:59:00Z"},
		{"America/Chicago", "2026-11-01T01:00", "2026-11-01T06:00:00Z"}, // the first of two
		{"America/Chicago", "2026-11-01T01:59", "2026-11-01T06:59:00Z"},
		{"America/Chicago", "2026-11-01T02:00", "2026-11-01T08:00:00Z"}, // an hour later than it looks

		{"Asia/Jerusalem", "2026-03-27T01:59", "2026-03-26T23:59:00Z"},
		{"Asia/Jerusalem", "2026-03-27T02:00", "2026-03-27T00:00:00Z"},
		{"Asia/Jerusalem", "2026-03-27T02:30", "2026-03-27T00:00:00Z"},
		{"Asia/Jerusalem", "2026-03-27T03:00", "2026-03-27T00:00:00Z"},
		{"Africa/Cairo", "2026-04-23T23:59", "2026-04-23T21:59:00Z"},
		{"Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00:00Z"}, // no midnight
		{"Africa/Cairo", "2026-04-24T00:59", "2026-04-23T22:00:00Z"},
		{"Africa/Cairo", "2026-04-24T01:00", "2026-04-23T22:00:00Z"},
		{"Asia/Amman", "2011-10-27T23:59", "2011-10-27T20:59:00Z"},
		{"Asia/Amman", "2011-10-28T00:00", "2011-10-27T21:00:00Z"}, // the first of two midnights
		{"Asia/Amman", "2011-10-28T00:30", "2011-10-27T21:30:00Z"},
		{"Asia/Amman", "2011-10-28T01:00", "2011-10-27T23:00:00Z"},
		{"Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59:00Z"},
		{"Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00:00Z"}, // a day that was left out
		{"Pacific/Apia", "2011-12-30T17:00", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-31T17:00", "2011-12-31T03:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"}, // half an hour's gap
		{"America/Juneau", "1867-10-18T12:00", "1867-10-17T20:57:41Z"},      // the first of two days
	} {
		if got := schedule.Instant(tt.slot, zone(t, tt.zone)); !got.Equal(at(t, tt.want)) || got.Location() != time.UTC {
			t.Errorf("Instant(%s, %s) = %s, want %s", tt.slot, tt.zone, got, tt.want)
		}
	}
	if got := schedule.Instant("soon", time.UTC); !got.IsZero() {
		t.Errorf("Instant of nonsense = %s", got)
	}
}

func TestSlotAt(t *testing.T) {
	t.Parallel()
	chicago := zone(t, "America/Chicago")
	for instant, want := range map[string]domain.Slot{
		"2026-11-20T23:00:00Z":           "2026-11-20T17:00",
		"2026-11-20T23:00:59.999999999Z": "2026-11-20T17:00",
		"2026-03-08T07:59:00Z":           "2026-03-08T01:59",
		"2026-03-08T08:00:00Z":           "2026-03-08T03:00",
		"2026-11-01T06:30:00Z":           "2026-11-01T01:30",
		"2026-11-01T07:30:00Z":           "2026-11-01T01:30",
	} {
		if got := schedule.SlotAt(at(t, instant), chicago); got != want {
			t.Errorf("SlotAt(%s) = %s, want %s", instant, got, want)
		}
	}
}

func zones() []string {
	return []string{
		"UTC", "America/Chicago", "Asia/Jerusalem", "Africa/Cairo", "Asia/Amman", "Pacific/Apia", "Pacific/Kiritimati",
		"Australia/Lord_Howe", "America/Havana", "America/Santiago", "Asia/Kathmandu", "Africa/Casablanca", "Antarctica/Troll",
	}
}

func drawSchedule(rt *rapid.T) (*schedule.Schedule, *time.Location) {
	field := func(low, high int, name string) string {
		return rapid.OneOf(
			rapid.SampledFrom([]string{"*", "*/2", "*/7"}),
			rapid.Map(rapid.IntRange(low, high), strconv.Itoa),
		).Draw(rt, name)
	}
	expr := strings.Join([]string{
		field(0, 59, "minute"), field(0, 23, "hour"), field(1, 28, "day"), field(1, 12, "month"), field(0, 6, "weekday"),
	}, " ")
	z, err := time.LoadLocation(rapid.SampledFrom(zones()).Draw(rt, "zone"))
	if err != nil {
		rt.Fatal(err)
	}
	s, err := schedule.Parse(expr, z)
	if err != nil {
		rt.Fatal(err)
	}
	return s, z
}

func drawInstant(rt *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_000_000_000, 2_500_000_000).Draw(rt, "instant"), 0).UTC()
}

// Slots only ever go forward, each has one instant, and instants never go back.
// At its instant, clocks show the slot unless they leave it out.
func TestWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s, z := drawSchedule(rt)
		slot := schedule.SlotAt(drawInstant(rt), z)
		for range 50 {
			next := s.Next(slot)
			if next == "" {
				return
			}
			before, now := schedule.Instant(slot, z), schedule.Instant(next, z)
			if next <= slot || now.Before(before) {
				rt.Fatalf("%q in %s: %s (%s) is followed by %s (%s)", s, z, slot, before, next, now)
			}
			if shown := schedule.SlotAt(now, z); shown < next || schedule.SlotAt(now.Add(-time.Second), z) >= next {
				rt.Fatalf("%s in %s runs at %s, when clocks show %s", next, z, now, shown)
			}
			slot = next
		}
	})
}

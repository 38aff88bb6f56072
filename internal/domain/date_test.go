package domain_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
	_ "time/tzdata"

	"marquee/internal/domain"
)

func date(t *testing.T, s string) domain.Date {
	t.Helper()
	if s == "" {
		return domain.Date{}
	}
	d, err := domain.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2026-11-20", "2028-02-29", "0001-01-01", "9999-12-31"} {
		if got := date(t, s).String(); got != s {
			t.Errorf("ParseDate(%q).String() = %q", s, got)
		}
	}
	for _, s := range []string{"", "2026-02-29", "2026-11-31", "2026-13-01", "2026-1-2", "20.11.2026", "2026-11-20T17:00", " 2026-11-20"} {
		if d, err := domain.ParseDate(s); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("ParseDate(%q) = %v, %v", s, d, err)
		}
	}
}

func TestDateText(t *testing.T) {
	t.Parallel()
	var none domain.Date
	if !none.IsZero() || none.String() != "" {
		t.Errorf("no day: %q", none.String())
	}
	d := date(t, "2026-11-05")
	if d.IsZero() {
		t.Errorf("no day: %v", d)
	}
}

func TestDateBefore(t *testing.T) {
	t.Parallel()
	days := []string{"", "2025-12-31", "2026-01-31", "2026-02-01", "2026-11-05", "2026-11-20"}
	for i, a := range days {
		for j, b := range days {
			if got := date(t, a).Before(date(t, b)); got != (i < j) {
				t.Errorf("%q before %q is %t", a, b, got)
			}
		}
	}
}

func TestDateJSON(t *testing.T) {
	t.Parallel()
	type pick struct {
		Leaves domain.Date `json:"leaves,omitzero"`
	}
	for text, want := range map[string]domain.Date{
		`{}`:                      {},
		`{"leaves":"2026-11-30"}`: {Year: 2026, Month: time.November, Day: 30},
	} {
		var got pick
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Leaves != want {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
		if b, err := json.Marshal(got); err != nil || string(b) != text {
			t.Errorf("%s is written as %s, %v", text, b, err)
		}
	}
	var got pick
	if err := json.Unmarshal([]byte(`{"leaves":""}`), &got); err != nil || !got.Leaves.IsZero() {
		t.Errorf("an empty day is read as %v, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"leaves":"soon"}`), &got); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("nonsense is read as %v, %v", got, err)
	}
}

func TestDateOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	if got := domain.DateOf(at).String() + " " + domain.DateOf(at.In(chicago)).String(); got != "2026-11-21 2026-11-20" {
		t.Errorf("DateOf = %s", got)
	}
}

// A day opens with its first instant, also where clocks change at midnight.
func TestDateIn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ zone, date, want string }{
		{"UTC", "2026-11-20", "2026-11-20T00:00:00Z"},
		{"America/Chicago", "2026-11-20", "2026-11-20T00:00:00-06:00"},
		{"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"},     // no midnight
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},   // midnight, the first of two
		{"Asia/Amman", "2011-10-28", "2011-10-28T00:00:00+03:00"},       // the same
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},     // no such day
		{"America/Chicago", "2040-12-31", "2040-12-31T00:00:00-06:00"},  // the end of a distant leap year
		{"Australia/Sydney", "2040-12-31", "2040-12-31T00:00:00+11:00"}, // the same
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := date(t, tt.date).In(zone); got.Format(time.RFC3339) != tt.want || got.Location() != zone {
			t.Errorf("%s in %s opens at %s, want %s", tt.date, tt.zone, got, tt.want)
		}
	}
}

func TestSlot(t *testing.T) {
	t.Parallel()
	for slot, want := range map[domain.Slot][2]string{
		"2026-11-20T17:00": {"2026-11-20-1700", "2026-11-20"},
		"2026-03-08T02:30": {"2026-03-08-0230", "2026-03-08"}, // no such time in Chicago: a slot all the same
		"":                 {"", ""},
		"soon":             {"soon", ""},
		"2026-02-30T00:00": {"2026-02-30T00:00", ""},
	} {
		if got := [2]string{slot.Compact(), slot.Date().String()}; got != want {
			t.Errorf("slot %q: %q, want %q", slot, got, want)
		}
	}
	e := domain.Edition{Digest: "weekly", Slot: "2026-11-20T17:00"}
	if got := e.Slug(); got != "weekly-2026-11-20-1700" {
		t.Errorf("Slug() = %q", got)
	}
}

package sqlstore

import (
	"testing"
	"time"

	"marquee/internal/domain"
)

func TestInstant(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		at   time.Time
		want int64
	}{
		"zero":        {time.Time{}, 0},
		"microsecond": {time.Date(2026, 11, 20, 17, 0, 0, 1999, time.FixedZone("", -6*3600)), 1795215600000001},
		"before 1970": {time.Date(1959, 1, 1, 0, 0, 0, 0, time.UTC), -347155200000000},
	} {
		stored, err := instant(test.at).Value()
		if err != nil || stored != test.want {
			t.Errorf("%s: stored as %v, %v, want %d", name, stored, err, test.want)
		}
		var back instant
		if err := back.Scan(stored); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := time.Time(back); !got.Equal(test.at.Truncate(time.Microsecond)) || !got.IsZero() && got.Location() != time.UTC {
			t.Errorf("%s: read as %v, want %v", name, got, test.at)
		}
	}
	if err := new(instant).Scan("2026-11-20"); err == nil {
		t.Error("read an instant from text")
	}
}

func TestStateNumbers(t *testing.T) {
	t.Parallel()
	for _, state := range domain.DeliveryStates() {
		n, err := stateNumber(state).Value()
		if err != nil {
			t.Errorf("%s cannot be stored: %v", state, err)
			continue
		}
		var back stateNumber
		if err := back.Scan(n); err != nil || domain.DeliveryState(back) != state {
			t.Errorf("%s is read as %s, %v", state, back, err)
		}
		final := state == domain.Sent || state == domain.Failed || state == domain.Skipped
		if number, ok := n.(int64); !ok || final != (number >= 4) {
			t.Errorf("%s is %v: below 4 is what is pending, and only that", state, n)
		}
	}
	for _, n := range []any{int64(-1), int64(2), int64(7), "0", nil} {
		if err := new(stateNumber).Scan(n); err == nil {
			t.Errorf("%v is read as a state", n)
		}
	}
}

func TestJSONKeepsHTML(t *testing.T) {
	t.Parallel()
	text, err := asJSON{[]string{"<p>a & b</p>\u2028"}}.Value()
	if err != nil || text != `["<p>a & b</p>\u2028"]` {
		t.Errorf("stored as %v, %v", text, err)
	}
}

package domain_test

import (
	"testing"
	"time"

	"marquee/internal/domain"
)

func TestSlots(t *testing.T) {
	t.Parallel()
	slot := domain.Slot("2026-11-20T17:00")
	corrects := slot.Correction("6b1f9a03c2")
	for _, test := range []struct {
		slot      domain.Slot
		compact   string
		scheduled domain.Slot
		day       string
	}{
		{slot, "2026-11-20-1700", slot, "2026-11-20"},
		{corrects, "2026-11-20-1700-correction-6b1f9a03c2", slot, "2026-11-20"},
		{"friday", "friday", "friday", ""},
	} {
		if got := test.slot.Compact(); got != test.compact {
			t.Errorf("%s is %q", test.slot, got)
		}
		if got := test.slot.Scheduled(); got != test.scheduled {
			t.Errorf("%s is scheduled at %s", test.slot, got)
		}
		if got := test.slot.Date(); got.String() != test.day && !got.IsZero() {
			t.Errorf("%s is of %s", test.slot, got)
		}
	}
	if corrects <= slot || corrects >= "2026-11-20T17:01" {
		t.Errorf("%s is not behind its slot and before the next", corrects)
	}
}

func TestDayOfAnEdition(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CST", -6*3600)
	e := domain.Edition{Digest: "weekly", Slot: "2026-11-20T17:00", Due: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)}
	if got := e.Day(zone).String(); got != "2026-11-20" {
		t.Errorf("an edition is of %s", got)
	}
	e.Corrects, e.Slot = 3, e.Slot.Correction("x")
	if got := e.Day(zone).String(); got != "2026-11-23" {
		t.Errorf("a correction is of %s", got)
	}
	if got := e.Corrected(); got != "weekly-2026-11-20-1700" {
		t.Errorf("it corrects %s", got)
	}
}

package domain

import "time"

// SlotLayout is how a slot is written: a local date and time, to the minute.
const SlotLayout = "2006-01-02T15:04"

// Slot is the scheduled local time that something belongs to, in the
// publication's zone. Being local and not an instant, it names an edition once
// however clocks jump: (digest, slot) is unique.
type Slot string

// Compact is the slot for names and URLs: "2026-11-20-1700".
func (s Slot) Compact() string {
	t, err := time.Parse(SlotLayout, string(s))
	if err != nil {
		return string(s)
	}
	return t.Format("2006-01-02-1504")
}

// Date is the slot's day; the zero Date when the slot is malformed.
func (s Slot) Date() Date {
	t, err := time.Parse(SlotLayout, string(s))
	if err != nil {
		return Date{}
	}
	return DateOf(t)
}

// MissedMark names the mark of a digest's last slot that passed without an
// edition.
func MissedMark(digest string) string { return "missed/" + digest }

package domain

import (
	"strings"
	"time"
)

// SlotLayout is how a slot is written: a local date and time, to the minute.
const SlotLayout = "2006-01-02T15:04"

// Slot is the scheduled local time that something belongs to, in the
// publication's zone. Being local and not an instant, it names an edition once
// however clocks jump: (digest, slot) is unique. That of a correction is the slot of
// the edition it corrects, and a key of what it says: who says the same once more
// finds it there.
type Slot string

// keyed begins the key in the slot of a correction. It sorts behind the slot itself.
const keyed = "#"

// Correction is the slot of the correction that a key stands for.
func (s Slot) Correction(key string) Slot { return s + keyed + Slot(key) }

// Scheduled is the slot without a correction's key.
func (s Slot) Scheduled() Slot {
	slot, _, _ := strings.Cut(string(s), keyed)
	return Slot(slot)
}

// Compact is the slot for names and URLs: "2026-11-20-1700", and of a correction
// "2026-11-20-1700-correction-6b1f9a03c2".
func (s Slot) Compact() string {
	slot, key, corrects := strings.Cut(string(s), keyed)
	t, err := time.Parse(SlotLayout, slot)
	if err != nil {
		return string(s)
	}
	name := t.Format("2006-01-02-1504")
	if corrects {
		name += "-correction-" + key
	}
	return name
}

// Date is the slot's day; the zero Date when the slot is malformed.
func (s Slot) Date() Date {
	t, err := time.Parse(SlotLayout, string(s.Scheduled()))
	if err != nil {
		return Date{}
	}
	return DateOf(t)
}

// MissedMark names the mark of a digest's last slot that passed without an
// edition.
func MissedMark(digest string) string { return "missed/" + digest }

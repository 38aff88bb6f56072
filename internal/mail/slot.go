package mail

import "strings"

// Slot is a place in a letter that every patron's copy fills differently. A
// letter's HTML and text hold the slot's Mark wherever the value belongs. A
// slot's name consists of small letters.
type Slot string

// The slots of an edition.
const (
	SlotName        Slot = "name"        // first name; may be filled with nothing
	SlotUnsubscribe Slot = "unsubscribe" // https address
)

// What encloses a slot's name in its mark, and how long a mark may be.
const (
	markHead = "mq7slot0"
	markTail = "0tols7qm"
	markMax  = 64
)

// Mark stands for the slot until stamping. It consists of letters and digits
// only, so that templates and quoted-printable leave it as it is, and cannot be
// mistaken for text that anyone wrote.
func (s Slot) Mark() string { return markHead + string(s) + markTail }

// slotOf is the slot whose mark is word.
func slotOf(word string) (Slot, bool) {
	name, ok := strings.CutPrefix(word, markHead)
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, markTail)
	return Slot(name), ok && name != ""
}

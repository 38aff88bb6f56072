package mail

import (
	"crypto/rand"
	"strings"
)

// Slot is a place in a letter that every patron's copy fills differently. A
// letter's HTML and text hold a mark of the slot wherever the value belongs. A
// slot's name consists of small letters, at most 24.
type Slot string

// The slots of an edition.
const (
	SlotName        Slot = "name"        // first name; may be filled with nothing
	SlotUnsubscribe Slot = "unsubscribe" // https address
	SlotManage      Slot = "manage"      // https address of their own page
	SlotView        Slot = "view"        // https address of the edition as they may read it
)

// Mark is the slot's mark among the zero Marks.
func (s Slot) Mark() string { return Marks{}.Of(s) }

// Marks stand for slots in one letter, or in many. Whoever can write a mark into
// a letter gets the slot's value there, and with it a patron's name or secret
// address. The zero Marks can be guessed: they are for letters that hold no
// stranger's words.
type Marks struct{ nonce string }

// NewMarks makes marks that nobody can write into a text who has not seen them,
// and nobody sees them: Compose takes them out. All have the same length.
func NewMarks() Marks { return Marks{nonce: rand.Text()} }

// Of is the mark of a slot. It consists of letters and digits only, so that
// templates and quoted-printable leave it as it is.
func (m Marks) Of(s Slot) string { return m.head() + string(s) + markTail }

// What encloses a slot's name in its mark, and how long the name may be.
const (
	markHead = "mq7slot0"
	markTail = "0tols7qm"
	maxSlot  = 24
)

// head is what every mark begins with.
func (m Marks) head() string { return markHead + m.nonce }

// zero is text with the zero Marks in place of m's: the same text each time.
func (m Marks) zero(text string) string { return strings.ReplaceAll(text, m.head(), markHead) }

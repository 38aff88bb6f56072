package feed

import (
	"fmt"
	"strconv"

	"marquee/internal/domain"
)

// maxText is how long an entry's text may be, in bytes. It is far more than anybody
// reads, and less than what readers refuse a whole feed for.
const maxText = 4 << 20

// Omission is an item that a document had to leave out, so that the others can be
// read.
type Omission struct {
	Item   domain.ItemID
	Reason string // for the operator
}

// weed makes an entry of a choice, or tells why there cannot be one. A mishap with
// one text costs the feed that text only.
func (v *view) weed(c choice, seen map[string]bool) (e Entry, reason string) {
	defer func() {
		if mishap := recover(); mishap != nil {
			reason = fmt.Sprintf("it could not be written: %v", mishap)
		}
	}()
	if c.pick != nil {
		e = v.pickEntry(c)
	} else {
		e = v.entry(c)
	}
	id := printable(e.ID)
	switch {
	case !isIRI(id) || c.item.ID == "":
		return e, "its id " + strconv.Quote(e.ID) + " is none"
	case seen[id]:
		return e, "another item has its id"
	case len(e.HTML) > maxText:
		return e, fmt.Sprintf("its text has %d MB: readers would refuse the whole feed", len(e.HTML)>>20)
	}
	seen[id] = true
	return e, ""
}

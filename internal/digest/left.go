package digest

import "marquee/internal/domain"

// Cause is why an item is not in an edition.
type Cause string

// The causes, from what nobody can change to what the next edition will.
const (
	Withdrawn Cause = "withdrawn" // its source took it back
	Had       Cause = "had"       // an earlier edition has it
	Held      Cause = "held"      // came back as new with too many others
	Backlog   Cause = "backlog"   // was no news when it was first seen
	Old       Cause = "old"       // from before the digest's period
	Ahead     Cause = "ahead"     // published after the edition closes
	Unsettled Cause = "unsettled" // edited of late
	Over      Cause = "over"      // its section is full
	Few       Cause = "few"       // its section has too few to stand by itself
	Unasked   Cause = "unasked"   // no section is for such items
)

// known reports whether an item that is refused so can be shown once more: it
// stands, and is no news.
func (c Cause) known() bool { return c == Had || c == Backlog || c == Old || c == Unsettled }

// Left is an item that an edition leaves out, and why.
type Left struct {
	Item    domain.Item
	Section string // the title of the section that would have taken it, if one would
	Cause   Cause
	Why     string // for its maker: "edited of late; settles Nov 20, 16:45, too late for this edition"
}

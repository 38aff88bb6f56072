package patron

import (
	"time"

	"marquee/internal/domain"
)

// Policy says when a complete listing is believed that has people no longer, or
// lower than before. What lists people can be wrong about them for hours: Patreon
// shows nobody's tiers while it charges them on the first of a month. So whoever
// seems to leave is waited for, and who seems to leave together with too many
// others does not leave at all.
type Policy struct {
	// Grace is how long somebody must have been missing, and Syncs by how many
	// listings in a row, before they are taken off. Both must hold.
	Grace time.Duration
	Syncs int
	// Share is how many of a hundred may be missing at once. Of a few people
	// (brakeFloor) any number may.
	Share int
	// Trust takes the listing's word at once, for an operator who knows better.
	Trust bool
}

// DefaultPolicy waits for five days and three listings, and bears that one in
// five is missing.
func DefaultPolicy() Policy {
	return Policy{Grace: 5 * 24 * time.Hour, Syncs: 3, Share: 20}
}

// brakeFloor is how many may leave at once, whatever share of all they are: in a
// roster of ten, three are no mishap yet.
const brakeFloor = 5

// Absence is that somebody was on a roster and is no longer, or lower.
type Absence struct {
	Since   time.Time // At of the first listing that missed them
	Listing int       // its number
}

// Attendance is what earlier complete listings of a roster leave behind.
type Attendance struct {
	Listings int       // how many there were
	At       time.Time // of the last one
	Absent   map[domain.PatronID]Absence
}

// left reports whether an absence is over its grace when the listing with a
// number, made at an instant, misses them too.
func (p Policy) left(a Absence, number int, at time.Time) bool {
	return p.Trust || at.Sub(a.Since) >= p.Grace && number-a.Listing+1 >= p.Syncs
}

// brake stops a listing that would have too many leave: nobody, in the end, or
// all but those whom present counts.
func (p Policy) brake(leaving, present, joining int) error {
	of := leaving + present
	nobody := of > 0 && present == 0 && joining == 0
	tooMany := leaving > brakeFloor && leaving*100 > p.Share*of
	if p.Trust || !nobody && !tooMany {
		return nil
	}
	return &BrakeError{Leaving: leaving, Of: of, Share: p.Share}
}

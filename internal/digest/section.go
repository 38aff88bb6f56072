package digest

import (
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// Block is one titled part of a digest's editions, as its configuration asks.
type Block struct {
	Kind  string // of its section
	Title string
	To    string // a tier's name ("or higher"), patrons or everyone: who sees it
	Section
}

// Section chooses what a block shows, and shows it. Its methods need no I/O, and
// the same arguments always give the same answer.
type Section interface {
	// Traits are the same for every edition.
	Traits() Traits
	// Choose takes what the section shows of a week. What it takes no later
	// section sees.
	Choose(week Week) Choice
	// View shows chosen items to one audience, without a title. It reports false
	// when nothing is left to show, and the block vanishes.
	View(lens Lens, chosen []domain.Item) (SectionView, bool)
}

// Traits are what a compiler has to know of a section.
type Traits struct {
	// Layout names its templates: section_LAYOUT.html.tmpl and section_LAYOUT.txt.tmpl.
	Layout string
	// Carry is how many of a digest's periods its items may be older than others'.
	Carry int
	// Again lets it choose, after all others, from what earlier editions had and
	// what is no news any more.
	Again bool
	// Aside says that what it shows is no reason to send an edition, and may have
	// its edition still.
	Aside bool
}

// Week is what a section may choose from.
type Week struct {
	Slot  domain.Slot
	Since time.Time     // when the last edition was frozen, or the digest's period began
	Items []domain.Item // that no other section has, newest first
	// Early reports whether an item is not yet open to everyone.
	Early func(*domain.Item) bool
	// Opened is when an item that was kept for some opened to everyone; zero for
	// those that did not yet, or were open from the start.
	Opened func(*domain.Item) time.Time
}

// Choice is what a section made of a week.
type Choice struct {
	Items  []domain.Item // taken, in their order of appearance
	Passed []Left        // would be taken, but for a Cause; Section is left empty
	// Missing is what an edition has every week and this one has not yet: "no
	// picks yet"; empty when it may be without.
	Missing string
}

// Lens is how one audience looks at an edition.
type Lens struct {
	Publication domain.Publication
	Slot        domain.Slot
	Audience    domain.Audience
	Dates       *calendar.Calendar // writes them as the audience reads them
	// See is what the audience may see of an item at the edition's freeze.
	See func(*domain.Item) entitle.Access
	// Early reports whether an item is not yet open to everyone at the freeze.
	Early func(*domain.Item) bool
}

// SectionKind is one entry of the list in internal/app/kinds.go.
type SectionKind struct {
	Name  string
	Title string // when the configuration has none
	// New checks the options.
	New func(opts config.Options) (Section, error)
}

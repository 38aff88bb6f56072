package digest

import (
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// Section is one titled block of an edition. Its methods need no I/O, and the
// same arguments always give the same answer.
type Section interface {
	// Choose returns those of the week's items that the section takes, in
	// their order of appearance. What it takes no later section sees.
	Choose(week Week) []domain.Item
	// View shows chosen items to one audience. It reports false when nothing
	// is left to show, and the block vanishes.
	View(lens Lens, chosen []domain.Item) (SectionView, bool)
}

// Week is what a section may choose from.
type Week struct {
	Slot  domain.Slot
	Items []domain.Item // not in any edition of the digest, newest first
}

// Lens is how one audience looks at an edition.
type Lens struct {
	Publication domain.Publication
	Slot        domain.Slot
	Audience    domain.Audience
	// See is what the audience may see of an item at the edition's freeze.
	See func(*domain.Item) entitle.Access
	// Early reports whether an item is not yet open to everyone at the freeze.
	Early func(*domain.Item) bool
}

// SectionKind is one entry of the list in internal/app/kinds.go.
type SectionKind struct {
	Name string
	// New checks the options. Title is empty when the configuration has none.
	New func(title string, opts config.Options) (Section, error)
}

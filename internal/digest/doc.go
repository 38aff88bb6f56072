// Package digest compiles editions: it lets each section choose its items,
// renders the result once for every audience, and freezes it together with one
// delivery for every entitled patron.
//
// What is in an edition is decided once, for everybody (Section.Choose); how
// much of it an audience sees is decided by entitle alone, at the freeze
// (Section.View through a Lens). Templates see a View and nothing else, so that
// no template can show what its audience may not read.
package digest

// Package digest compiles editions: it lets each section choose its items,
// renders the result once for every audience, and freezes it together with one
// delivery for every entitled patron.
package digest

// Package feedxml takes an XML feed apart and puts it in order: RSS 0.9x, 1.0 or
// 2.0, Atom 0.3 or 1.0, in any mixture, from well-formed to torn off.
//
// Open finds the root, the head and the items, which are stretches of the feed's
// text. A Tidier makes of each of them a small well-formed document, in which
// only what we know is left, under canonical names: what a parser of XML and
// feeds is good at. Texts with markup and links come beside it, as strings.
//
// All of it is linear in the feed's size, and bounded: in items, in bytes, in
// elements of one item.
package feedxml

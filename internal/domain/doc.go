// Package domain holds Marquee's nouns and the rules about them that need no
// I/O: items, films, picks, tiers, audiences, patrons, editions, deliveries.
// Every other package imports it; it imports none of ours.
//
// Times are instants in UTC with microsecond precision unless a comment says
// otherwise. Strings named Teaser, Body or Why hold HTML that has passed
// internal/sanitize; all other strings are plain text.
package domain

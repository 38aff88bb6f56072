// Package picks makes out the films in a post that recommends some: what to
// watch, where, until when, and why. Critics write such posts in as many ways as
// there are critics: headings, lists, paragraphs that begin with a bold title.
// What cannot be made out for certain is left in the prose.
package picks

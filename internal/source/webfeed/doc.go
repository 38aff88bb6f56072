// Package webfeed is the source kind "webfeed": an RSS 0.9x, 1.0 or 2.0 feed, an
// Atom feed or a JSON Feed at an address.
//
// gofeed reads the items. Before it stands a front end, because a stranger's
// feed may be in any charset, preceded by a PHP warning, cut off in the middle,
// or made to exhaust the reader:
//
//	toUTF8    bytes to UTF-8                               charset.go
//	legal     characters that XML forbids                  legal.go
//	outline   root, channel and items as stretches of      scan.go, outline.go
//	          bytes, within caps on depth, attributes,
//	          elements and items
//
// Each item is then given to gofeed by itself, inside the feed's own root
// element. So an item that cannot be read is one Problem and costs no other,
// and a feed that was cut off keeps every whole item.
package webfeed

// Package webfeed is the source kind "webfeed": an RSS 0.9x, 1.0 or 2.0 feed, an
// Atom feed or a JSON Feed at an address.
//
// gofeed reads the items. Before it stands a front end, because a stranger's
// feed may be in any charset, preceded by a PHP warning, cut off in the middle,
// or made to exhaust the reader:
//
//	charset.Decode   bytes to UTF-8
//	soup.Legal       without characters that XML forbids
//	feedxml.Open     head and items, as stretches of the text
//	feedxml.Tidier   a small well-formed document of each, which holds nothing
//	                 but what we know; texts and links beside it
//	batch            some documents at a time for gofeed
//	collector        entries to items: dates, addresses, films
//
// So an item that cannot be read is one Problem and costs no other, a feed that
// was cut off keeps every whole item, and no depth, attribute or namespace of a
// stranger's reaches gofeed. shapes_test.go shows, by name, how feeds are read and
// where we differ from other readers on purpose.
//
// A reader asks once for all of a feed, then on conditions; once a week for all
// of it again, since servers may not notice that an item was taken back.
package webfeed

package web

import (
	"net/url"
	"strings"
)

// FeedAddress is a feed's address in every form in which people take it along.
// part_address.html.tmpl shows it.
type FeedAddress struct {
	ID  string // of the field on its page
	URL string
	QR  *QR // nil when it is too long for one
	// Readers are services on the web that open it, which learn it by that.
	Readers []ReaderLink
}

// ReaderLink leads to a reader's page where a feed is subscribed to.
type ReaderLink struct{ Name, URL string }

// NewFeedAddress shows an address. Only public ones are offered to services.
func NewFeedAddress(id, address string, public bool) FeedAddress {
	a := FeedAddress{ID: id, URL: address, QR: newQR(address)}
	if public {
		a.Readers = readerLinks(address)
	}
	return a
}

// readerLinks are the services that subscribe to an address that their own ends
// with.
func readerLinks(address string) []ReaderLink {
	services := []ReaderLink{
		{"Feedly", "https://feedly.com/i/subscription/feed%2F"},
		{"Inoreader", "https://www.inoreader.com/?add_feed="},
		{"NewsBlur", "https://www.newsblur.com/?url="},
		{"Feedbin", "https://feedbin.com/?subscribe="},
		{"The Old Reader", "https://theoldreader.com/feeds/subscribe?url="},
	}
	escaped := strings.ReplaceAll(url.QueryEscape(address), "+", "%20")
	for i := range services {
		services[i].URL += escaped
	}
	return services
}

package feedxml

// A Link is one of an item's links, to which RSS's enclosures belong too.
type Link struct {
	Rel, Kind string // in lower case
	Address   string
	Text      bool // RSS's own: the address is the element's text
}

package domain

import (
	"time"

	"github.com/google/uuid"
)

// ItemKind says what an item is for its reader.
type ItemKind string

// The kinds of item.
const (
	Review ItemKind = "review"
	Essay  ItemKind = "essay"
	List   ItemKind = "list"
	Picks  ItemKind = "picks"
	Post   ItemKind = "post"
	Poll   ItemKind = "poll"
)

// ItemKinds lists every kind, in the order in which people are shown them.
func ItemKinds() []ItemKind { return []ItemKind{Review, Essay, List, Picks, Post, Poll} }

// ItemID names an item for ever: in feeds, in mail and between installations.
// It is a UUID in its canonical text form.
type ItemID string

// NewItemID derives the id of an item from its source and guid, so that the
// same piece has the same id on every instance and after every restore
// (RFC 9562 §5.5, version 5). The address of the site is no part of it unless
// the guid holds it, and then it is the guid's, which never changes.
func NewItemID(source, guid string) ItemID {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("marquee:item"))
	return ItemID(uuid.NewSHA1(space, []byte(source+"\x00"+guid)).String())
}

// URN is the id as an IRI, as feeds need it (RFC 9562 §4, RFC 4287 §4.2.6).
func (id ItemID) URN() string { return "urn:uuid:" + string(id) }

// Item is one piece of writing, cleaned and ready to publish.
type Item struct {
	ID     ItemID
	Source string // name of the source it came from
	GUID   string // its permanent id within that source
	Kind   ItemKind
	Series string // label before the title: "The Definitives"; may be empty

	Title    string
	URL      string // absolute; may be empty
	Author   string
	Language string // BCP 47; empty is the publication's
	Tags     []string

	Teaser string // HTML that everyone may see
	Body   string // HTML of the whole piece; empty when the source gives only a teaser

	Image *Image // for items that are not about one film
	Film  *Film
	Picks []Pick

	// Release overrides the configured ladder when it is not empty.
	Release Ladder

	// Exclusive says that the source itself shows only a teaser and sends
	// readers to where patrons find the rest.
	Exclusive bool

	Published time.Time // as the source says now; an editor may move it
	Updated   time.Time // as the source says; zero when it does not

	ItemHistory
}

// ItemHistory is what Marquee has seen happen to an item. Sources never set it;
// gathering does.
type ItemHistory struct {
	FirstPublished time.Time // Published when first seen; ladders count from here
	FirstSeen      time.Time
	Changed        time.Time // when something that a reader sees last changed
	Opened         time.Time // when an exclusive item was first seen in full; zero before
	Withdrawn      time.Time // when the source took it back; zero while it stands
	Backlog        bool      // was no news when it was first seen
}

// FullTitle is the title with its series before it: "Reader's Choice: Copperwire".
func (it *Item) FullTitle() string {
	if it.Series == "" {
		return it.Title
	}
	return it.Series + ": " + it.Title
}

// Picture is the image that stands for the item: the film's poster, else its
// still, else the item's own image; nil when there is none.
func (it *Item) Picture() *Image {
	if it.Film != nil && it.Film.Poster != nil {
		return it.Film.Poster
	}
	if it.Film != nil && it.Film.Still != nil {
		return it.Film.Still
	}
	return it.Image
}

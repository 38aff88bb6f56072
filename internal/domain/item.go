package domain

import (
	"slices"
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
	Settles        time.Time // from when on it has stood unchanged for long enough to be mailed
	Backlog        bool      // was no news when it was first seen

	Pictures    []Picture // its images, those in its texts too, that are ours or cannot be had
	Illustrated bool      // no image of it is left to be fetched
}

// FullTitle is the title with its series before it: "Reader's Choice: Copperwire".
func (it *Item) FullTitle() string {
	if it.Series == "" {
		return it.Title
	}
	return it.Series + ": " + it.Title
}

// Credits are the credits of all that a film database supplied to the item, each
// once.
func (it *Item) Credits() []string {
	var credits []string
	add := func(s *Supplement) {
		for _, c := range s.Credits() {
			if !slices.Contains(credits, c) {
				credits = append(credits, c)
			}
		}
	}
	if it.Film != nil {
		add(&it.Film.Supplement)
	}
	for i := range it.Picks {
		add(&it.Picks[i].Supplement)
	}
	return credits
}

// Covers are the images that may stand for the item, the best first: the film's
// poster, its still, the item's own image.
func (it *Item) Covers() []*Image {
	if it.Film == nil {
		return []*Image{it.Image}
	}
	return []*Image{it.Film.Poster, it.Film.Still, it.Image}
}

// Picture is the image that stands for the item: the first of its covers that is
// ours, nil when none is.
func (it *Item) Picture() *Image {
	for _, img := range it.Covers() {
		if it.picture(img) != nil {
			return img
		}
	}
	return nil
}

// Print is what people are shown of one of the item's images: our print, at least
// so many pixels broad where the picture is, at its address on server. It is nil
// when the image is not ours: then they are shown none.
func (it *Item) Print(img *Image, server string, width int) *Image {
	p := it.picture(img)
	if p == nil {
		return nil
	}
	shown := p.print(server, width)
	shown.Alt = img.Alt
	return shown
}

// picture is an image that is ours, else nil.
func (it *Item) picture(img *Image) *Picture {
	if img == nil {
		return nil
	}
	for i := range it.Pictures {
		if p := &it.Pictures[i]; p.URL == img.URL && p.Key != "" {
			return p
		}
	}
	return nil
}

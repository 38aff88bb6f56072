package feed

import (
	"time"

	"marquee/internal/domain"
)

// lapse tells former patrons, in the feed that was theirs, why it holds no more
// than everybody reads, and how that ends. The entry is the same for good but for
// its date, the first of the month of the newest piece: readers see it where they
// look, once a month at most, and no clock is in it.
func (v *view) lapse(updated time.Time) Entry {
	m := &markup{}
	m.raw("<p>")
	m.text("This is what is open to everyone. Your support of " + v.Publication.Title + " has ended, or is not known to us any more.")
	if v.Publication.Patreon != "" {
		m.text(" ")
		m.link(v.Publication.Patreon, "Become a patron again")
		m.text(", and this feed is whole again by itself: keep its address.")
	}
	m.raw("</p>")
	since := time.Date(updated.UTC().Year(), updated.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	return Entry{
		ID: v.urn("lapse"), URL: v.Publication.Patreon,
		Title: "Your feed holds what is open to everyone", Author: v.Publication.Author, Language: "en",
		Summary: "Your support has ended.", HTML: m.b.String(), Kind: domain.Post, Published: since, Updated: since,
	}
}

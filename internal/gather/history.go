package gather

import (
	"bytes"
	"encoding/json"
	"time"

	"marquee/internal/domain"
)

// maxAhead is how far in the future a piece may be dated before the date must
// be a mistake. Editors do schedule pieces.
const maxAhead = 366 * 24 * time.Hour

// lateAfter is how long after its publication a piece may be found and still be
// news. What is found later has slid into a feed's window, since a newer piece
// was taken back, and is no news at all.
const lateAfter = 14 * 24 * time.Hour

// unsettled is how many times the time to settle a piece may be edited before it
// counts as settled nevertheless, from when it was first seen.
const unsettled = 4

// add keeps an item that was never seen before. How long it has stood unchanged
// counts from its publication: nobody has seen an edit since.
func (r *round) add(it domain.Item, echo bool) {
	stood := r.now
	if it.Published.Before(stood) {
		stood = it.Published
	}
	it.ItemHistory = domain.ItemHistory{
		FirstPublished: it.Published, FirstSeen: r.now, Changed: r.now, Settles: stood.Add(r.cfg.Settle),
		Backlog: r.first || r.now.Sub(it.Published) > lateAfter,
	}
	if !r.first { // what a source holds when it is first read was there before
		r.happened(&it, domain.EventNew)
	}
	if it.Exclusive && !r.first {
		r.happened(&it, domain.EventFirstLook)
	}
	r.added = append(r.added, added{len(r.items), echo})
	r.items = append(r.items, it)
}

// update keeps an item that differs from what is stored of it, or that is back.
// A piece that was dated anew keeps the date it was first published at: its
// release counts from there. It is false when there is nothing to keep.
func (r *round) update(it, old domain.Item) bool {
	it.ItemHistory = old.ItemHistory
	changed := !alike(it, old)
	returned := !old.Withdrawn.IsZero()
	if !changed && !returned {
		return false
	}
	if changed {
		it.Changed, it.Settles = r.now, r.settles(old)
		r.happened(&it, domain.EventChanged)
	}
	if it.Published.After(old.Published) {
		r.happened(&it, domain.EventRepublished)
	}
	if returned {
		it.Withdrawn = time.Time{}
		r.happened(&it, domain.EventReturned)
	}
	if old.Exclusive && !it.Exclusive {
		r.happened(&it, domain.EventNowFree)
		if it.Opened.IsZero() {
			it.Opened = r.now
		}
	}
	r.items = append(r.items, it)
	return true
}

// settles is when an item has stood unchanged for long enough that changes now. An
// endless series of edits does not keep it back for ever.
func (r *round) settles(old domain.Item) time.Time {
	settled, latest := r.now.Add(r.cfg.Settle), old.FirstSeen.Add(unsettled*r.cfg.Settle)
	if latest.Before(settled) {
		return latest
	}
	return settled
}

// revised tells whether the source says that it has updated a piece since. That
// is nothing that readers see, but a reason to look at the piece's page.
func revised(it, old domain.Item) bool { return it.Updated.After(old.Updated) }

// published is the date of a piece. What is no date a film critic can mean
// counts as none; then the piece is as old as it is known.
func (r *round) published(at time.Time, old domain.Item) time.Time {
	at = at.UTC().Truncate(time.Microsecond)
	switch {
	case at.Year() >= 1900 && at.Before(r.now.Add(maxAhead)):
		return at
	case !old.Published.IsZero():
		return old.Published
	}
	return r.now
}

// alike tells whether readers see the same in both. That a source says it has
// updated a piece is nothing that they see.
func alike(a, b domain.Item) bool {
	left, errLeft := face(a)
	right, errRight := face(b)
	return errLeft == nil && errRight == nil && bytes.Equal(left, right)
}

// face is all of an item that a reader sees, in a form that does not care for
// what stores do to values: nil and empty lists, zones, less than microseconds.
func face(it domain.Item) ([]byte, error) {
	return json.Marshal(struct {
		Kind                                 domain.ItemKind
		Series, Title, URL, Author, Language string
		Tags                                 []string `json:",omitempty"`
		Teaser, Body                         string
		Image                                *domain.Image
		Film                                 *domain.Film
		Picks                                []domain.Pick `json:",omitempty"`
		Release                              domain.Ladder `json:",omitempty"`
		Exclusive                            bool
		Published                            time.Time
	}{
		it.Kind, it.Series, it.Title, it.URL, it.Author, it.Language,
		it.Tags, it.Teaser, it.Body, it.Image, it.Film, it.Picks, it.Release,
		it.Exclusive, it.Published.UTC().Truncate(time.Microsecond),
	})
}

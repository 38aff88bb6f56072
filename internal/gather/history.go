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

// add keeps an item that was never seen before.
func (r *round) add(it domain.Item) {
	it.ItemHistory = domain.ItemHistory{
		FirstPublished: it.Published, FirstSeen: r.now, Changed: r.now,
		Backlog: r.first || r.now.Sub(it.Published) > lateAfter,
	}
	r.items = append(r.items, it)
	r.report.New++
}

// update keeps an item that differs from what is stored of it, or that is back.
// A piece that was dated anew keeps the date it was first published at: its
// release counts from there.
func (r *round) update(it, old domain.Item) {
	it.ItemHistory = old.ItemHistory
	changed := !alike(it, old)
	returned := !old.Withdrawn.IsZero()
	if !changed && !returned {
		return
	}
	if changed {
		it.Changed = r.now
		r.report.Changed++
	}
	if returned {
		it.Withdrawn = time.Time{}
		r.report.Returned++
	}
	if old.Exclusive && !it.Exclusive {
		r.report.Opened++
		if it.Opened.IsZero() {
			it.Opened = r.now
		}
	}
	r.items = append(r.items, it)
}

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

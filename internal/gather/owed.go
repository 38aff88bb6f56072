package gather

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
)

// patience is how long a page that could not be had is left alone, after each
// failure in a row; after the last it is not asked again.
func patience() []time.Duration {
	return []time.Duration{10 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour}
}

// debts is what a Gatherer remembers of pages that are to be asked again, so that it
// need not ask the store at every read.
type debts struct {
	known time.Time // since when; zero is never
	due   time.Time // when the first of them is; zero when there are none
}

// may tells whether a page may be due. Another instance may have incurred some
// meanwhile.
func (d *debts) may(now time.Time) bool {
	return d.known.IsZero() || now.Sub(d.known) >= lookEvery/4 || !d.due.IsZero() && !now.Before(d.due)
}

// incur takes note of a debt.
func (d *debts) incur(o Owed) {
	if !o.Due.IsZero() && (d.due.IsZero() || o.Due.Before(d.due)) {
		d.due = o.Due
	}
}

// owe notes what came of asking a piece's page, after so many failures.
func (r *round) owe(guid string, tries int, err error) {
	o := Owed{GUID: guid}
	waits := patience()
	switch fe, _ := errors.AsType[*fetch.Error](err); { // nil is no answer
	case err == nil || refused(err, fe):
	case errors.Is(err, errSpent):
		o.Tries, o.Due = tries, r.now
	case tries < len(waits):
		wait := waits[tries]
		if fe != nil {
			wait = max(wait, fe.RetryAfter)
		}
		o.Tries, o.Due = tries+1, r.now.Add(wait)
	}
	r.owed = append(r.owed, o)
	r.debts.incur(o)
}

// refused tells whether asking again cannot help.
func refused(err error, fe *fetch.Error) bool {
	if errors.Is(err, domain.ErrPermanent) || errors.Is(err, domain.ErrInvalid) {
		return true
	}
	return fe != nil && slices.Contains([]int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnavailableForLegalReasons}, fe.Status)
}

// askAgain asks for the details of pieces whose pages could not be had before. What
// the source told of them is stored, and does not wait.
func (r *round) askAgain(ctx context.Context) error {
	d := newDetails(r.Gatherer)
	if d.ask == nil || r.first || !r.debts.may(r.now) {
		return nil
	}
	owed, err := r.cfg.Store.DetailsOwed(ctx, r.cfg.Name, maxDetails)
	if err != nil {
		return err
	}
	r.debts = debts{known: r.now}
	for _, o := range r.owed {
		r.debts.incur(o)
	}
	due := slices.DeleteFunc(owed, func(o Owed) bool {
		r.debts.incur(o)
		return o.Due.After(r.now) || slices.ContainsFunc(r.owed, func(asked Owed) bool { return asked.GUID == o.GUID })
	})
	return r.askDue(ctx, d, due)
}

func (r *round) askDue(ctx context.Context, d *details, due []Owed) error {
	if len(due) == 0 {
		return nil
	}
	guids := make([]string, len(due))
	for i, o := range due {
		guids[i] = o.GUID
	}
	stored, err := r.cfg.Store.ItemsByGUID(ctx, r.cfg.Name, guids)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, detailTime)
	defer cancel()
	for _, o := range due {
		k, known := stored[o.GUID]
		was, ours := k.by(r.cfg.Name)
		if !known || !ours || was.GUID != o.GUID || !was.Withdrawn.IsZero() {
			r.owe(o.GUID, 0, nil)
			continue
		}
		full, err := d.find(ctx, told(was))
		r.owe(o.GUID, o.Tries, err)
		if err == nil {
			r.learn(full, was, k)
		}
	}
	return nil
}

// told is a piece as its source told it, made of what is stored of that.
func told(was domain.Item) source.Raw {
	if was.Film != nil {
		film := *was.Film // details are written into it
		was.Film = &film
	}
	return source.Raw{
		GUID: was.GUID, URL: was.URL, Title: was.Title, Author: was.Author, Summary: was.Teaser, Content: was.Body,
		Categories: was.Tags, Image: was.Image, Film: was.Film, Picks: was.Picks, Kind: was.Kind, Series: was.Series,
		Release: was.Release, Language: was.Language, Published: was.Published, Updated: was.Updated,
	}
}

// learn completes a piece with its details. Of an exclusive one they are facts
// alone: whether it was opened is not for one look to say.
func (r *round) learn(full source.Raw, was domain.Item, k Known) {
	it, ok := r.build(full, was)
	if !ok {
		return
	}
	if was.Exclusive {
		facts := it
		it = was
		it.Film, it.Image = facts.Film, facts.Image
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.item.GUID == it.GUID {
			p.item = it
			return
		}
	}
	r.pieces = append(r.pieces, piece{item: it, known: true, stored: k})
}

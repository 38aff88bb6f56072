package gather

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/likeness"
	"marquee/internal/sanitize"
	"marquee/internal/source"
)

const (
	lookEvery = 24 * time.Hour       // at one page
	lookBack  = 180 * 24 * time.Hour // how old a piece may be for its page to be looked at
	maxLooks  = 3                    // at pages of pieces that are shown only in part, at one read; as many again of missing ones

	// goneAfter is how many days in a row a page must not be there. Where the feed
	// lacks the piece as well, once will do.
	goneAfter = 2
)

// look asks the pages of some pieces what became of them: a feed is a window, and
// tells neither that an old piece was opened nor that one was taken back.
func (r *round) look(ctx context.Context, res source.Result) error {
	if r.cfg.Pages == nil || r.first || res.Unchanged && r.resting() {
		return nil
	}
	r.idle = r.now
	since := r.now.Add(-lookEvery)
	// As long as the feed holds a piece and is unchanged, so is the piece.
	closed, err := r.cfg.Store.ItemsToCheck(ctx, r.cfg.Name, res.Unchanged && !res.News, r.now.Add(-lookBack), since, maxLooks)
	if err != nil {
		return err
	}
	for i := range closed {
		r.lookAt(ctx, &closed[i], goneAfter)
	}
	oldest, whole := r.window(res)
	if !whole {
		return nil
	}
	missing, err := r.cfg.Store.ItemsMissing(ctx, r.cfg.Name, oldest, since, r.names(), maxLooks)
	if err != nil {
		return err
	}
	for i := range missing {
		r.lookAt(ctx, &missing[i], 1)
	}
	return nil
}

// resting tells whether pages were looked at a while ago: that a feed is unchanged
// for the hundredth time is no reason to ask the store again.
func (r *round) resting() bool {
	if r.idle.IsZero() {
		r.idle = r.now
	}
	return r.now.Sub(r.idle) < lookEvery/4
}

// window is the date of the oldest piece that the read gave. What is younger and
// not in it has left it in an odd way; false when nothing can be said.
func (r *round) window(res source.Result) (oldest time.Time, ok bool) {
	if res.Unchanged || res.Complete || res.News || len(r.pieces) == 0 || r.guids[""] {
		return oldest, false
	}
	return r.oldest(), true
}

// oldest is the date of the oldest piece that the read gave; zero when it gave none.
func (r *round) oldest() time.Time {
	var oldest time.Time
	for i := range r.pieces {
		if at := r.pieces[i].item.Published; oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest
}

func (r *round) names() []string {
	all := make([]string, 0, len(r.guids))
	for guid := range r.guids {
		all = append(all, guid)
	}
	return all
}

// lookAt looks at one piece's page. What cannot be had says nothing of the piece.
func (r *round) lookAt(ctx context.Context, k *Known, absences int) {
	is, ours := k.by(r.cfg.Name)
	if !ours || likeness.Address(is.URL) == "" || r.guids[is.GUID] && absences == 1 {
		return
	}
	res, err := r.cfg.Pages.Get(ctx, fetch.Request{URL: is.URL, Accept: "text/html, */*;q=0.1"})
	check := Check{Item: k.ID, Kept: k.Kept}
	switch fe, _ := errors.AsType[*fetch.Error](err); { // nil is no answer
	case fe != nil && (fe.Status == http.StatusNotFound || fe.Status == http.StatusGone):
		if check.Absent = k.Absent + 1; check.Absent >= absences && !r.guids[is.GUID] {
			r.gone = append(r.gone, *k)
		}
	case err != nil:
		r.cfg.Log.DebugContext(ctx, "page not looked at", "source", r.cfg.Name, "item", k.ID, "err", err)
	case is.Exclusive:
		check.Kept = r.kept(res, &is) || k.Kept
		if k.Kept && r.free(res, &is) {
			is.Exclusive, check.Kept = false, false
			r.pieces = append(r.pieces, piece{item: is, known: true, stored: *k})
		}
	}
	r.checks = append(r.checks, check)
}

// kept tells whether a piece's page sends readers to where patrons find the rest.
func (r *round) kept(res *fetch.Response, it *domain.Item) bool {
	text := sanitize.Text(string(res.Body))
	return shows(text, it) && r.clean().Closed(text)
}

// free tells whether a piece's page does so no more. It counts only for pages
// that did before: others may say it in a way that we do not see.
func (r *round) free(res *fetch.Response, it *domain.Item) bool {
	text := sanitize.Text(string(res.Body))
	return shows(text, it) && !r.clean().Closed(text)
}

// shows tells whether a page is the piece's, and not the login in front of it or
// words about maintenance.
func shows(text string, it *domain.Item) bool {
	title := likeness.Title(it.Title)
	return title != "" && strings.Contains(" "+likeness.Title(text)+" ", " "+title+" ")
}

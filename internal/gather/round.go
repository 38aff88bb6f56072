package gather

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// maxBody bounds a piece's HTML, in bytes: more is no review.
const maxBody = 2 << 20

// round is the work on what one read gave.
type round struct {
	*Gatherer
	now    time.Time
	first  bool // the source was never read before
	items  []domain.Item
	report Report
}

// sort finds out which pieces are new, have changed or are gone.
func (r *round) sort(ctx context.Context, res source.Result) error {
	kept := map[string]bool{} // guids that are not gone; "" is any of them
	for _, p := range res.Problems {
		r.report.problem(p.Where, p.Err)
		kept[p.GUID] = true
	}
	pieces := r.usable(res.Items, kept)
	if err := r.match(ctx, pieces); err != nil {
		return err
	}
	if !res.Complete || kept[""] {
		return nil
	}
	return r.withdraw(ctx, kept)
}

// usable are the pieces that can become items. kept holds the guids that are
// spoken for, and grows by those of all pieces.
func (r *round) usable(all []source.Raw, kept map[string]bool) []source.Raw {
	var good []source.Raw
	for i := range all {
		raw := &all[i]
		where := fmt.Sprintf("item %d (%q)", i+1, shortened(raw.Title))
		switch err := refuse(raw); {
		case raw.GUID != "" && kept[raw.GUID]:
			r.report.problem(where, fmt.Errorf("another piece of this read has its guid, %q", shortened(raw.GUID)))
		case err != nil:
			r.report.problem(where, err)
		default:
			good = append(good, *raw)
		}
		kept[raw.GUID] = true
	}
	return good
}

// refuse says why a piece cannot become an item.
func refuse(raw *source.Raw) error {
	switch {
	case raw.GUID == "":
		return errors.New("it has no guid")
	case len(raw.Content) > maxBody || len(raw.Summary) > maxBody:
		return fmt.Errorf("it is longer than %d MB", maxBody>>20)
	case protected(raw):
		return errors.New("it is protected by a password: readers get it once that is taken off")
	}
	return nil
}

// protected tells what WordPress puts in the place of a post with a password.
func protected(raw *source.Raw) bool {
	const placeholder = "There is no excerpt because this is a protected post"
	return strings.HasPrefix(raw.Title, "Protected:") &&
		(strings.Contains(raw.Summary, placeholder) || strings.Contains(raw.Content, placeholder))
}

// match compares the pieces with what is stored, and keeps what is to be stored.
func (r *round) match(ctx context.Context, pieces []source.Raw) error {
	guids := make([]string, len(pieces))
	for i, raw := range pieces {
		guids[i] = raw.GUID
	}
	stored, err := r.cfg.Store.ItemsByGUID(ctx, r.cfg.Name, guids)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, detailTime)
	defer cancel()
	d := newDetails(r.Gatherer)
	for _, raw := range pieces {
		old, known := stored[raw.GUID]
		it, ok := r.item(ctx, raw, old, d)
		if !ok {
			continue
		}
		if known {
			r.update(it, old)
		} else {
			r.add(it)
		}
	}
	return nil
}

// item makes the item of a piece, with its details when it is new or differs
// from old; the zero old is none. It is false for pieces that a rule leaves out.
func (r *round) item(ctx context.Context, raw source.Raw, old domain.Item, d *details) (domain.Item, bool) {
	it, ok := r.build(d.known(raw, old), old)
	if !ok || !d.wanted(ctx) || old.ID != "" && alike(it, old) {
		return it, ok
	}
	return r.build(d.find(ctx, raw, old), old)
}

// withdraw takes back the items of a complete source that it holds no more.
func (r *round) withdraw(ctx context.Context, kept map[string]bool) error {
	standing, err := r.cfg.Store.SourceGUIDs(ctx, r.cfg.Name)
	if err != nil {
		return err
	}
	var gone []string
	for _, guid := range standing {
		if !kept[guid] {
			gone = append(gone, guid)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	stored, err := r.cfg.Store.ItemsByGUID(ctx, r.cfg.Name, gone)
	if err != nil {
		return err
	}
	for _, guid := range gone {
		if it, ok := stored[guid]; ok {
			it.Withdrawn = r.now
			r.items = append(r.items, it)
			r.report.Withdrawn++
		}
	}
	return nil
}

// shortened is a stranger's text for a message.
func shortened(s string) string {
	const most = 80
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

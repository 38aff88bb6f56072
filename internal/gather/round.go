package gather

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/likeness"
	"marquee/internal/picks"
	"marquee/internal/prose"
	"marquee/internal/source"
)

// maxBody bounds a piece's HTML, in bytes: more is no review.
const maxBody = 2 << 20

// round is the work on what one read gave.
type round struct {
	*Gatherer
	now      time.Time
	first    bool                  // the source was never read before
	clean    func() *prose.Cleaner // made when it is needed: most reads find nothing
	lists    func() *picks.Reader  // made for the first post of picks
	guids    map[string]bool       // of this read's pieces, good and bad
	pieces   []piece
	gone     []Known // that a complete source holds no more
	checks   []Check
	owed     []Owed
	problems []string

	placed
}

// piece is one piece of a read and what is stored of it.
type piece struct {
	item   domain.Item // as the source tells it
	known  bool
	stored Known
	keys   []likeness.Key
	looked bool // its page may have been asked
	echo   bool // the source has told another piece of the same title
}

// sort finds out which pieces are new, have changed or are gone.
func (r *round) sort(ctx context.Context, res source.Result) error {
	r.guids = map[string]bool{} // "" is any of them
	for _, p := range res.Problems {
		r.problem(p.Where, p.Err)
		r.guids[p.GUID] = true
	}
	if err := r.match(ctx, r.usable(res.Items, r.guids)); err != nil {
		return err
	}
	if res.Complete && !r.guids[""] {
		return r.miss(ctx)
	}
	return nil
}

func (r *round) problem(where string, err error) {
	r.problems = append(r.problems, fmt.Sprintf("%s: %v", where, err))
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
			r.problem(where, fmt.Errorf("another piece of this read has its guid, %q", shortened(raw.GUID)))
		case err != nil:
			r.problem(where, err)
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

// match finds what is stored of the pieces.
func (r *round) match(ctx context.Context, pieces []source.Raw) error {
	guids := make([]string, len(pieces))
	for i, raw := range pieces {
		guids[i] = raw.GUID
	}
	stored, err := r.stored(ctx, guids)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, detailTime)
	defer cancel()
	d := newDetails(r.Gatherer)
	for _, raw := range pieces {
		k, known := stored[raw.GUID]
		old, _ := k.by(r.cfg.Name)
		if it, ok := r.item(ctx, raw, old, d); ok {
			r.pieces = append(r.pieces, piece{item: it, known: known, stored: k, looked: d.ask != nil})
		}
	}
	return nil
}

// stored is what the store holds of the source's pieces: nothing before the first
// read is saved, which saves both.
func (r *round) stored(ctx context.Context, guids []string) (map[string]Known, error) {
	if r.first {
		return nil, nil
	}
	return r.cfg.Store.ItemsByGUID(ctx, r.cfg.Name, guids)
}

// item makes the item of a piece, with its details when it is new, differs from
// old or was revised; the zero old is none. It is false for pieces that a rule
// leaves out.
func (r *round) item(ctx context.Context, raw source.Raw, old domain.Item, d *details) (domain.Item, bool) {
	it, ok := r.build(d.known(raw, old), old)
	if !ok || d.ask == nil || old.ID != "" && alike(it, old) && !revised(it, old) {
		return it, ok
	}
	full, err := d.find(ctx, raw)
	r.owe(raw.GUID, 0, err)
	if err == nil {
		return r.build(full, old)
	}
	it.Exclusive = it.Exclusive || old.Exclusive // the page may have said so, and nobody knows that it was opened
	return it, true
}

// miss finds the items of a complete source that it holds no more.
func (r *round) miss(ctx context.Context) error {
	standing, err := r.cfg.Store.SourceGUIDs(ctx, r.cfg.Name)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(standing, func(guid string) bool { return r.guids[guid] })
	if len(gone) == 0 {
		return nil
	}
	stored, err := r.cfg.Store.ItemsByGUID(ctx, r.cfg.Name, gone)
	if err != nil {
		return err
	}
	for _, guid := range gone {
		if k, ok := stored[guid]; ok {
			r.gone = append(r.gone, k)
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

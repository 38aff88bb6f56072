package gather

import (
	"cmp"
	"context"
	"errors"
	"time"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
	"marquee/internal/source"
)

// One read learns the details of so many pieces at most, in so much time; the
// others are stored as their source gave them. Each costs a stranger a request.
const (
	maxDetails = 50
	detailTime = 5 * time.Minute
)

// errSpent says that one read has asked for enough details.
var errSpent = errors.New("a later read asks")

// details asks the reader for more about single pieces, if it can tell more.
type details struct {
	*Gatherer
	ask  source.Detailer // nil when the reader knows no more
	left int
}

func newDetails(g *Gatherer) *details {
	ask, _ := g.cfg.Reader.(source.Detailer) // nil is an answer
	return &details{Gatherer: g, ask: ask, left: maxDetails}
}

// spent tells whether no more requests may be made.
func (d *details) spent(ctx context.Context) bool { return d.left <= 0 || ctx.Err() != nil }

// known is raw with the details that were found when old was stored: without
// them every piece would seem to have changed at every read.
func (d *details) known(raw source.Raw, old domain.Item) source.Raw {
	if d.ask == nil || old.ID == "" {
		return raw
	}
	if raw.Film != nil {
		film := *raw.Film
		raw.Film = &film
	}
	raw.Film = filmdata.Merge(raw.Film, old.Film)
	if raw.Image == nil {
		raw.Image = old.Image
	}
	raw.Title, raw.Author = cmp.Or(raw.Title, old.FullTitle()), cmp.Or(raw.Author, old.Author)
	if raw.Content == "" {
		raw.Content = old.Body
		if len(raw.Picks) == 0 {
			raw.Picks = old.Picks // the text that they were made of is gone
		}
	}
	return raw
}

// find is raw with its details or, with an error, as it was.
func (d *details) find(ctx context.Context, raw source.Raw) (source.Raw, error) {
	if d.spent(ctx) {
		return raw, errSpent
	}
	d.left--
	full := raw
	if err := d.ask.Detail(ctx, &full); err != nil {
		id := domain.NewItemID(d.cfg.Name, raw.GUID)
		d.cfg.Log.WarnContext(ctx, "details not found", "source", d.cfg.Name, "item", id, "err", err)
		return raw, err
	}
	return full, nil
}

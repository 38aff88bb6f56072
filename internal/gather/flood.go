package gather

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// overdue is how long before the last read a piece must have been published for
// it to be strange that the source did not have it then. Sites' caches are slow.
const overdue = 24 * time.Hour

// brake holds pieces that come back as new when they are too many at once: a site
// that changes the ids of all its pieces has nothing new to tell. They are shown
// in feeds and mailed to nobody.
func (r *round) brake(ctx context.Context) error {
	if r.first || r.cfg.Flood <= 0 || len(r.added) <= r.cfg.Flood {
		return nil
	}
	last, err := r.cfg.Store.LastSuccess(ctx, r.cfg.Name)
	if err != nil {
		return err
	}
	var old []int
	for _, a := range r.added {
		it := &r.items[a.at]
		if a.echo || !it.Backlog && it.Published.Before(last.Add(-overdue)) {
			old = append(old, a.at)
		}
	}
	if len(old) <= r.cfg.Flood {
		return nil
	}
	for _, i := range old {
		r.items[i].Backlog = true
		r.happened(&r.items[i], domain.EventHeld)
	}
	r.held = fmt.Sprintf("%d old pieces came back as new and are held out of editions: marquee gather --accept %s lets them be news",
		len(old), r.cfg.Name)
	return nil
}

package gather

import (
	"time"

	"marquee/internal/domain"
	"marquee/internal/picks"
	"marquee/internal/prose"
	"marquee/internal/source"
)

// listed makes the films of a picks item out of its prose, where its source does
// not list them; the body is then what belongs to none of them. A post out of which
// they cannot be made stays whole.
func (r *round) listed(it *domain.Item, raw *source.Raw, text prose.Prose) {
	if it.Kind != domain.Picks || len(it.Picks) > 0 || it.Body == "" {
		return
	}
	found, ok := r.lists().Read(picks.Post{
		HTML: it.Body, Day: domain.DateOf(it.Published.In(r.zone())), Own: []string{r.cfg.Publication.URL, it.URL},
	})
	if !ok {
		return
	}
	it.Picks = r.picks(found.Picks, raw.URL)
	it.Body = r.clean().HTML(found.Note, raw.URL)
	if text.Made {
		it.Teaser = r.clean().Excerpt(it.Body)
	}
}

// zone is where the critic's days begin.
func (r *round) zone() *time.Location {
	if z := r.cfg.Publication.Zone; z != nil {
		return z
	}
	return time.UTC
}

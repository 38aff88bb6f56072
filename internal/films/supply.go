package films

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
)

// Supply adds to items what is known of their films. What their sources say
// stays, and nothing is added that is older than it may be.
func (l *Library) Supply(ctx context.Context, items []*domain.Item) error {
	var keys []string
	for _, it := range items {
		for _, s := range subjects(it) {
			if key := s.Key(); key != "" {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	records, err := l.cfg.Store.Films(ctx, keys)
	if err != nil {
		return fmt.Errorf("supply films: %w", err)
	}
	for _, it := range items {
		l.supply(it, records)
	}
	return nil
}

func (l *Library) supply(it *domain.Item, records map[string]Record) {
	if it.Film != nil {
		if r, ok := records[ofFilm(it.Film).Key()]; ok {
			it.Film = l.film(it.Film, r)
		}
	}
	it.Picks = slices.Clone(it.Picks)
	for i := range it.Picks {
		if r, ok := records[ofPick(&it.Picks[i]).Key()]; ok {
			it.Picks[i] = l.pick(it.Picks[i], r)
		}
	}
}

// film is a film with what a record adds.
func (l *Library) film(f *domain.Film, r Record) *domain.Film {
	if r.age(l.cfg.Now()) >= factsLife {
		return f
	}
	full := filmdata.Merge(filmdata.Merge(nil, f), &r.Facts)
	full.Supplied = !reflect.DeepEqual(filmdata.Merge(nil, f), full)
	full.Watch = l.where(r)
	full.Supplied = full.Supplied || len(full.Watch) > 0
	return full
}

// pick is a pick with what a record adds.
func (l *Library) pick(p domain.Pick, r Record) domain.Pick {
	said := domain.Film{Title: p.Title, Year: p.Year, Directors: p.Directors, TMDB: p.TMDB, IMDB: p.IMDB}
	brief := r
	brief.Facts = domain.Film{Year: r.Facts.Year, Directors: r.Facts.Directors, TMDB: r.Facts.TMDB, IMDB: r.Facts.IMDB}
	f := l.film(&said, brief)
	p.Year, p.Directors, p.TMDB, p.IMDB, p.Supplement = f.Year, f.Directors, f.TMDB, f.IMDB, f.Supplement
	return p
}

// where is where a film can be watched, while that is fresh.
func (l *Library) where(r Record) []domain.Watch {
	if r.age(l.cfg.Now()) >= showFor {
		return nil
	}
	all := make([]domain.Watch, len(r.Watch))
	for i, w := range r.Watch {
		w.Checked = domain.DateOf(r.Checked.In(l.cfg.Zone))
		all[i] = w
	}
	return all
}

// age is how long ago a record's facts came: for ever, when they did not.
func (r Record) age(now time.Time) time.Duration {
	if r.Checked.IsZero() {
		return factsLife
	}
	return now.Sub(r.Checked)
}

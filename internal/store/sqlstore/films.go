package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/likeness"
)

const filmColumns = "subject, title, tmdb, decided, reason, asked, checked, facts, watch"

// optional stores a document, or an empty text for none.
type optional[T any] struct {
	v     *T
	there bool
}

// Scan reads the document, if there is one.
func (o *optional[T]) Scan(src any) error {
	if src == "" {
		return nil
	}
	return asJSON{o.v}.Scan(src)
}

func (o *optional[T]) text() (string, error) {
	if !o.there {
		return "", nil
	}
	text, err := json.Marshal(o.v)
	return string(text), err
}

// mostReviews is how many pieces of some titles are looked at.
const mostReviews = 500

// Reviews are the reviews and essays that stand under one of some titles, with or
// without a series before it, the newest first.
func (s *Store) Reviews(ctx context.Context, titles []string) ([]domain.Item, error) {
	keys := make([]likeness.Key, len(titles))
	for i, t := range titles {
		keys[i] = likeness.TitleKey(t)
	}
	found, err := all(ctx, s.reads, readItem, "select "+itemColumns+` from items where withdrawn = 0 and kind in ($1, $2)
		and id in (select item from item_keys where key in (select cast(value as bigint)`+s.from("$3")+")) order by published desc, id limit $4",
		domain.Review, domain.Essay, asJSON{keys}, mostReviews)
	if err != nil {
		return nil, fmt.Errorf("read reviews by their titles: %w", err)
	}
	return found, nil
}

// Films are the records of some subjects, by subject; nil asks for all.
func (s *Store) Films(ctx context.Context, subjects []string) (map[string]films.Record, error) {
	text := "select " + filmColumns + " from films"
	var args arguments
	if subjects != nil {
		text += " where subject in (select value ->> 0" + s.from(args.add(column(foreigners(subjects)))) + ")"
	}
	records, err := all(ctx, s.reads, readFilm, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read films: %w", err)
	}
	bySubject := make(map[string]films.Record, len(records))
	for _, r := range records {
		bySubject[r.Subject] = r
	}
	return bySubject, nil
}

func foreigners(texts []string) []foreign {
	all := make([]foreign, len(texts))
	for i, t := range texts {
		all[i] = foreign(t)
	}
	return all
}

func readFilm(r row) (films.Record, error) {
	var f films.Record
	err := r.Scan(&f.Subject, &f.Title, &f.TMDB, &f.Decided, &f.Reason, (*instant)(&f.Asked), (*instant)(&f.Checked),
		&optional[domain.Film]{v: &f.Facts}, &optional[[]domain.Watch]{v: &f.Watch})
	return f, err
}

// SaveFilm adds or replaces a record, unless the operator has decided otherwise
// meanwhile. The items' version grows when that changes what people are shown.
func (s *Store) SaveFilm(ctx context.Context, r films.Record) error {
	facts, err := (&optional[domain.Film]{&r.Facts, !r.Checked.IsZero()}).text()
	if err != nil {
		return fmt.Errorf("save film: %w", err)
	}
	watch, err := (&optional[[]domain.Watch]{&r.Watch, len(r.Watch) > 0}).text()
	if err != nil {
		return fmt.Errorf("save film: %w", err)
	}
	err = s.inTx(ctx, func(tx Tx) error {
		same, err := one(ctx, tx, value[int64], "select count(*) from films where subject = $1 and facts = $2 and watch = $3", foreign(r.Subject), facts, watch)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "insert into films ("+filmColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict (subject) do update set title = excluded.title, tmdb = excluded.tmdb, reason = excluded.reason,
				asked = excluded.asked, checked = excluded.checked, facts = excluded.facts, watch = excluded.watch
			where films.decided = excluded.decided and (not films.decided or films.tmdb = excluded.tmdb)`,
			foreign(r.Subject), foreign(r.Title), r.TMDB, r.Decided, foreign(r.Reason), instant(r.Asked), instant(r.Checked), facts, watch)
		if err != nil || n == 0 || same > 0 {
			return err
		}
		return itemsChanged(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("save film: %w", err)
	}
	return nil
}

// DecideFilm notes which film a subject is by the operator's word.
func (s *Store) DecideFilm(ctx context.Context, subject, title, id string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "insert into films ("+filmColumns+`) values ($1, $2, $3, $4, '', 0, 0, '', '')
			on conflict (subject) do update set tmdb = excluded.tmdb, decided = excluded.decided, reason = '', asked = 0, checked = 0, facts = '', watch = ''`,
			foreign(subject), foreign(title), id, true); err != nil {
			return err
		}
		return itemsChanged(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("decide on film %s: %w", subject, err)
	}
	return nil
}

// ExpireFilms forgets facts that came before one instant, and where to watch a
// film as of before another. Decisions stay.
func (s *Store) ExpireFilms(ctx context.Context, facts, watch time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		gone, err := exec(ctx, tx, "update films set checked = 0, facts = '', watch = '' where checked > 0 and checked < $1", instant(facts))
		if err != nil {
			return err
		}
		stale, err := exec(ctx, tx, "update films set watch = '' where watch <> '' and checked < $1", instant(watch))
		if err != nil || gone+stale == 0 {
			return err
		}
		return itemsChanged(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("forget old films: %w", err)
	}
	return nil
}

// FilmHealth is how asking the film database goes.
func (s *Store) FilmHealth(ctx context.Context) (films.Health, error) {
	h, err := one(ctx, s.reads, func(r row) (h films.Health, err error) {
		err = r.Scan((*instant)(&h.Succeeded), (*instant)(&h.Failed), &h.Error, (*instant)(&h.NotBefore))
		return h, err
	}, "select succeeded, failed, error, not_before from film_health where id = 1")
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return h, fmt.Errorf("read how asking for films goes: %w", err)
	}
	return h, nil
}

// SetFilmHealth writes down how the last round of questions went.
func (s *Store) SetFilmHealth(ctx context.Context, h films.Health) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into film_health (id, succeeded, failed, error, not_before) values (1, $1, $2, $3, $4)
			on conflict (id) do update set succeeded = case excluded.succeeded when 0 then film_health.succeeded else excluded.succeeded end,
				failed = excluded.failed, error = excluded.error, not_before = excluded.not_before`,
			instant(h.Succeeded), instant(h.Failed), foreign(h.Error), instant(h.NotBefore))
		return err
	})
	if err != nil {
		return fmt.Errorf("note how asking for films goes: %w", err)
	}
	return nil
}

package films

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
	"marquee/internal/tmdb"
)

// Report is what a refresh did.
type Report struct {
	Asked int // films
	Known int // of them, that the database knows
	Left  int // films for which there is no answer yet
}

// maxFailures in a row end a refresh: the database is not there.
const maxFailures = 3

// Refresh asks for what is older than maxAge of the films of the newest items,
// for what was not asked yet, and forgets what may not be kept. What it could not
// ask is due for the next; its error says why that was so.
func (l *Library) Refresh(ctx context.Context, maxAge time.Duration) (Report, error) {
	r, err := l.refresh(ctx, maxAge)
	if err != nil {
		return r, fmt.Errorf("refresh films: %w", err)
	}
	return r, nil
}

func (l *Library) refresh(ctx context.Context, maxAge time.Duration) (Report, error) {
	now := l.cfg.Now()
	if err := l.cfg.Store.ExpireFilms(ctx, now.Add(-factsLife), now.Add(-showFor)); err != nil {
		return Report{}, err
	}
	health, err := l.cfg.Store.FilmHealth(ctx)
	if err != nil {
		return Report{}, err
	}
	due, err := l.due(ctx, maxAge)
	if err != nil || len(due) == 0 {
		return Report{}, err
	}
	if now.Before(health.NotBefore) {
		return Report{Left: len(due)}, nil
	}
	return l.askAll(ctx, due)
}

// question is a film to be asked for.
type question struct {
	subject Subject
	record  Record
}

// due are the films to be asked for, those that were asked last at the end.
func (l *Library) due(ctx context.Context, maxAge time.Duration) ([]question, error) {
	items, err := l.cfg.Store.Items(ctx, domain.ItemQuery{Limit: reach})
	if err != nil {
		return nil, err
	}
	records, err := l.cfg.Store.Films(ctx, nil)
	if err != nil {
		return nil, err
	}
	now := l.cfg.Now()
	var due []question
	for i := range items {
		for _, s := range subjects(&items[i]) {
			key := s.Key()
			r := records[key]
			if key != "" && r.due(now, maxAge) {
				due = append(due, question{s, r.as(s)})
			}
			r.Asked, r.Checked = now, now // once
			records[key] = r
		}
	}
	for _, r := range records {
		if r.TMDB != "" && now.Sub(r.Checked) >= factsRest && now.Sub(r.Asked) >= errRest {
			due = append(due, question{Subject{TMDB: r.TMDB}, r})
		}
	}
	slices.SortStableFunc(due, func(a, b question) int { return a.record.Asked.Compare(b.record.Asked) })
	return due, nil
}

// as is the record of a subject, which may be its first.
func (r Record) as(s Subject) Record {
	r.Subject, r.Title = s.Key(), s.String()
	return r
}

// due reports whether it is time to ask.
func (r Record) due(now time.Time, maxAge time.Duration) bool {
	asked := now.Sub(r.Asked)
	switch {
	case r.Decided && r.TMDB == "":
		return false
	case r.Asked.IsZero():
		return true
	case r.TMDB != "":
		return now.Sub(r.Checked) >= maxAge && asked >= min(errRest, maxAge)
	case r.Reason != "":
		return asked >= noneRest
	}
	return asked >= errRest
}

// askAll asks one film after the other until all are asked or it makes no sense
// to go on, and writes down how that went.
func (l *Library) askAll(ctx context.Context, due []question) (Report, error) {
	var report Report
	var last error
	failures := 0
	for _, q := range due {
		r, err := l.look(ctx, q)
		if err := l.cfg.Store.SaveFilm(context.WithoutCancel(ctx), r); err != nil {
			return report, err
		}
		if err == nil {
			failures, report.Asked = 0, report.Asked+1
			if r.TMDB != "" {
				report.Known++
			}
			continue
		}
		last = err
		if failures++; failures == maxFailures || hopeless(ctx, err) {
			break
		}
	}
	report.Left = len(due) - report.Asked
	health := l.health(last)
	if err := l.cfg.Store.SetFilmHealth(context.WithoutCancel(ctx), health); err != nil {
		return report, err
	}
	return report, last
}

// hopeless reports whether the next question would fare no better.
func hopeless(ctx context.Context, err error) bool {
	known, ok := errors.AsType[*answer.Error](err)
	return ctx.Err() != nil || errors.Is(err, domain.ErrNotEntitled) || ok && known.RetryAfter > 0
}

// health is how things stand after a round of questions.
func (l *Library) health(err error) Health {
	now := l.cfg.Now()
	if err == nil {
		return Health{Succeeded: now}
	}
	h := Health{Failed: now, Error: err.Error()}
	if known, ok := errors.AsType[*answer.Error](err); ok && known.RetryAfter > 0 {
		h.NotBefore = now.Add(known.RetryAfter)
	}
	return h
}

// look asks for one film. Its record stays as it is with an error, but for when
// that was.
func (l *Library) look(ctx context.Context, q question) (Record, error) {
	r := q.record
	r.Asked = l.cfg.Now()
	id, reason := r.TMDB, r.Reason
	if id == "" {
		var err error
		if id, reason, err = l.match(ctx, q.subject); err != nil {
			return r, err
		}
	}
	if id == "" {
		r.Reason, r.Checked, r.Facts, r.Watch = reason, time.Time{}, domain.Film{}, nil
		return r, nil
	}
	film, err := l.cfg.Database.Film(ctx, id, l.cfg.Regions)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		r.TMDB, r.Reason, r.Checked, r.Facts, r.Watch = "", "TMDB knows no film "+id, time.Time{}, domain.Film{}, nil
		return r, nil
	case err != nil:
		return r, err
	}
	r.TMDB, r.Reason, r.Checked = id, "", r.Asked
	r.Facts, r.Watch = l.facts(film), l.watch(film)
	return r, nil
}

// facts are a film's as they are in the most important region that has them.
func (l *Library) facts(film tmdb.Film) domain.Film {
	facts := film.Facts
	facts.Title = ""
	for _, code := range l.cfg.Regions {
		in := film.Regions[code]
		facts.ContentRating = cmp.Or(facts.ContentRating, in.ContentRating)
		facts.Released = cmp.Or(facts.Released, in.Released)
	}
	return facts
}

// watch is where a film can be seen, by region.
func (l *Library) watch(film tmdb.Film) []domain.Watch {
	var all []domain.Watch
	for _, code := range l.cfg.Regions {
		if in := film.Regions[code]; len(in.Services) > 0 {
			all = append(all, domain.Watch{Region: code, Link: in.Link, Services: in.Services})
		}
	}
	return all
}

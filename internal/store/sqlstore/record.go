package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/domain"
)

// PatronRecord is everything that is held about a patron, with what became of
// the newest editions, at most so many (0 is all), or domain.ErrNotFound.
func (s *Store) PatronRecord(ctx context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error) {
	r, err := s.record(ctx, id, editions)
	if err != nil {
		return domain.PatronRecord{}, fmt.Errorf("record of patron %d: %w", id, err)
	}
	return r, nil
}

func (s *Store) record(ctx context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error) {
	r, err := one(ctx, s.reads, readRecord, `select p.id, roster, external, email, name, called, plain, dates, standing, tier, p.since, coalesce(a.since, 0)
		from patrons p left join absences a on a.patron = p.id where p.id = $1 and roster <> ''`, id)
	if err != nil {
		return r, err
	}
	key := domain.EmailKey(r.Email)
	sup, err := one(ctx, s.reads, readSuppression, "select email_key, reason, at from suppressions where email_key = $1", key)
	if err == nil {
		r.Suppression = &sup
	} else if !errors.Is(err, domain.ErrNotFound) {
		return r, err
	}
	given, err := one(ctx, s.reads, readComplimentary, "select until from complimentary where patron = $1", id)
	if err == nil {
		r.Complimentary = &given
	} else if !errors.Is(err, domain.ErrNotFound) {
		return r, err
	}
	if r.Declines, err = all(ctx, s.reads, value[string], "select digest from declines where patron = $1 order by digest", id); err != nil {
		return r, err
	}
	if r.Bounces, err = all(ctx, s.reads, readBounce, "select "+bounceColumns+" from bounces where patron = $1 order by at desc, edition desc, class", id); err != nil {
		return r, err
	}
	if r.Notices, err = all(ctx, s.reads, readServiceNotice, `select kind, subject, body, state, created from notices
		where lower(address) = $1 order by id desc`, key); err != nil {
		return r, err
	}
	link, err := s.feedLink(ctx, id)
	if err == nil {
		r.FeedLink = &link
	} else if !errors.Is(err, domain.ErrNotFound) {
		return r, err
	}
	r.Received, err = s.receipts(ctx, id, editions)
	return r, err
}

func readRecord(row row) (domain.PatronRecord, error) {
	var r domain.PatronRecord
	err := row.Scan(&r.ID, &r.Roster, &r.External, &r.Email, &r.Name, &r.Called, &r.Plain, &r.Dates, &r.Standing, &r.Tier,
		(*instant)(&r.Since), (*instant)(&r.Missing))
	return r, err
}

func readComplimentary(row row) (domain.Complimentary, error) {
	var c domain.Complimentary
	err := row.Scan((*instant)(&c.Until))
	return c, err
}

func readServiceNotice(row row) (domain.ServiceNotice, error) {
	var n domain.ServiceNotice
	err := row.Scan(&n.Kind, &n.Subject, &n.Text, &n.State, (*instant)(&n.Created))
	return n, err
}

// receipts go through the newest editions, which are few, and not through
// deliveries, which nothing finds by their patron.
func (s *Store) receipts(ctx context.Context, id domain.PatronID, most int) ([]domain.Receipt, error) {
	args := arguments{id}
	return all(ctx, s.reads, readReceipt, `select e.id, e.slug, e.due, coalesce(d.state, -1), coalesce(d.class, ''),
		coalesce(d.reason, ''), coalesce(d.changed, 0)
		from (select id, slug, due from editions where state <> 'skipped' order by id desc`+args.limit(most)+`) e
		left join deliveries d on d.id = (e.id << 32) + cast($1 as bigint) order by e.id desc`, args...)
}

func readReceipt(row row) (domain.Receipt, error) {
	var r domain.Receipt
	var code int64
	err := row.Scan(&r.Edition, &r.Slug, (*instant)(&r.Due), &code, &r.Class, &r.Reason, (*instant)(&r.Changed))
	if err != nil || code < 0 {
		return r, err
	}
	return r, (*stateNumber)(&r.State).Scan(code)
}

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// longestLease is more than any run asks for.
const longestLease = 24 * time.Hour

// Prove looks for what should not be so. All of it is read at one instant. In a
// damaged database the rest is not looked for: it would only mislead.
func (s *Store) Prove(ctx context.Context) (found []domain.Finding, err error) {
	tx, err := s.reads.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("prove the store: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }() // nothing was written
	p := &proof{s: s, q: tx}
	if err := p.all(ctx); err != nil {
		return p.found, fmt.Errorf("prove the store: %w", err)
	}
	return p.found, nil
}

// proof is what was found so far.
type proof struct {
	s     *Store
	q     Querier
	rows  int // deliveries of all editions
	found []domain.Finding
}

func (p *proof) say(e domain.EditionID, format string, args ...any) {
	p.found = append(p.found, domain.Finding{Edition: e, Text: fmt.Sprintf(format, args...)})
}

func (p *proof) all(ctx context.Context) error {
	damage, err := p.s.engine.Check(ctx, p.q)
	if err != nil || len(damage) > 0 {
		for _, d := range damage {
			p.say(0, "the database is damaged: %s", d)
		}
		return err
	}
	editions, err := all(ctx, p.q, readProved, "select id, coalesce(corrects, 0), state, started, shards, entitled, recipients from editions order by id")
	if err != nil {
		return err
	}
	for _, e := range editions {
		if err := p.edition(ctx, e); err != nil {
			return fmt.Errorf("edition %d: %w", e.id, err)
		}
	}
	return errors.Join(p.orphans(ctx), p.items(ctx))
}

// proved is an edition to be proved.
type proved struct {
	id, corrects     domain.EditionID
	state            domain.EditionState
	started          time.Time
	shards, entitled int
	recipients       []domain.Audience
}

func readProved(r row) (proved, error) {
	var e proved
	err := r.Scan(&e.id, &e.corrects, &e.state, (*instant)(&e.started), &e.shards, &e.entitled, asJSON{&e.recipients})
	return e, err
}

func (p *proof) edition(ctx context.Context, e proved) error {
	c, err := p.census(ctx, e.id)
	if err != nil {
		return err
	}
	p.rows += c.rows
	p.balance(e, c)
	if err := p.shards(ctx, e, c); err != nil || c.rows == 0 {
		return err
	}
	return errors.Join(p.renditions(ctx, e), p.correction(ctx, e))
}

// correction makes sure that a correction is for nobody but those who have what it
// corrects: what is sent stays so.
func (p *proof) correction(ctx context.Context, e proved) error {
	if e.corrects == 0 {
		return nil
	}
	after, before := keysOf(e.id)
	strangers, err := one(ctx, p.q, value[int], `select count(*) from deliveries d where d.id > $1 and d.id < $2
		and not exists (select 1 from deliveries o where o.id = cast($3 as bigint) + (d.id & 4294967295) and o.state = 4)`,
		after, before, keyOf(e.corrects, 0))
	if err == nil && strangers > 0 {
		p.say(e.id, "%d of its deliveries are for people who do not have edition %d, which it corrects", strangers, e.corrects)
	}
	return err
}

// census counts an edition's deliveries by what may be wrong with them.
type census struct {
	rows, pending, waiting, begun       int
	illegal, unexplained, withoutPatron int
}

func (p *proof) census(ctx context.Context, id domain.EditionID) (census, error) {
	after, before := keysOf(id)
	return one(ctx, p.q, readCensus, `select count(*), count(*) filter (where state < 4), count(*) filter (where state in (0, 1)),
		count(*) filter (where state in (3, 4, 5)), count(*) filter (where state not in (0, 1, 3, 4, 5, 6)),
		count(*) filter (where state in (5, 6) and class = ''),
		count(*) filter (where not exists (select 1 from patrons p where p.id = d.id & 4294967295))
		from deliveries d where id > $1 and id < $2`, after, before)
}

func readCensus(r row) (census, error) {
	var c census
	err := r.Scan(&c.rows, &c.pending, &c.waiting, &c.begun, &c.illegal, &c.unexplained, &c.withoutPatron)
	return c, err
}

// balance compares the deliveries with what the edition says.
func (p *proof) balance(e proved, c census) {
	for _, check := range []struct {
		wrong bool
		n     int
		says  string
	}{
		{c.rows < e.entitled, e.entitled - c.rows, "%d of its deliveries are lost"},
		{c.rows > e.entitled, c.rows - e.entitled, "there are %d deliveries more than were made at its freeze"},
		{e.state == domain.EditionSkipped, c.rows, "it was skipped, but has %d deliveries"},
		{e.state == domain.EditionDone, c.pending, "it is done, but %d deliveries are pending"},
		{e.state == domain.EditionCancelled, c.waiting, "it is cancelled, but %d deliveries wait"},
		{e.started.IsZero(), c.begun, "it has not begun, but %d deliveries have"},
		{true, c.illegal, "%d deliveries are in a state that there is not"},
		{true, c.unexplained, "%d deliveries failed or were skipped for no reason"},
		{true, c.withoutPatron, "%d deliveries are for nobody"},
	} {
		if check.wrong && check.n > 0 {
			p.say(e.id, check.says, check.n)
		}
	}
}

// shards makes sure that every delivery is in one of them, and that what they
// say about their rows, which nobody looks at then, is so.
func (p *proof) shards(ctx context.Context, e proved, c census) error {
	now, err := p.s.engine.Clock(ctx, p.q)
	if err != nil {
		return err
	}
	parts, err := all(ctx, p.q, readPart, `select number, until,
		(select count(*) from deliveries d where d.id > s.low and d.id <= s.high),
		(select count(*) from deliveries d where d.id > s.low and d.id <= s.settled and d.state < 4),
		s.due is null and exists (select 1 from deliveries d where d.id > s.settled and d.id <= s.high and d.state < 4)
		from shards s where edition = $1 order by number`, e.id)
	if err != nil {
		return err
	}
	if len(parts) != e.shards {
		p.say(e.id, "it has %d shards, not %d", len(parts), e.shards)
	}
	rows := 0
	for _, s := range parts {
		rows += s.rows
		if s.unsettled > 0 || s.forgotten {
			p.say(e.id, "shard %d hides deliveries that are pending", s.number)
		}
		if s.until.After(now.Add(longestLease)) {
			p.say(e.id, "shard %d is leased until %s", s.number, s.until.Format(time.RFC3339))
		}
	}
	if rows != c.rows {
		p.say(e.id, "its shards hold %d deliveries, not %d", rows, c.rows)
	}
	return nil
}

// part is a shard to be proved.
type part struct {
	number, rows, unsettled int
	until                   time.Time
	forgotten               bool
}

func readPart(r row) (part, error) {
	var s part
	err := r.Scan(&s.number, (*instant)(&s.until), &s.rows, &s.unsettled, &s.forgotten)
	return s, err
}

// renditions makes sure that there is a letter for everybody.
func (p *proof) renditions(ctx context.Context, e proved) error {
	made, err := all(ctx, p.q, readAudience, "select standing, tier from renditions where edition = $1 and dates = ''", e.id)
	if err != nil {
		return err
	}
	there := map[domain.Audience]bool{}
	for _, a := range made {
		there[a] = true
	}
	for _, a := range e.recipients {
		if !there[a] {
			p.say(e.id, "there is no letter for %s", a.Label())
		}
	}
	return nil
}

func readAudience(r row) (domain.Audience, error) {
	var a domain.Audience
	err := r.Scan(&a.Standing, &a.Tier)
	return a, err
}

// orphans are deliveries of no edition.
func (p *proof) orphans(ctx context.Context) error {
	rows, err := one(ctx, p.q, value[int], "select count(*) from deliveries")
	if err == nil && rows != p.rows {
		p.say(0, "%d deliveries belong to no edition", rows-p.rows)
	}
	return err
}

// items are in one edition of a digest at most.
func (p *proof) items(ctx context.Context) error {
	twice, err := all(ctx, p.q, value[string], "select item from edition_items group by digest, item having count(*) > 1")
	for _, item := range twice {
		p.say(0, "item %s is in several editions of a digest", item)
	}
	return err
}

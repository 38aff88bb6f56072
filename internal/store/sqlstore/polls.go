package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/jobs"
)

// Polls is how asking every source that was ever asked stands, by name.
func (s *Store) Polls(ctx context.Context) (map[string]jobs.Poll, error) {
	now, err := s.engine.Clock(ctx, s.reads)
	if err != nil {
		return nil, fmt.Errorf("read the clock: %w", err)
	}
	polls, err := all(ctx, s.reads, readPoll, `select name, asked, hint, not_before, since, alerted, poked, failures, error,
		until > $1 and `+s.engine.Alive("instance")+` from sources`, instant(now))
	if err != nil {
		return nil, fmt.Errorf("read how sources are asked: %w", err)
	}
	byName := make(map[string]jobs.Poll, len(polls))
	for _, p := range polls {
		byName[p.Source] = p
	}
	return byName, nil
}

func readPoll(r row) (jobs.Poll, error) {
	var p jobs.Poll
	err := r.Scan(&p.Source, (*instant)(&p.Asked), (*instant)(&p.Hint), (*instant)(&p.NotBefore), (*instant)(&p.Since),
		(*instant)(&p.Alerted), (*instant)(&p.Poked), &p.Failures, &p.Error, &p.Busy)
	return p, err
}

// Hosts are the hosts that asked to be left alone beyond an instant, and until when.
func (s *Store) Hosts(ctx context.Context, now time.Time) (map[string]time.Time, error) {
	type host struct {
		name  string
		until instant
	}
	hosts, err := all(ctx, s.reads, func(r row) (h host, err error) { err = r.Scan(&h.name, &h.until); return h, err },
		"select name, not_before from hosts where not_before > $1", instant(now))
	if err != nil {
		return nil, fmt.Errorf("read which hosts rest: %w", err)
	}
	byName := make(map[string]time.Time, len(hosts))
	for _, h := range hosts {
		byName[h.name] = time.Time(h.until)
	}
	return byName, nil
}

// TakeSources claims sources for this process, until ttl from now at the longest,
// and returns those that nobody else has.
func (s *Store) TakeSources(ctx context.Context, names []string, ttl time.Duration) ([]string, error) {
	var taken []string
	err := s.inTx(ctx, func(tx Tx) error {
		now, err := s.engine.Clock(ctx, tx)
		if err != nil {
			return err
		}
		taken, err = all(ctx, tx, value[string], `insert into sources (name, instance, until)
			select value ->> 0, cast($2 as bigint), cast($3 as bigint)`+s.from("$1")+` where true order by 1
			on conflict (name) do update set instance = excluded.instance, until = excluded.until
				where not (sources.until > $4 and `+s.engine.Alive("sources.instance")+`) returning name`,
			column(names), s.engine.Instance(), instant(now.Add(ttl)), instant(now))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take sources: %w", err)
	}
	return taken, nil
}

// LeaveSources gives sources up that this process has taken.
func (s *Store) LeaveSources(ctx context.Context, names []string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, "update sources set instance = 0, until = 0 where until > 0 and instance = $2 and name in (select value ->> 0"+s.from("$1")+")",
			column(names), s.engine.Instance())
		return err
	})
	if err != nil {
		return fmt.Errorf("leave sources: %w", err)
	}
	return nil
}

// PokeSource notes that somebody says there is something new.
func (s *Store) PokeSource(ctx context.Context, name string, at time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into sources (name, poked) values ($1, $2)
			on conflict (name) do update set poked = excluded.poked where sources.poked < excluded.poked`, name, instant(at))
		return err
	})
	if err != nil {
		return fmt.Errorf("poke source %s: %w", name, err)
	}
	return nil
}

// AlertSource notes that the operator is told of a source's trouble, unless that
// was done after an instant: then it is false.
func (s *Store) AlertSource(ctx context.Context, name string, at, after time.Time) (bool, error) {
	var n int64
	err := s.inTx(ctx, func(tx Tx) (err error) {
		n, err = exec(ctx, tx, "update sources set alerted = $2 where name = $1 and alerted <= $3", name, instant(at), instant(after))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("note the alert of source %s: %w", name, err)
	}
	return n > 0, nil
}

package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// Events are what happened to items, newest first.
func (s *Store) Events(ctx context.Context, q domain.EventQuery) ([]domain.Event, error) {
	var args arguments
	where := "true"
	if q.Source != "" {
		where += " and source = " + args.add(q.Source)
	}
	if q.Item != "" {
		where += " and item = " + args.add(q.Item)
	}
	if len(q.Kinds) > 0 {
		where += " and kind in (select value ->> 0" + s.from(args.add(column(q.Kinds))) + ")"
	}
	if !q.Since.IsZero() {
		where += " and at >= " + args.add(instant(q.Since))
	}
	found, err := all(ctx, s.reads, readEvent, "select at, kind, item, source from events where "+where+
		" order by at desc, item, kind"+args.limit(q.Limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return found, nil
}

func readEvent(r row) (domain.Event, error) {
	var e domain.Event
	err := r.Scan((*instant)(&e.At), &e.Kind, &e.Item, &e.Source)
	return e, err
}

func (s *Store) saveEvents(ctx context.Context, tx Tx, events []domain.Event) error {
	if len(events) == 0 {
		return nil
	}
	_, err := exec(ctx, tx, "insert into events (item, at, kind, source) select value ->> 0, cast(value ->> 1 as bigint), value ->> 2, value ->> 3"+
		s.from("$1")+" where true on conflict do nothing", set(events, func(e domain.Event) []any {
		return []any{e.Item, instant(e.At).micros(), e.Kind, e.Source}
	}))
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	return nil
}

func saveChecks(ctx context.Context, tx Tx, at time.Time, checks []gather.Check) error {
	for _, c := range checks {
		_, err := exec(ctx, tx, `insert into checks (item, at, absent, kept) values ($1, $2, $3, $4)
			on conflict (item) do update set at = excluded.at, absent = excluded.absent, kept = excluded.kept`,
			c.Item, instant(at), c.Absent, c.Kept)
		if err != nil {
			return fmt.Errorf("look at item %s: %w", c.Item, err)
		}
	}
	return nil
}

// held are the items of a source, $1, that wait for the operator's word.
const held = `select i.id from items i where i.withdrawn = 0 and i.backlog and exists (
	select 1 from events e where e.item = i.id and e.source = $1 and e.kind = 'held')`

// AcceptHeld makes the items of a source that were held news, as of an instant,
// and says how many.
func (s *Store) AcceptHeld(ctx context.Context, name string, at time.Time) (int, error) {
	var accepted []domain.ItemID
	err := s.inTx(ctx, func(tx Tx) (err error) {
		if accepted, err = all(ctx, tx, value[domain.ItemID], held, name); err != nil || len(accepted) == 0 {
			return err
		}
		if _, err := exec(ctx, tx, "update items set backlog = $2, settles = $3 where id in (select value ->> 0"+s.from("$1")+")",
			column(accepted), false, instant(at)); err != nil {
			return err
		}
		var events []domain.Event
		for _, id := range accepted {
			events = append(events, domain.Event{At: at, Kind: domain.EventAccepted, Item: id, Source: name})
		}
		if err := s.saveEvents(ctx, tx, events); err != nil {
			return err
		}
		return itemsChanged(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("accept what source %s gave: %w", name, err)
	}
	return len(accepted), nil
}

package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/gather"
)

// DetailsOwed are the pieces of a source whose pages are to be asked again, those
// first that are due first.
func (s *Store) DetailsOwed(ctx context.Context, name string, limit int) ([]gather.Owed, error) {
	owed, err := all(ctx, s.reads, readOwed, "select guid, tries, due from owed where source = $1 order by due, guid limit $2", name, limit)
	if err != nil {
		return nil, fmt.Errorf("read what pages of source %s are owed: %w", name, err)
	}
	return owed, nil
}

func readOwed(r row) (o gather.Owed, err error) {
	err = r.Scan(&o.GUID, &o.Tries, (*instant)(&o.Due))
	return o, err
}

// saveOwed replaces what was owed of some pieces.
func (s *Store) saveOwed(ctx context.Context, tx Tx, source string, owed []gather.Owed) error {
	if len(owed) == 0 {
		return nil
	}
	guids, due := make([]string, len(owed)), make([]gather.Owed, 0, len(owed))
	for i, o := range owed {
		guids[i] = o.GUID
		if !o.Due.IsZero() {
			due = append(due, o)
		}
	}
	if _, err := exec(ctx, tx, "delete from owed where source = $1 and guid in (select value ->> 0"+s.from("$2")+")", source, column(guids)); err != nil {
		return fmt.Errorf("settle details: %w", err)
	}
	if len(due) == 0 {
		return nil
	}
	_, err := exec(ctx, tx, `insert into owed (source, guid, tries, due) select $1, value ->> 0, cast(value ->> 1 as bigint), cast(value ->> 2 as bigint)`+
		s.from("$2")+" where true on conflict (source, guid) do update set tries = excluded.tries, due = excluded.due",
		source, set(due, func(o gather.Owed) []any { return []any{o.GUID, o.Tries, instant(o.Due).micros()} }))
	if err != nil {
		return fmt.Errorf("owe details: %w", err)
	}
	return nil
}

package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/delivery"
)

// Paces are what was learnt about destinations, by name.
func (s *Store) Paces(ctx context.Context) (map[string]delivery.Pace, error) {
	found, err := all(ctx, s.reads, readPace, "select destination, until, reason, level, changed from paces")
	if err != nil {
		return nil, fmt.Errorf("read the paces of destinations: %w", err)
	}
	byName := make(map[string]delivery.Pace, len(found))
	for _, p := range found {
		byName[p.Destination] = p
	}
	return byName, nil
}

func readPace(r row) (delivery.Pace, error) {
	var p delivery.Pace
	err := r.Scan(&p.Destination, (*instant)(&p.Until), &p.Reason, &p.Level, (*instant)(&p.Changed))
	return p, err
}

// SetPace writes a destination's pace down.
func (s *Store) SetPace(ctx context.Context, p delivery.Pace) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into paces (destination, until, reason, level, changed) values ($1, $2, $3, $4, $5)
			on conflict (destination) do update set
				until = excluded.until, reason = excluded.reason, level = excluded.level, changed = excluded.changed`,
			p.Destination, instant(p.Until), foreign(p.Reason), p.Level, instant(p.Changed))
		return err
	})
	if err != nil {
		return fmt.Errorf("set the pace of %s: %w", p.Destination, err)
	}
	return nil
}

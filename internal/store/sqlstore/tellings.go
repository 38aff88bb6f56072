package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/websub"
)

// Tellings is what our hub was told, by topic.
func (s *Store) Tellings(ctx context.Context) (map[string]websub.Telling, error) {
	found, err := all(ctx, s.reads, readTelling, "select topic, version, due, failures, error from tellings")
	if err != nil {
		return nil, fmt.Errorf("read what the hub was told: %w", err)
	}
	told := make(map[string]websub.Telling, len(found))
	for _, t := range found {
		told[t.Topic] = t
	}
	return told, nil
}

func readTelling(r row) (websub.Telling, error) {
	var t websub.Telling
	err := r.Scan(&t.Topic, &t.Version, (*instant)(&t.Due), &t.Failures, &t.Error)
	return t, err
}

// SaveTelling puts a telling in the place of its topic's.
func (s *Store) SaveTelling(ctx context.Context, t websub.Telling) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into tellings (topic, version, due, failures, error) values ($1, $2, $3, $4, $5)
			on conflict (topic) do update set version = excluded.version, due = excluded.due, failures = excluded.failures, error = excluded.error`,
			t.Topic, t.Version, instant(t.Due), t.Failures, foreign(t.Error))
		return err
	})
	if err != nil {
		return fmt.Errorf("save what the hub was told: %w", err)
	}
	return nil
}

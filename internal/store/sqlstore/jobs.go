package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/jobs"
)

// Mark is the last slot that was handled under a name, "" before the first.
func (s *Store) Mark(ctx context.Context, name string) (domain.Slot, error) {
	slot, err := one(ctx, s.reads, value[domain.Slot], "select slot from marks where name = $1", name)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return "", fmt.Errorf("read mark %s: %w", name, err)
	}
	return slot, nil
}

// SetMark moves a mark forward; it never moves back.
func (s *Store) SetMark(ctx context.Context, name string, slot domain.Slot) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into marks (name, slot) values ($1, $2)
			on conflict (name) do update set slot = excluded.slot where marks.slot < excluded.slot`, name, slot)
		return err
	})
	if err != nil {
		return fmt.Errorf("set mark %s: %w", name, err)
	}
	return nil
}

// StartDue sets every frozen edition whose time has come to sending and, in the
// same transaction, enqueues a run for each of its shards.
func (s *Store) StartDue(ctx context.Context, now time.Time) ([]domain.EditionID, error) {
	var started []domain.EditionID
	err := s.inTx(ctx, func(tx Tx) error {
		due, err := all(ctx, tx, value[domain.EditionID],
			`update editions set state = 'sending', started = case started when 0 then $1 else started end
				where state = 'frozen' and due <= $1 and not `+withdrawnItem+` returning id`, instant(now))
		if err != nil {
			return err
		}
		for _, id := range due {
			if err := enqueueRuns(ctx, tx, id); err != nil {
				return fmt.Errorf("edition %d: %w", id, err)
			}
		}
		slices.Sort(due)
		started = due
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("start editions that are due: %w", err)
	}
	return started, nil
}

// enqueueRuns inserts a job for each shard of an edition.
func enqueueRuns(ctx context.Context, tx Tx, id domain.EditionID) error {
	shards, err := all(ctx, tx, value[int], "select number from shards where edition = $1 order by number", id)
	if err != nil {
		return err
	}
	runs := make([]river.InsertManyParams, len(shards))
	for i, number := range shards {
		runs[i].Args = jobs.DeliverArgs{Edition: id, Shard: number}
	}
	if err := tx.Enqueue(ctx, runs); err != nil {
		return fmt.Errorf("enqueue %d runs: %w", len(runs), err)
	}
	return nil
}

// IdleShards are the shards of sending editions that have due rows at now and
// no live lease; and all shards of one that is through, which a run is to finish.
// It asks only what the shards' last owners wrote down: one that died did not.
func (s *Store) IdleShards(ctx context.Context, now time.Time) ([]delivery.Shard, error) {
	idle, err := all(ctx, s.reads, readShard, `select s.edition, s.number
		from shards s join editions e on e.id = s.edition
		where e.state = 'sending' and not (s.until > $1 and `+s.engine.Alive("s.instance")+`)
			and (s.due <= $1 or not exists (select 1 from shards o where o.edition = s.edition and o.due is not null))
		order by s.edition, s.number`, instant(now))
	if err != nil {
		return nil, fmt.Errorf("find idle shards: %w", err)
	}
	return idle, nil
}

func readShard(r row) (delivery.Shard, error) {
	var s delivery.Shard
	err := r.Scan(&s.Edition, &s.Number)
	return s, err
}

package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// RemakeEdition puts another content in the place of a held edition's, of which
// no delivery has left the queue, all or nothing: its items, renditions and
// deliveries. It stays the edition of its slot, with its ID and the instant at
// which it was started, if it was. domain.ErrConflict when it is not held, when
// one of its deliveries has begun, or when an item is in another edition.
func (s *Store) RemakeEdition(ctx context.Context, id domain.EditionID, n digest.NewEdition) (domain.Edition, error) {
	var made domain.Edition
	err := s.inTx(ctx, func(tx Tx) error {
		if err := s.lockIn(ctx, tx, id, []domain.EditionState{domain.EditionHeld}); err != nil {
			return err
		}
		fence, err := s.clearOut(ctx, tx, id)
		if err != nil {
			return err
		}
		e := n.Edition
		if _, err := exec(ctx, tx, "update editions set state = $2, reason = $3, subject = $4, frozen = $5, due = $6, recipients = $7 where id = $1",
			id, e.State, foreign(e.Reason), e.Subject, instant(e.Frozen), instant(e.Due), asJSON{n.Recipients}); err != nil {
			return err
		}
		if err := insertParts(ctx, tx, id, n); err != nil {
			return err
		}
		if err := s.insertLetters(ctx, tx, id, n, fence); err != nil {
			return err
		}
		made, err = edition(ctx, tx, "id = $1", id)
		return err
	})
	if err != nil {
		return domain.Edition{}, fmt.Errorf("make edition %d anew: %w", id, err)
	}
	return made, nil
}

// clearOut takes away all that an edition holds, unless one of its deliveries has
// begun, and says which fence its shards have from then on: one that no run ever
// had. What a late run says is about letters that are no more.
func (s *Store) clearOut(ctx context.Context, tx Tx, id domain.EditionID) (fence int64, err error) {
	if err := s.lockShards(ctx, tx, id); err != nil {
		return 0, err
	}
	after, before := keysOf(id)
	begun, err := one(ctx, tx, value[int64], `select count(*) from deliveries
		where id > $1 and id < $2 and (state <> 0 or attempts > 0 or doubtful)`, after, before)
	if err != nil {
		return 0, err
	}
	if begun > 0 {
		return 0, fmt.Errorf("%w: %d of its deliveries have begun or ended: let it go or cancel it; what is wrong in letters that have left is put right by a correction",
			domain.ErrConflict, begun)
	}
	if fence, err = one(ctx, tx, value[int64], "select coalesce(max(fence), 0) + 1 from shards where edition = $1", id); err != nil {
		return 0, err
	}
	if _, err := exec(ctx, tx, "delete from deliveries where id > $1 and id < $2", after, before); err != nil {
		return 0, err
	}
	for _, table := range []string{"shards", "renditions", "edition_items"} {
		if _, err := exec(ctx, tx, "delete from "+table+" where edition = $1", id); err != nil {
			return 0, err
		}
	}
	return fence, nil
}

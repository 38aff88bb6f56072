package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// withdrawnItem is true of an edition with an item that was withdrawn since it was
// frozen, or since it was last let go.
const withdrawnItem = `exists (select 1 from edition_items ei join items i on i.id = ei.item
	where ei.edition = editions.id and i.withdrawn > editions.frozen and i.withdrawn > editions.cleared)`

// HoldWithdrawn holds every edition that waits or is being sent and that has an
// item which its source has withdrawn since the edition was frozen, or since it was
// last let go; and returns them.
func (s *Store) HoldWithdrawn(ctx context.Context) ([]domain.Edition, error) {
	concerned, err := all(ctx, s.reads, value[domain.EditionID],
		"select id from editions where state in ('frozen', 'sending') and "+withdrawnItem+" order by id")
	if err != nil {
		return nil, fmt.Errorf("look for withdrawn items: %w", err)
	}
	var held []domain.Edition
	for _, id := range concerned {
		e, err := s.holdWithdrawn(ctx, id)
		if err != nil {
			return held, fmt.Errorf("hold edition %d: %w", id, err)
		}
		if e.ID != 0 {
			held = append(held, e)
		}
	}
	return held, nil
}

// holdWithdrawn holds one edition, and returns it; the zero Edition when it was let
// go or has ended meanwhile.
func (s *Store) holdWithdrawn(ctx context.Context, id domain.EditionID) (e domain.Edition, err error) {
	err = s.inTx(ctx, func(tx Tx) error {
		if _, err := s.lockEdition(ctx, tx, id); err != nil {
			return err
		}
		gone, err := all(ctx, tx, readItem, "select "+itemColumns+` from items where withdrawn > 0 and id in
			(select item from edition_items where edition = $1) order by published desc, id`, id)
		if err != nil {
			return err
		}
		titles := make([]string, len(gone))
		for i := range gone {
			titles[i] = gone[i].FullTitle()
		}
		n, err := exec(ctx, tx, "update editions set state = 'held', reason = $2 where id = $1 and state in ('frozen', 'sending') and "+withdrawnItem,
			id, foreign("withdrawn by its source: "+strings.Join(titles, ", ")))
		if err != nil || n == 0 {
			return err
		}
		e, err = edition(ctx, tx, "id = $1", id)
		return err
	})
	return e, err
}

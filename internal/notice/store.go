// Package notice writes and sends service mail: what the operator must hear of,
// one mail at a time and outside every edition's balance. A notice is a row first,
// unique by kind and key, so that the same thing is told once; its job hands it
// over like any letter.
package notice

import (
	"context"

	"marquee/internal/domain"
)

// Store keeps notices.
type Store interface {
	// CreateNotice stores a queued notice and, in the same transaction, enqueues
	// its job. ErrConflict when there is one of that kind and key, which stays as
	// it is.
	CreateNotice(ctx context.Context, n domain.Notice) (domain.NoticeID, error)
	// Notice is one notice, or ErrNotFound.
	Notice(ctx context.Context, id domain.NoticeID) (domain.Notice, error)
	// UpdateNotice writes the state of a notice down, its attempts, doubts and
	// reason, and when that changed. ErrConflict when the one that is stored is
	// not queued: a final state stays.
	UpdateNotice(ctx context.Context, n domain.Notice) error
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
}

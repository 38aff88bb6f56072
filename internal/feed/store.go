package feed

import (
	"context"

	"marquee/internal/domain"
)

// Store is where feeds find their items.
type Store interface {
	Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error)
	// ItemsVersion grows with every change to any item, and only then.
	ItemsVersion(ctx context.Context) (int64, error)
}

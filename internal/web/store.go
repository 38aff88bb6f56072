package web

import (
	"context"

	"marquee/internal/domain"
)

// Store is what pages show.
type Store interface {
	CorrectionStore
	Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error)
	ItemsVersion(ctx context.Context) (int64, error)
	// Editions are the newest editions that went out or are going out (sending
	// or done), newest first, without Items.
	Editions(ctx context.Context, limit int) ([]domain.Edition, error)
	// EditionBySlug is one edition in any state, or ErrNotFound.
	EditionBySlug(ctx context.Context, slug string) (domain.Edition, error)
	// Rendition is an edition as some readers get it, or ErrNotFound.
	Rendition(ctx context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error)
	// Print is the JPEG of a print, or ErrNotFound.
	Print(ctx context.Context, key string, width int) ([]byte, error)
	// Ping fails when the store cannot be read or written.
	Ping(ctx context.Context) error
	// SuppressPatron suppresses the patron's address; ErrNotFound when there is
	// no such patron. Suppressing twice keeps the first date and reason,
	// except that what people asked for themselves counts more than a bounce.
	SuppressPatron(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error
	// Unsuppress lifts a suppression of the given reason from the patron's
	// address; it is no error when there is none.
	Unsuppress(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error
}

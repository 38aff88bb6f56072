package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// CorrectEdition makes a correction of an edition that has gone out; the one there
// is when the same was said before.
func (a *App) CorrectEdition(ctx context.Context, k digest.Correction) (domain.Edition, error) {
	c, err := a.corrector(ctx, k.Of)
	if err != nil {
		return domain.Edition{}, err
	}
	return c.Correct(ctx, k)
}

// ProofreadCorrection shows a correction as it would be, and stores nothing.
func (a *App) ProofreadCorrection(ctx context.Context, k digest.Correction) (digest.Proof, error) {
	c, err := a.corrector(ctx, k.Of)
	if err != nil {
		return digest.Proof{}, err
	}
	return c.Proofread(ctx, k)
}

// corrector is the compiler of an edition's digest.
func (a *App) corrector(ctx context.Context, id domain.EditionID) (*digest.Compiler, error) {
	e, err := a.store.Edition(ctx, id)
	if err != nil {
		return nil, err
	}
	return a.compilerOf(e.Digest)
}

// PiecesOf finds pieces of an edition by their ids, addresses or titles.
func (a *App) PiecesOf(ctx context.Context, e domain.Edition, names []string) ([]domain.ItemID, error) {
	var found []domain.ItemID
	for _, name := range names {
		id, err := a.pieceOf(ctx, e, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found, nil
}

func (a *App) pieceOf(ctx context.Context, e domain.Edition, name string) (domain.ItemID, error) {
	for _, id := range e.Items {
		it, err := a.store.Item(ctx, id)
		if err != nil {
			return "", err
		}
		if name == string(id) || name == it.URL || strings.EqualFold(name, it.Title) || strings.EqualFold(name, it.FullTitle()) {
			return id, nil
		}
	}
	return "", fmt.Errorf("piece %q: %w in edition %d: name one by its id, address or title", name, domain.ErrNotFound, e.ID)
}

package app

import (
	"context"
	"slices"

	"marquee/internal/domain"
)

// Remade is an edition that was made anew.
type Remade struct {
	domain.Edition
	Balance    domain.Balance
	Came, Went []domain.ItemID // what is in it and was not, and the other way round
}

// RemakeEdition makes a held edition anew, of which nothing has left, with the
// operator's templates as they are at this moment. It stays held.
// domain.ErrConflict when that cannot be.
func (a *App) RemakeEdition(ctx context.Context, id domain.EditionID) (Remade, error) {
	was, err := a.store.Edition(ctx, id)
	if err != nil {
		return Remade{}, err
	}
	c, err := a.compilerOf(was.Digest)
	if err != nil {
		return Remade{}, err
	}
	is, err := c.Remake(ctx, was)
	if err != nil {
		return Remade{}, err
	}
	balance, err := a.store.Balance(ctx, id)
	return Remade{Edition: is, Balance: balance, Came: without(is.Items, was.Items), Went: without(was.Items, is.Items)}, err
}

// without are the items that are not among others.
func without(items, others []domain.ItemID) []domain.ItemID {
	return slices.DeleteFunc(slices.Clone(items), func(id domain.ItemID) bool { return slices.Contains(others, id) })
}

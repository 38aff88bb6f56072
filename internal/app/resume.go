package app

import (
	"context"
	"fmt"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// ResumePatron lets mail go to a patron again; what came back so far counts no more.
// domain.ErrConflict when it goes there, or, unless sure, when they said themselves
// that they want none.
func (a *App) ResumePatron(ctx context.Context, id domain.PatronID, sure bool) error {
	r, err := a.store.PatronRecord(ctx, id, 1)
	if err != nil {
		return err
	}
	switch {
	case r.Suppression == nil:
		return fmt.Errorf("%w: patron %d gets mail already", domain.ErrConflict, id)
	case r.Suppression.Reason.Wished() && !sure:
		return fmt.Errorf("%w: patron %d has %s: mail them only if they have asked for it since, and say that you are sure (--sure)",
			domain.ErrConflict, id, r.Suppression.Reason)
	}
	return a.store.LiftSuppression(ctx, id)
}

// ResumeDestination lets mail go to a destination again, at full speed.
// domain.ErrNotFound when it is none that was asked to take less.
func (a *App) ResumeDestination(ctx context.Context, destination string) error {
	paces, err := a.store.Paces(ctx)
	if err != nil {
		return err
	}
	if _, known := paces[destination]; !known {
		return fmt.Errorf("destination %q: %w: marquee status lists those that are paused", destination, domain.ErrNotFound)
	}
	return a.store.SetPace(ctx, delivery.Pace{Destination: destination, Changed: a.env.Now()})
}

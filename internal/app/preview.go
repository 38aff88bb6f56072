package app

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/schedule"
)

// compilerOf is the compiler of a configured digest.
func (a *App) compilerOf(name string) (*digest.Compiler, error) {
	d, err := a.digestNamed(name)
	if err != nil {
		return nil, err
	}
	return a.current(d, a.env.Now)
}

// Preview renders the edition that Compile would freeze now, for some readers.
func (a *App) Preview(ctx context.Context, name string, slot domain.Slot, to domain.Readers) (domain.Rendition, error) {
	c, err := a.compilerOf(name)
	if err != nil {
		return domain.Rendition{}, err
	}
	return c.Preview(ctx, slot, to)
}

// Report tells what the edition of a slot would be if it were compiled now, and
// which of the sources that it could be from are failing.
func (a *App) Report(ctx context.Context, name string, slot domain.Slot) (digest.Report, error) {
	c, err := a.compilerOf(name)
	if err != nil {
		return digest.Report{}, err
	}
	return a.report(ctx, c, slot)
}

func (a *App) report(ctx context.Context, c *digest.Compiler, slot domain.Slot) (digest.Report, error) {
	r, err := c.Report(ctx, slot)
	if err != nil || r.Edition != 0 {
		return r, err
	}
	sources, err := a.store.Sources(ctx)
	for _, s := range sources {
		if s.Error != "" {
			r.Warnings = append(r.Warnings, fmt.Sprintf("source %s cannot be read: %s", s.Source, s.Error))
		}
	}
	return r, err
}

// NextSlot is the digest's next slot that has no edition yet.
func (a *App) NextSlot(ctx context.Context, name string) (domain.Slot, error) {
	s := a.schedules["digest/"+name]
	if s == nil {
		return "", fmt.Errorf("digest %q: %w in the configuration", name, domain.ErrNotFound)
	}
	for slot := s.Next(schedule.SlotAt(a.env.Now(), a.Zone())); slot != ""; slot = s.Next(slot) {
		_, err := a.store.EditionBySlot(ctx, name, slot)
		if errors.Is(err, domain.ErrNotFound) {
			return slot, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("digest %s: %w: its schedule %q has no slot ahead", name, domain.ErrNotFound, s)
}

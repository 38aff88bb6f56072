package main

import (
	"fmt"

	"marquee/internal/domain"
)

type patronsResumeCmd struct {
	Email string `arg:"" help:"The patron's address."`
	Sure  bool   `help:"Although they said themselves that they want no mail, and have asked you for it since."`
}

// Run lifts a suppression. What came back so far counts no more.
func (c patronsResumeCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	r, err := a.Store().PatronRecord(p.ctx, who.ID, 1)
	if err != nil {
		return err
	}
	switch {
	case r.Suppression == nil:
		return fmt.Errorf("%w: patron %d gets mail already", domain.ErrConflict, who.ID)
	case r.Suppression.Reason.Wished() && !c.Sure:
		return fmt.Errorf("%w: patron %d has %s: mail them only if they have asked for it since, and say --sure",
			domain.ErrConflict, who.ID, r.Suppression.Reason)
	}
	if err := a.Store().LiftSuppression(p.ctx, who.ID); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Patron %d gets mail again. What came back so far counts no more.\n", who.ID)
	return nil
}

package main

import (
	"fmt"

	"github.com/google/uuid"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

type patronsExplainCmd struct {
	Email string `arg:"" help:"The patron's address."`
	What  string `arg:"" help:"An item's id, as feeds show it after urn:uuid:, or an edition's id or name, as marquee editions shows them."`
}

// Run asks the one entitlement function of an item, and the ledger of an edition.
func (c patronsExplainCmd) Run(p *process, a shared) error {
	id, err := uuid.Parse(c.What)
	if err != nil {
		return c.edition(p, a)
	}
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	item, err := a.Store().Item(p.ctx, domain.ItemID(id.String()))
	if err != nil {
		return err
	}
	access := a.Decide(who.Audience, &item)
	fmt.Fprintf(p.out, "%s\n%s: %s (%s)\n", plain(item.FullTitle()), who.Label(), access.Level, access.Reason.In(calendar.Of(calendar.English, a.Zone())))
	if access.Until.IsZero() {
		fmt.Fprintln(p.out, "stays so as long as they are what they are")
		return nil
	}
	fmt.Fprintf(p.out, "changes by itself on %s\n", when(access.Until, a.Zone()))
	return nil
}

// edition says what became of an edition for the patron, and why.
func (c patronsExplainCmd) edition(p *process, a shared) error {
	r, err := p.record(a, c.Email, 0)
	if err != nil {
		return err
	}
	all, err := a.Store().AllEditions(p.ctx, 0)
	if err != nil {
		return err
	}
	for i := range all {
		e := &all[i]
		if e.Slug() != c.What && fmt.Sprint(e.ID) != c.What {
			continue
		}
		fmt.Fprintf(p.out, "%s is %s. %s\n", e.Slug(), e.State, e.Reason)
		for _, l := range r.Received {
			if l.Edition == e.ID {
				p.became(a, &r, e, l)
			}
		}
		return nil
	}
	return fmt.Errorf("edition %q: %w: marquee editions lists them", c.What, domain.ErrNotFound)
}

// became tells of one patron's letter what the ledger knows.
func (p *process) became(a shared, r *domain.PatronRecord, e *domain.Edition, l domain.Receipt) {
	at := when(l.Changed, a.Zone())
	switch l.State {
	case domain.Sent:
		fmt.Fprintf(p.out, "patron %d: sent, taken by the next server on %s\n", r.ID, at)
	case "":
		fmt.Fprintf(p.out, "patron %d: %s\n", r.ID, stranger(a, r, e))
	default:
		fmt.Fprintf(p.out, "patron %d: %s since %s: %s\n", r.ID, l.State, at, plain(letterReason(l)))
	}
	if l.State != domain.Sent && r.Suppression != nil {
		fmt.Fprintf(p.out, "their address gets no mail: %s\n", noMail(*r.Suppression))
	}
	if r.Dates != "" {
		fmt.Fprintf(p.out, "they want dates in %s\n", r.Dates)
	}
}

// stranger is why somebody was not among an edition's readers.
func stranger(a shared, r *domain.PatronRecord, e *domain.Edition) string {
	frozen := "not among its readers when it was frozen on " + when(e.Frozen, a.Zone())
	who := domain.Patron{Audience: domain.Audience{Standing: r.Standing, Tier: r.Tier}, Since: r.Since}
	if why := a.WhyNot(e, &who); why != "" {
		return frozen + ": " + why
	}
	return frozen
}

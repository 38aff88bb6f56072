package main

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

type patronsAddCmd struct {
	Email string `arg:"" help:"The address, alone or as in \"Ada Lind <ada@example.com>\"."`
	Tier  string `help:"The tier that is given." required:"" placeholder:"T"`
	Until string `help:"The last day, as in 2026-12-31. Default: for good." placeholder:"DATE"`
}

// Run gives a tier.
func (c patronsAddCmd) Run(p *process, a shared) error {
	to, err := mail.ParseAddress(c.Email)
	if err != nil {
		return fmt.Errorf("%w: that is no address", errUsage)
	}
	tier, err := a.Tier(c.Tier)
	if err != nil {
		return err
	}
	var last domain.Date
	if c.Until != "" {
		if last, err = domain.ParseDate(c.Until); err != nil {
			return fmt.Errorf("%w: --until: %w", errUsage, err)
		}
	}
	id, err := a.GiveTier(p.ctx, *to, tier, last)
	if err != nil {
		return err
	}
	end := "for good"
	if !last.IsZero() {
		end = "until the end of " + last.String()
	}
	fmt.Fprintf(p.out, "Patron %d has the tier %s %s.\n", id, tier, end)
	return nil
}

type patronsRemoveCmd struct {
	Email string `arg:"" help:"The patron's address."`
}

// Run takes a given tier back. Who came by a roster is again what they were.
func (c patronsRemoveCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	n, err := a.Store().EndTiers(p.ctx, now(), who.ID)
	if err != nil {
		return err
	}
	if n == 0 || who.Roster != domain.RosterByHand {
		return fmt.Errorf("%w: patron %d was given no tier by hand: they are on the roster %s", domain.ErrConflict, who.ID, who.Roster)
	}
	fmt.Fprintf(p.out, "Patron %d has no tier by hand any more.\n", who.ID)
	return nil
}

type patronsPreferCmd struct {
	Email    string   `arg:"" help:"The patron's address."`
	Called   *string  `help:"What letters call them. Empty: by their first name." placeholder:"NAME"`
	TextOnly *bool    `help:"Whether they get letters of text alone." negatable:""`
	Dates    *string  `help:"The language that they want dates in, as in de. Empty: the publication's." placeholder:"LANGUAGE"`
	Want     []string `help:"Digests that they want." placeholder:"DIGEST"`
	Decline  []string `help:"Digests that they do not want." placeholder:"DIGEST"`
}

// Run changes what its flags name, and shows what is.
func (c patronsPreferCmd) Run(p *process, a shared) error {
	r, err := p.record(a, c.Email, 1)
	if err != nil {
		return err
	}
	if err := c.change(a, &r.Preferences); err != nil {
		return err
	}
	if err := a.Store().SetPreferences(p.ctx, r.ID, r.Preferences); err != nil {
		return err
	}
	return p.json(r.Preferences)
}

func (c *patronsPreferCmd) change(a shared, wish *domain.Preferences) (err error) {
	if c.Called != nil {
		if wish.Called, err = domain.ParseCalled(*c.Called); err != nil {
			return fmt.Errorf("%w: --called: write a name, which is no address, on one line", errUsage)
		}
	}
	if c.TextOnly != nil {
		wish.Plain = *c.TextOnly
	}
	if c.Dates != nil {
		if wish.Dates, err = calendar.Parse(*c.Dates); err != nil {
			return err
		}
	}
	for _, name := range append(slices.Clone(c.Want), c.Decline...) {
		if !slices.Contains(a.Digests(), name) {
			return fmt.Errorf("digest %q: %w in the configuration: there are %s", name, domain.ErrNotFound, strings.Join(a.Digests(), ", "))
		}
		wish.Wants(name, slices.Contains(c.Want, name))
	}
	return nil
}

type patronsEraseCmd struct {
	Email string `arg:"" help:"The patron's address."`
	Yes   bool   `help:"Do not ask."`
}

// Run forgets a patron, after asking.
func (c patronsEraseCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	if !c.Yes {
		if yes, err := p.agrees("Forget patron %d of roster %s for good? Write yes: ", who.ID, who.Roster); err != nil || !yes {
			return err
		}
	}
	if err := a.ErasePatron(p.ctx, who.ID); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Patron %d is forgotten. Editions that were sent keep the number, and nothing else. Backups from before hold more: delete them when their time has come.\n", who.ID)
	return nil
}

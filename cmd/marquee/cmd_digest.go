package main

import (
	"fmt"
	netmail "net/mail"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
)

type digestCmd struct {
	Preview digestPreviewCmd `cmd:"" help:"Show the next edition without storing or sending anything: what is in it, what is not and why, or the letter of somebody."`
	Send    digestSendCmd    `cmd:"" help:"Compile and deliver an edition now."`
	Correct digestCorrectCmd `cmd:"" help:"Tell those who have an edition what was wrong in it, and nobody else."`
}

// slotFlag says which edition is meant.
type slotFlag struct {
	At string `help:"The edition's slot, as 2006-01-02T15:04 in the publication's zone; the newest that has come when left out." placeholder:"TIME"`
}

// slot is the meant slot of a digest.
func (f slotFlag) slot(a *app.App, name string) (domain.Slot, error) {
	if f.At == "" {
		return a.LastSlot(name, now())
	}
	return parseSlot(f.At)
}

// parseSlot reads a slot as people write it.
func parseSlot(at string) (domain.Slot, error) {
	if _, err := time.Parse(domain.SlotLayout, at); err != nil {
		return "", fmt.Errorf("%w: --at %q: write 2026-11-20T17:00", errUsage, at)
	}
	return domain.Slot(at), nil
}

type digestSendCmd struct {
	slotFlag
	Name   string `arg:"" help:"The digest."`
	Test   string `help:"Send what would be compiled now to this address only; it counts nowhere." placeholder:"ADDRESS" xor:"how"`
	DryRun bool   `help:"Do everything but send, on a copy of the database that is thrown away." xor:"how"`
}

// Run compiles the slot's edition and delivers it, or goes on where it stands.
// What changes nothing works beside the daemon.
func (c digestSendCmd) Run(p *process) error {
	if c.Test != "" || c.DryRun {
		return c.try(p)
	}
	a, err := p.exclusive()
	if err != nil {
		return err
	}
	slot, err := c.slot(a.App, c.Name)
	if err != nil {
		return err
	}
	e, err := a.Compile(p.ctx, c.Name, slot)
	if err != nil {
		return err
	}
	if e.State == domain.EditionSkipped || e.State == domain.EditionDone {
		fmt.Fprintf(p.out, "Edition %s is %s. %s\n", e.Slug(), e.State, e.Reason)
		return nil
	}
	return c.send(p, a.App, e)
}

// send delivers an edition and says what is left of it.
func (c digestSendCmd) send(p *process, a *app.App, e domain.Edition) error {
	balance, err := a.Send(p.ctx, e)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Edition %s: %s.\n", e.Slug(), balance)
	if balance.Pending == 0 {
		return nil
	}
	fmt.Fprintln(p.out, "What is pending is tried again by marquee run, or by calling this again.")
	resting, err := p.resting(a.Store())
	for _, r := range resting {
		fmt.Fprintf(p.out, "No mail to %s until %s: %s\n", plain(r.Destination), when(r.Until, a.Zone()), plain(r.Reason))
	}
	return err
}

// try sends to one address, or to nowhere.
func (c digestSendCmd) try(p *process) error {
	a, err := p.shared()
	if err != nil {
		return err
	}
	slot, err := c.slot(a.App, c.Name)
	if err != nil {
		return err
	}
	if c.Test != "" {
		return c.test(p, a.App, slot)
	}
	r, err := a.Rehearse(p.ctx, c.Name, slot)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s would be %s. %s\n%s\n%s\n", r.Edition.Slug(), r.Edition.State, r.Edition.Reason, plain(r.Edition.Subject), r.Balance)
	p.reasons(r.Reasons)
	fmt.Fprintln(p.out, "Nothing was sent, and nothing was stored.")
	return nil
}

func (c digestSendCmd) test(p *process, a *app.App, slot domain.Slot) error {
	to, err := netmail.ParseAddress(c.Test)
	if err != nil {
		return fmt.Errorf("%w: --test %q is no address", errUsage, c.Test)
	}
	r, err := a.Preview(p.ctx, c.Name, slot, domain.Readers{Audience: a.HighestAudience()})
	if err != nil {
		return err
	}
	if err := a.SendTest(p.ctx, r, *to); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Sent %q as a test. Nothing was stored.\n", r.Subject)
	return nil
}

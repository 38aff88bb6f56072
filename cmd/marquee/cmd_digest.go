package main

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
)

type digestCmd struct {
	Preview digestPreviewCmd `cmd:"" help:"Render the next edition without storing or sending anything."`
	Send    digestSendCmd    `cmd:"" help:"Compile and deliver an edition now."`
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
	if _, err := time.Parse(domain.SlotLayout, f.At); err != nil {
		return "", fmt.Errorf("%w: --at %q: write 2026-11-20T17:00", errUsage, f.At)
	}
	return domain.Slot(f.At), nil
}

type digestPreviewCmd struct {
	slotFlag
	Name   string `arg:"" help:"The digest."`
	Tier   string `help:"See it as patrons of this tier do." xor:"who"`
	Patron string `help:"See it as this patron does." placeholder:"EMAIL" xor:"who"`
	Format string `help:"html, text or eml." enum:"html,text,eml" default:"text"`
	Out    string `help:"Write to this file instead of the screen." placeholder:"FILE"`
}

// Run renders the edition as its audience would get it.
func (c digestPreviewCmd) Run(p *process, a shared) error {
	who, err := c.viewer(p, a.App)
	if err != nil {
		return err
	}
	slot, err := c.slot(a.App, c.Name)
	if err != nil {
		return err
	}
	r, err := a.Preview(p.ctx, c.Name, slot, who.Audience)
	if err != nil {
		return err
	}
	body, err := c.body(a.App, r, who)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := a.WritePrints(p.ctx, filepath.Dir(c.Out), []byte(r.HTML)); err != nil {
			return err
		}
		return os.WriteFile(c.Out, body, 0o600)
	}
	_, err = p.out.Write(body)
	return err
}

// viewer is who looks: a patron of the store, one of a tier, or the public.
func (c digestPreviewCmd) viewer(p *process, a *app.App) (domain.Patron, error) {
	switch {
	case c.Patron != "":
		return a.Store().PatronByEmail(p.ctx, c.Patron)
	case c.Tier != "":
		tier, err := a.Tier(c.Tier)
		return domain.Patron{Email: "patron@example.com", Audience: domain.Audience{Standing: domain.Active, Tier: tier}}, err
	}
	return domain.Patron{Email: "patron@example.com", Audience: domain.Audience{Standing: domain.Active}}, nil
}

func (c digestPreviewCmd) body(a *app.App, r domain.Rendition, who domain.Patron) ([]byte, error) {
	switch c.Format {
	case "html":
		return []byte(r.HTML), nil
	case "eml":
		m, err := a.Stamp(r, netmail.Address{Name: who.Name, Address: who.Email})
		return bytes.Join(m.Content, nil), err
	}
	return []byte(r.Text), nil
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
	r, err := a.Preview(p.ctx, c.Name, slot, a.HighestAudience())
	if err != nil {
		return err
	}
	if err := a.SendTest(p.ctx, r, *to); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Sent %q as a test. Nothing was stored.\n", r.Subject)
	return nil
}

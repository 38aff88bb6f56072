package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"marquee/internal/domain"
)

type patronsShowCmd struct {
	Email    string `arg:"" help:"The patron's address."`
	Editions int    `help:"What became of so many editions." default:"10"`
	JSON     bool   `help:"One JSON document." name:"json"`
}

// Run shows one patron, and why they did not get an edition if they did not.
func (c patronsShowCmd) Run(p *process, a shared) error {
	r, err := p.record(a, c.Email, max(c.Editions, 1))
	if err != nil {
		return err
	}
	r.Notices = nil // their words are for them
	if c.JSON {
		return p.json(r)
	}
	fmt.Fprintf(p.out, "%s <%s>, patron %d of roster %s\nstanding  %s %s\nsince     %s\nmail      %s\n",
		plain(r.Name), plain(r.Email), r.ID, r.Roster, r.Standing, r.Tier, when(r.Since, a.Zone()), gets(&r))
	p.notes(a, &r)
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	if len(r.Received) > 0 {
		fmt.Fprintln(w, "\nEDITION\tLETTER\tSINCE\tREASON")
	}
	for _, l := range r.Received {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Slug, letterState(l), when(l.Changed, a.Zone()), plain(letterReason(l)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return p.cameBack(a, r.Bounces)
}

// cameBack are a line for each letter that did not arrive, or was not wanted.
func (p *process) cameBack(a shared, bounces []domain.Bounce) error {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	if len(bounces) > 0 {
		fmt.Fprintln(w, "\nCAME BACK\tCLASS\tEDITION\tBY\tREASON")
	}
	for _, b := range bounces {
		edition, class := "unknown", string(b.Class)
		if b.Edition != 0 {
			edition = fmt.Sprint(b.Edition)
		}
		if !b.Lifted.IsZero() {
			class += ", lifted"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", when(b.At, a.Zone()), class, edition, b.Way, plain(strings.TrimSpace(b.Status+" "+b.Reason)))
	}
	return w.Flush()
}

// record is what is held about the person with an address.
func (p *process) record(a shared, email string, editions int) (domain.PatronRecord, error) {
	who, err := a.Store().PatronByEmail(p.ctx, email)
	if err != nil {
		return domain.PatronRecord{}, err
	}
	return a.Store().PatronRecord(p.ctx, who.ID, editions)
}

// notes are what most people have none of.
func (p *process) notes(a shared, r *domain.PatronRecord) {
	if r.Called != "" {
		fmt.Fprintf(p.out, "called    %s\n", plain(r.Called))
	}
	if r.Plain {
		fmt.Fprintln(p.out, "letters   of text alone")
	}
	if r.Dates != "" {
		fmt.Fprintf(p.out, "dates     in %s\n", r.Dates)
	}
	if len(r.Declines) > 0 {
		fmt.Fprintf(p.out, "declines  %s\n", strings.Join(r.Declines, ", "))
	}
	if r.Complimentary != nil {
		until := "for good"
		if !r.Complimentary.Until.IsZero() {
			until = "until " + when(r.Complimentary.Until, a.Zone())
		}
		fmt.Fprintf(p.out, "tier      given by hand, %s\n", until)
	}
	if !r.Missing.IsZero() {
		fmt.Fprintf(p.out, "grace     not listed since %s, and stays for now\n", when(r.Missing, a.Zone()))
	}
}

func gets(r *domain.PatronRecord) string {
	switch {
	case r.Suppression != nil:
		return noMail(*r.Suppression)
	case r.Standing == domain.Former:
		return "no: former patrons get none"
	}
	return "yes"
}

func letterState(l domain.Receipt) string { return cmp.Or(string(l.State), "none") }

func letterReason(l domain.Receipt) string {
	if l.State == "" {
		return "was not among its readers when it was frozen"
	}
	return strings.TrimSpace(l.Class + " " + l.Reason)
}

type patronsExportCmd struct {
	Email string `arg:"" help:"The patron's address."`
}

// export is a record with when it was made.
type export struct {
	Exported time.Time `json:"exported"`
	domain.PatronRecord
}

// Run prints everything.
func (c patronsExportCmd) Run(p *process, a shared) error {
	r, err := p.record(a, c.Email, 0)
	if err != nil {
		return err
	}
	return p.json(export{now(), r})
}

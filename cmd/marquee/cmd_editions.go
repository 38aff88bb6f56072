package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"marquee/internal/domain"
	"marquee/internal/store"
)

type editionsCmd struct {
	List    editionsListCmd    `cmd:"" default:"1" help:"The newest editions and their balances."`
	Show    editionsShowCmd    `cmd:"" help:"One edition with a line for each reason."`
	Hold    editionsHoldCmd    `cmd:"" help:"Stop an edition from going out, or on."`
	Release editionsReleaseCmd `cmd:"" help:"Let a held edition go out."`
	Remake  editionsRemakeCmd  `cmd:"" help:"Make a held edition anew, of which nothing has left, after you have mended what was wrong."`
	Cancel  editionsCancelCmd  `cmd:"" help:"Never send an edition, or the rest of it."`
	Missed  editionsMissedCmd  `cmd:"" name:"resend-missed" help:"Send an edition to those who did not get it, and to nobody else."`
}

type editionsListCmd struct {
	JSON  bool `help:"One JSON document." name:"json"`
	Limit int  `help:"How many." default:"20"`
}

// editionLine is an edition with its balance, for people and programs.
type editionLine struct {
	ID      domain.EditionID    `json:"id"`
	Slug    string              `json:"slug"`
	State   domain.EditionState `json:"state"`
	Reason  string              `json:"reason,omitempty"`
	Subject string              `json:"subject"`
	// Corrects is the edition that a correction is about.
	Corrects domain.EditionID `json:"corrects,omitempty"`
	Balance  domain.Balance   `json:"balance"`
}

// Run lists the newest editions.
func (c editionsListCmd) Run(p *process, a shared) error {
	editions, err := a.Store().AllEditions(p.ctx, c.Limit)
	if err != nil {
		return err
	}
	lines := []editionLine{}
	for _, e := range editions {
		line, err := describe(p, a.Store(), e)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	if c.JSON {
		return p.json(lines)
	}
	if len(lines) == 0 {
		fmt.Fprintln(p.out, "No edition has been compiled yet.")
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tEDITION\tSTATE\tBALANCE\tSUBJECT")
	for _, l := range lines {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", l.ID, l.Slug, l.State, l.Balance, plain(l.Subject))
	}
	return w.Flush()
}

func describe(p *process, st store.Store, e domain.Edition) (editionLine, error) {
	b, err := st.Balance(p.ctx, e.ID)
	return editionLine{ID: e.ID, Slug: e.Slug(), State: e.State, Reason: e.Reason, Subject: e.Subject, Corrects: e.Corrects, Balance: b}, err
}

type editionsShowCmd struct {
	ID   domain.EditionID `arg:"" help:"The edition's id, as editions list shows it."`
	JSON bool             `help:"One JSON document." name:"json"`
}

// editionDetail is an edition with a count for each state, class and reason.
type editionDetail struct {
	editionLine
	Corrections []domain.EditionID     `json:"corrections,omitempty"` // oldest first
	Reasons     []domain.DeliveryCount `json:"reasons"`
	Bounces     []domain.BounceCount   `json:"bounces"`
}

// Run shows one edition.
func (c editionsShowCmd) Run(p *process, a shared) error {
	e, err := a.Store().Edition(p.ctx, c.ID)
	if err != nil {
		return fmt.Errorf("edition %d: %w", c.ID, err)
	}
	line, err := describe(p, a.Store(), e)
	if err != nil {
		return err
	}
	detail := editionDetail{editionLine: line}
	corrections, err := a.Store().Corrections(p.ctx, c.ID)
	if err != nil {
		return err
	}
	for _, k := range corrections {
		detail.Corrections = append(detail.Corrections, k.ID)
	}
	if detail.Reasons, err = a.Store().Reasons(p.ctx, c.ID); err != nil {
		return err
	}
	if detail.Bounces, err = a.Store().BounceCounts(p.ctx, c.ID); err != nil {
		return err
	}
	if c.JSON {
		detail.Bounces = append([]domain.BounceCount{}, detail.Bounces...) // none is a list too
		return p.json(detail)
	}
	fmt.Fprintf(p.out, "%s is %s. %s\n%s\n%s\n", detail.Slug, detail.State, detail.Reason, plain(detail.Subject), detail.Balance)
	if e.Corrects != 0 {
		fmt.Fprintf(p.out, "It corrects edition %d.\n", e.Corrects)
	}
	for _, k := range corrections {
		fmt.Fprintf(p.out, "Edition %d, which is %s, corrects it.\n", k.ID, k.State)
	}
	p.reasons(detail.Reasons)
	p.bounces(detail.Bounces)
	return nil
}

// bounces are a line for each class of what came back, with its domains.
func (p *process) bounces(counts []domain.BounceCount) {
	var classes []domain.BounceClass
	domains, totals := map[domain.BounceClass][]string{}, map[domain.BounceClass]int{}
	for _, c := range counts {
		if totals[c.Class] == 0 {
			classes = append(classes, c.Class)
		}
		totals[c.Class] += c.Count
		domains[c.Class] = append(domains[c.Class], fmt.Sprintf("%s %d", cmp.Or(plain(c.Domain), "forgotten people"), c.Count))
	}
	for _, class := range classes {
		fmt.Fprintf(p.out, "  %d came back, %s: %s\n", totals[class], class, strings.Join(domains[class], ", "))
	}
}

// reasons are a line for each way in which deliveries ended.
func (p *process) reasons(counts []domain.DeliveryCount) {
	for _, r := range counts {
		fmt.Fprintf(p.out, "  %d %s %s %s\n", r.Count, r.State, r.Class, plain(r.Reason))
	}
}

type editionsHoldCmd struct {
	ID domain.EditionID `arg:"" help:"The edition's id."`
}

// Run holds an edition: no mail of it begins afterwards.
func (c editionsHoldCmd) Run(p *process, a shared) error {
	return p.setEdition(a, c.ID, []domain.EditionState{domain.EditionFrozen, domain.EditionSending}, domain.EditionHeld)
}

type editionsReleaseCmd struct {
	ID   domain.EditionID `arg:"" help:"The edition's id."`
	Sure bool             `help:"Although the fence holds it: this database was restored or copied, and nobody else sends the edition."`
}

// Run lets a held edition go: the daemon sends it when its time has come.
func (c editionsReleaseCmd) Run(p *process, a shared) error {
	if err := a.ReleaseEdition(p.ctx, c.ID, c.Sure); err != nil {
		return fmt.Errorf("edition %d: %w", c.ID, err)
	}
	fmt.Fprintf(p.out, "Edition %d is released.\n", c.ID)
	return nil
}

type editionsRemakeCmd struct {
	ID domain.EditionID `arg:"" help:"The edition's id."`
}

// Run makes a held edition anew. It stays held: somebody looks at it first.
func (c editionsRemakeCmd) Run(p *process, a shared) error {
	e, err := a.RemakeEdition(p.ctx, c.ID)
	if err != nil {
		return fmt.Errorf("edition %d: %w", c.ID, err)
	}
	fmt.Fprintf(p.out, "Edition %d is held: %s.\n%s\n%d pieces, for %d people\n", c.ID, e.Reason, plain(e.Subject), len(e.Items), e.Balance.Entitled)
	if err := errors.Join(p.titles(a, "+", e.Came), p.titles(a, "-", e.Went)); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Look at it on the desk, and let it go with marquee editions release %d.\n", c.ID)
	return nil
}

// titles are a line for each of some pieces.
func (p *process) titles(a shared, mark string, items []domain.ItemID) error {
	for _, id := range items {
		it, err := a.Store().Item(p.ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "  %s %s\n", mark, plain(it.FullTitle()))
	}
	return nil
}

type editionsCancelCmd struct {
	ID domain.EditionID `arg:"" help:"The edition's id."`
}

// Run cancels what has not been sent of an edition.
func (c editionsCancelCmd) Run(p *process, a shared) error {
	return p.setEdition(a, c.ID, []domain.EditionState{domain.EditionFrozen, domain.EditionHeld, domain.EditionSending}, domain.EditionCancelled)
}

type editionsMissedCmd struct {
	ID domain.EditionID `arg:"" help:"The edition's id."`
}

// Run queues everybody who did not get the edition once more. Whoever is
// suppressed, or not entitled any more, is left out again.
func (c editionsMissedCmd) Run(p *process, a shared) error {
	n, err := a.Store().ResendMissed(p.ctx, c.ID)
	if err != nil {
		return fmt.Errorf("edition %d: %w", c.ID, err)
	}
	if n == 0 {
		fmt.Fprintf(p.out, "Nobody missed edition %d.\n", c.ID)
		return nil
	}
	fmt.Fprintf(p.out, "Edition %d is tried once more for %d of its patrons, by marquee run.\n", c.ID, n)
	corrections, err := a.Store().Corrections(p.ctx, c.ID)
	if len(corrections) > 0 {
		fmt.Fprintln(p.out, "It was corrected: whoever gets it by now does not get that.")
	}
	return err
}

// setEdition moves an edition, also while the daemon runs: it reads the state at
// every claim.
func (p *process) setEdition(a shared, id domain.EditionID, from []domain.EditionState, to domain.EditionState) error {
	if err := a.Store().SetEditionState(p.ctx, id, from, to, "by the operator"); err != nil {
		return fmt.Errorf("edition %d: %w", id, err)
	}
	fmt.Fprintf(p.out, "Edition %d is %s.\n", id, to)
	return nil
}

package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"marquee/internal/domain"
)

type patronsCmd struct {
	Import  patronsImportCmd  `cmd:"" help:"Import patrons from a CSV file in Patreon's export format. Nobody is removed."`
	Sync    patronsSyncCmd    `cmd:"" help:"Bring the patrons into step with the configured rosters."`
	List    patronsListCmd    `cmd:"" help:"List everybody."`
	Show    patronsShowCmd    `cmd:"" help:"Show one patron."`
	Explain patronsExplainCmd `cmd:"" help:"Say what a patron may see of an item, why, and until when."`
}

type patronsImportCmd struct {
	File   string `arg:"" help:"The CSV file." type:"existingfile"`
	DryRun bool   `help:"Show the difference and change nothing."`
}

// Run shows the difference, and applies it unless it is a dry run.
func (c patronsImportCmd) Run(p *process, a exclusive) (err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	roster, listing, difference, err := a.PlanFile(p.ctx, file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := difference.Write(p.out); err != nil {
		return err
	}
	if c.DryRun {
		fmt.Fprintln(p.out, "Nothing was changed.")
		return nil
	}
	if _, err := a.Import(p.ctx, roster, listing); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "Imported.")
	return nil
}

type patronsSyncCmd struct{}

// Run syncs every roster; one's failure does not keep the others from it.
func (patronsSyncCmd) Run(p *process, a exclusive) error {
	var errs []error
	for _, name := range a.Rosters() {
		difference, err := a.ImportRoster(p.ctx, name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintf(p.out, "%s: ", name)
		errs = append(errs, difference.Write(p.out))
	}
	return errors.Join(errs...)
}

type patronsListCmd struct {
	JSON bool `help:"One JSON document." name:"json"`
}

// patronLine is a patron for people and programs.
type patronLine struct {
	ID       domain.PatronID `json:"id"`
	Roster   string          `json:"roster"`
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Standing domain.Standing `json:"standing"`
	Tier     string          `json:"tier,omitempty"`
	Since    time.Time       `json:"since,omitzero"`
	Gets     string          `json:"mail"` // "yes", or why not
}

// Run lists everybody.
func (c patronsListCmd) Run(p *process, a shared) error {
	patrons, err := a.Store().AllPatrons(p.ctx)
	if err != nil {
		return err
	}
	suppressed, err := a.Store().Suppressions(p.ctx)
	if err != nil {
		return err
	}
	lines := []patronLine{}
	for _, who := range patrons {
		lines = append(lines, newPatronLine(who, suppressed))
	}
	if c.JSON {
		return p.json(lines)
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tADDRESS\tNAME\tSTANDING\tTIER\tMAIL")
	for _, l := range lines {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", l.ID, plain(l.Email), plain(l.Name), l.Standing, l.Tier, l.Gets)
	}
	return w.Flush()
}

func newPatronLine(who domain.Patron, suppressed map[string]domain.Suppression) patronLine {
	l := patronLine{
		ID: who.ID, Roster: who.Roster, Email: who.Email, Name: who.Name,
		Standing: who.Standing, Tier: who.Tier, Since: who.Since, Gets: "yes",
	}
	if s, ok := suppressed[domain.EmailKey(who.Email)]; ok {
		l.Gets = fmt.Sprintf("%s %s", s.Reason, s.At.Format(time.DateOnly))
	}
	return l
}

type patronsShowCmd struct {
	Email string `arg:"" help:"The patron's address."`
	JSON  bool   `help:"One JSON document." name:"json"`
}

// Run shows one patron.
func (c patronsShowCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	suppressed, err := a.Store().Suppressions(p.ctx)
	if err != nil {
		return err
	}
	l := newPatronLine(who, suppressed)
	if c.JSON {
		return p.json(l)
	}
	fmt.Fprintf(p.out, "%s <%s>, patron %d of roster %s\nstanding  %s %s\nsince     %s\nmail      %s\n",
		plain(l.Name), plain(l.Email), l.ID, l.Roster, l.Standing, l.Tier, when(l.Since, a.Zone()), l.Gets)
	return nil
}

type patronsExplainCmd struct {
	Email string        `arg:"" help:"The patron's address."`
	Item  domain.ItemID `arg:"" help:"The item's id, as feeds show it after urn:uuid:."`
}

// Run asks the one entitlement function.
func (c patronsExplainCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	item, err := a.Store().Item(p.ctx, c.Item)
	if err != nil {
		return err
	}
	access := a.Decide(who.Audience, &item)
	fmt.Fprintf(p.out, "%s\n%s: %s (%s)\n", plain(item.FullTitle()), who.Label(), access.Level, access.Reason)
	if !access.Until.IsZero() {
		fmt.Fprintf(p.out, "changes by itself on %s\n", when(access.Until, a.Zone()))
	}
	return nil
}

package main

import (
	"errors"
	"fmt"
	"os"
)

type patronsCmd struct {
	Import  patronsImportCmd  `cmd:"" help:"Import patrons from a CSV file in Patreon's export format. Nobody is removed."`
	Sync    patronsSyncCmd    `cmd:"" help:"Bring the patrons into step with the configured rosters."`
	List    patronsListCmd    `cmd:"" help:"List people: everybody, or some."`
	Tiers   patronsTiersCmd   `cmd:"" help:"How many there are of each tier and standing."`
	Show    patronsShowCmd    `cmd:"" help:"Show one patron, and what became of the last editions for them."`
	Explain patronsExplainCmd `cmd:"" help:"Say what a patron may see of an item, why, and until when; or why they did or did not get an edition."`
	Add     patronsAddCmd     `cmd:"" help:"Give somebody a tier, whatever rosters say."`
	Resume  patronsResumeCmd  `cmd:"" help:"Let mail go again to somebody whose letters came back."`
	Feeds   patronsFeedsCmd   `cmd:"" help:"By what a patron's own feeds are read; make or revoke their link."`
	Remove  patronsRemoveCmd  `cmd:"" help:"Take back a tier that was given."`
	Prefer  patronsPreferCmd  `cmd:"" help:"Set what a patron would set on their own page."`
	Export  patronsExportCmd  `cmd:"" help:"All that is held about a patron, as JSON, for themselves."`
	Erase   patronsEraseCmd   `cmd:"" help:"Forget a patron for good. No roster and no backup brings them back."`
}

type patronsImportCmd struct {
	File   string `arg:"" optional:"" help:"The CSV file." type:"existingfile"`
	DryRun bool   `help:"Show the difference and change nothing."`
	Undo   bool   `help:"Take back what the last file brought. Who has changed since stays."`
}

// Run shows the difference, and applies it unless it is a dry run.
func (c patronsImportCmd) Run(p *process, a exclusive) (err error) {
	if c.Undo == (c.File != "") {
		return fmt.Errorf("%w: name a file, or say --undo", errUsage)
	}
	if c.Undo {
		return c.undo(p, a)
	}
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

func (patronsImportCmd) undo(p *process, a exclusive) error {
	roster, difference, err := a.UndoImport(p.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: ", roster)
	return difference.Write(p.out)
}

type patronsSyncCmd struct {
	Roster []string `arg:"" optional:"" help:"Only these rosters."`
	Trust  bool     `help:"Take the roster's word at once: whoever it does not list leaves now, however many they are."`
}

// Run syncs rosters; one's failure does not keep the others from it.
func (c patronsSyncCmd) Run(p *process, a exclusive) error {
	names := c.Roster
	if len(names) == 0 {
		names = a.Rosters()
	}
	var errs []error
	for _, name := range names {
		difference, err := a.SyncRoster(p.ctx, name, c.Trust)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintf(p.out, "%s: ", name)
		errs = append(errs, difference.Write(p.out))
	}
	return errors.Join(errs...)
}

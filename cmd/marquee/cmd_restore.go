package main

import (
	"fmt"

	"marquee/internal/app"
)

type restoreCmd struct {
	File string `arg:"" help:"A file that marquee backup wrote." type:"existingfile"`
}

// Run puts a backup in the database's place. The daemon must not run.
func (c restoreCmd) Run(p *process) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	kept, err := app.Restore(p.ctx, cfg, p.env(warnings), c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Restored %s.\n", c.File)
	if kept != "" {
		fmt.Fprintf(p.out, "What was there before is in %s.\n", kept)
	}
	fmt.Fprintln(p.out, "No edition is mailed from it until you say so: see marquee editions, and editions release ID --sure.")
	return nil
}

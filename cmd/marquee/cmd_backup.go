package main

import "fmt"

type backupCmd struct {
	File string `arg:"" help:"The file to write; must not exist yet." type:"path"`
}

// Run copies the database as it is at one instant; it works beside a running
// daemon.
func (c backupCmd) Run(p *process, a shared) error {
	if err := a.Backup(p.ctx, c.File); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "The backup is in %s. It holds addresses and secrets: keep it safe.\n", c.File)
	return nil
}

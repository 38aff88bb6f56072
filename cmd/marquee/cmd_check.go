package main

import (
	"fmt"
)

type checkCmd struct{}

// Run does what the daemon does before it opens its store, and says what it found.
func (checkCmd) Run(p *process) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s is fine: %d sources, %d feeds, %d digests, %d rosters.\n",
		p.cli.Config, len(cfg.Sources), len(cfg.Feeds), len(cfg.Digests), len(cfg.Rosters))
	return nil
}

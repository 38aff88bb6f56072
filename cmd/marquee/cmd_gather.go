package main

import (
	"fmt"

	"marquee/internal/gather"
)

type gatherCmd struct {
	Source []string `arg:"" optional:"" help:"Names of sources; all when none is given."`
}

// Run reads the sources and says what each gave.
func (c gatherCmd) Run(p *process, a exclusive) error {
	failed := 0
	err := a.Gather(p.ctx, c.Source, func(name string, r gather.Report, err error) {
		if err != nil {
			failed++
			fmt.Fprintln(p.errOut, "marquee:", err)
			return
		}
		fmt.Fprintf(p.out, "%s: %s\n", name, r)
	})
	if failed > 0 {
		return fmt.Errorf("%d of the sources could not be gathered; what was stored stays", failed)
	}
	return err
}

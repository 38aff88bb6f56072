package main

import (
	"fmt"

	"marquee/internal/domain"
)

type fsckCmd struct {
	JSON bool `help:"One JSON document." name:"json"`
}

// Run proves every edition; it works beside a running daemon. It fails when
// anything is wrong.
func (c fsckCmd) Run(p *process, a shared) error {
	findings, err := a.Store().Prove(p.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		if findings == nil {
			findings = []domain.Finding{}
		}
		err = p.json(findings)
	} else {
		for _, f := range findings {
			fmt.Fprintln(p.out, plain(f.String()))
		}
	}
	switch {
	case err != nil:
		return err
	case len(findings) > 0:
		return fmt.Errorf("%w: %d findings: restore a backup, or report them", errDamaged, len(findings))
	case !c.JSON:
		fmt.Fprintln(p.out, "Every edition balances.")
	}
	return nil
}

// errDamaged is what fsck fails with.
var errDamaged = fmt.Errorf("the database: %w", domain.ErrInvalid)

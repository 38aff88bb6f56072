package main

import (
	"fmt"

	"marquee/internal/gather"
)

type gatherCmd struct {
	Source []string `arg:"" optional:"" help:"Names of sources; all when none is given."`
	Accept string   `help:"Read nothing: let what is held of this source, because it came back as new, be news for the next edition." placeholder:"SOURCE" xor:"what"`
	Hook   string   `help:"Read nothing: print the address that this source's site may POST to when it has published something." placeholder:"SOURCE" xor:"what"`
}

// Run reads the sources, alone, or does something small beside the daemon.
func (c gatherCmd) Run(p *process) error {
	switch {
	case c.Accept != "":
		return c.accept(p)
	case c.Hook != "":
		return c.hook(p)
	}
	return c.gather(p)
}

// gather says what each source gave, and what of it could not be used.
func (c gatherCmd) gather(p *process) error {
	a, err := p.exclusive()
	if err != nil {
		return err
	}
	failed := 0
	err = a.Gather(p.ctx, c.Source, func(name string, r gather.Report, err error) {
		if err != nil {
			failed++
			fmt.Fprintln(p.errOut, "marquee:", err)
			return
		}
		fmt.Fprintf(p.out, "%s: %s\n", name, r)
		for _, problem := range r.Problems {
			fmt.Fprintf(p.errOut, "%s: %s\n", name, plain(problem))
		}
	})
	if failed > 0 {
		return fmt.Errorf("%d of the sources could not be gathered; what was stored stays", failed)
	}
	return err
}

func (c gatherCmd) accept(p *process) error {
	a, err := p.shared()
	if err != nil {
		return err
	}
	n, err := a.AcceptHeld(p.ctx, c.Accept)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d pieces of %s are news for the next edition.\n", n, c.Accept)
	return nil
}

func (c gatherCmd) hook(p *process) error {
	a, err := p.shared()
	if err != nil {
		return err
	}
	address, err := a.GatherHook(c.Hook)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, address)
	return nil
}

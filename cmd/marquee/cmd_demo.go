package main

import (
	"marquee/internal/demo"
)

type demoCmd struct {
	Listen string `help:"Where to serve everything; a free port on this machine when left out." placeholder:"ADDR"`
	Once   bool   `help:"Do the work, write the results, and end."`
	Dir    string `help:"Write the site and the mails to this directory." placeholder:"DIR"`
}

// Run runs the sample publication.
func (c demoCmd) Run(p *process) error {
	return demo.Run(p.ctx, demo.Options{
		Listen: c.Listen, Once: c.Once, Dir: c.Dir, Out: p.out,
		Version: version(), Now: now, Log: p.env(warnings).Log,
	})
}

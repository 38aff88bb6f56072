package main

import (
	"fmt"
)

type feedsCmd struct {
	List  feedsListCmd  `cmd:"" default:"1" help:"What each feed holds, and what it had to leave out."`
	Build feedsBuildCmd `cmd:"" help:"Write the public site, feeds and all, as files for any web server."`
}

type feedsBuildCmd struct {
	Out string `help:"The directory to write to; made when it is not there." default:"public" placeholder:"DIR"`
}

// Run writes what has changed, and says so.
func (c feedsBuildCmd) Run(p *process, a shared) error {
	report, err := a.BuildSite(p.ctx, c.Out)
	for _, f := range report.Changed {
		fmt.Fprintln(p.out, "wrote   "+f)
	}
	for _, f := range report.Removed {
		fmt.Fprintln(p.out, "removed "+f)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d files in %s, %d of them written\n", len(report.Files), c.Out, len(report.Changed))
	return nil
}

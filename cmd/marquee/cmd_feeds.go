package main

import (
	"fmt"
)

type feedsCmd struct {
	Build feedsBuildCmd `cmd:"" help:"Write the public feeds as files."`
}

type feedsBuildCmd struct {
	Out string `help:"The directory to write to; made when it is not there." default:"feeds" placeholder:"DIR"`
}

// Run writes every feed in every format.
func (c feedsBuildCmd) Run(p *process, a shared) error {
	files, err := a.BuildFeeds(p.ctx, c.Out)
	for _, f := range files {
		fmt.Fprintln(p.out, f)
	}
	return err
}

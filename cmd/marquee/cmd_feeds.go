package main

import (
	"errors"
	"fmt"

	"marquee/internal/app"
)

type feedsCmd struct {
	Build feedsBuildCmd `cmd:"" help:"Write the public feeds as files."`
}

type feedsBuildCmd struct {
	Out string `help:"The directory to write to; made when it is not there." default:"feeds" placeholder:"DIR"`
}

// Run writes every feed in every format.
func (c feedsBuildCmd) Run(p *process) (err error) {
	a, err := p.open(app.Shared)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	files, err := a.BuildFeeds(p.ctx, c.Out)
	for _, f := range files {
		fmt.Fprintln(p.out, f)
	}
	return err
}

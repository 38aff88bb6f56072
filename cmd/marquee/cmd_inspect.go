package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"marquee/internal/app"
)

type inspectCmd struct {
	ContentType string   `help:"The Content-Type that a server says of a file." placeholder:"T"`
	URL         string   `help:"Where a file would be; relative addresses in it start there." name:"url" placeholder:"U"`
	What        []string `arg:"" name:"file-or-url" help:"Feeds: files or addresses."`
}

// Run prints one JSON Feed document a line, and what could not be used.
func (c inspectCmd) Run(p *process) error {
	failed := 0
	for _, what := range c.What {
		specimen, err := c.specimen(what)
		if err == nil {
			err = p.inspect(what, specimen)
		}
		if err != nil {
			failed++
			fmt.Fprintf(p.errOut, "marquee: %s: %v\n", what, err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d could not be read", failed, len(c.What))
	}
	return nil
}

func (p *process) inspect(what string, s app.Specimen) error {
	document, problems, err := app.Inspect(p.ctx, s, p.env(warnings))
	if err != nil {
		return err
	}
	for _, problem := range problems {
		fmt.Fprintf(p.errOut, "%s: %s\n", what, plain(problem))
	}
	_, err = fmt.Fprintf(p.out, "%s\n", document)
	return err
}

// specimen reads a file, and leaves an address to be fetched.
func (c inspectCmd) specimen(what string) (app.Specimen, error) {
	if strings.HasPrefix(what, "http://") || strings.HasPrefix(what, "https://") {
		return app.Specimen{URL: what}, nil
	}
	body, err := os.ReadFile(what) //nolint:gosec // the operator names it
	if err != nil {
		return app.Specimen{}, err
	}
	at := c.URL
	if at == "" {
		at = "https://localhost/" + url.PathEscape(filepath.Base(what))
	}
	return app.Specimen{URL: at, ContentType: c.ContentType, Body: body}, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"marquee/internal/app"
	"marquee/internal/doctor"
)

type checkCmd struct {
	Online bool   `help:"Also ask the DNS, the relays, the sources and your own web server whether letters will arrive."`
	All    bool   `help:"With --online: list what is fine, too."`
	JSON   bool   `help:"With --online: one JSON document." name:"json"`
	DNS    string `help:"With --online: ask this DNS server instead of the machine's." placeholder:"HOST:PORT" name:"dns"`
}

// Run does what the daemon does before it opens its store, and says what it found.
func (c checkCmd) Run(p *process) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if !c.Online {
		fmt.Fprintf(p.out, "%s is fine: %d sources, %d feeds, %d digests, %d rosters.\n",
			p.cli.Config, len(cfg.Sources), len(cfg.Feeds), len(cfg.Digests), len(cfg.Rosters))
		return nil
	}
	p.resolver = c.resolver()
	a, err := p.open(app.Shared)
	if err != nil {
		return err
	}
	report, err := a.Checkup(p.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = p.json(report)
	} else {
		c.write(p.out, report)
	}
	if n := report.Count(doctor.Fault); err == nil && n > 0 {
		return fmt.Errorf("check --online: %d things keep letters from arriving, or pieces from being read", n)
	}
	return err
}

// resolver asks the server that was named; nil is the machine's.
func (c checkCmd) resolver() doctor.Resolver {
	if c.DNS == "" {
		return nil
	}
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, c.DNS)
	}}
}

// write lists what is not fine, and counts.
func (c checkCmd) write(out io.Writer, report doctor.Report) {
	for _, f := range report {
		if c.All || f.Level != doctor.OK {
			writeFinding(out, f)
		}
	}
	fmt.Fprintf(out, "%d fine, %d to know, %d unknown, %d warnings, %d faults.\n", report.Count(doctor.OK),
		report.Count(doctor.Note), report.Count(doctor.Unknown), report.Count(doctor.Warning), report.Count(doctor.Fault))
}

func writeFinding(out io.Writer, f doctor.Finding) {
	fmt.Fprintf(out, "%-8s %s: %s %s.\n", f.Level, f.Exam, plain(f.Of), strings.TrimSuffix(plain(f.Says), "."))
	for _, more := range []string{f.Why, f.Do} {
		if more != "" {
			fmt.Fprintf(out, "         %s\n", plain(more))
		}
	}
	for line := range strings.Lines(f.Paste) {
		fmt.Fprintf(out, "             %s\n", plain(strings.TrimSuffix(line, "\n")))
	}
	fmt.Fprintln(out)
}

package main

import (
	"fmt"
	"io"
	"os"

	"marquee/internal/delivery"
)

// progress shows how delivery goes: on a terminal as one live line, elsewhere a
// line each time.
type progress struct {
	out  io.Writer
	live bool
	last int // how many columns the live line has
}

func newProgress(out io.Writer) *progress {
	f, ok := out.(*os.File)
	if !ok {
		return &progress{out: out}
	}
	info, err := f.Stat()
	return &progress{out: out, live: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// show is called by one run at a time.
func (p *progress) show(d delivery.Progress) {
	line := fmt.Sprintf("%d sent (%.0f a second), %d deferred, %d failed, %d left", d.Sent, d.Rate(), d.Deferred, d.Failed, d.Left)
	if left := d.TimeLeft(); left > 0 {
		line += fmt.Sprintf(", about %s to go", left)
	}
	if !p.live {
		fmt.Fprintln(p.out, line)
		return
	}
	fmt.Fprintf(p.out, "\r%-*s", p.last, line)
	p.last = len(line)
	if d.Left == 0 {
		fmt.Fprintln(p.out)
	}
}

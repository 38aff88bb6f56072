package mailtest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// troubles runs what the harness can make happen: to the message in the middle
// of a window, to its first, and to one alone.
func troubles(t *testing.T, start func(*testing.T) Harness) {
	t.Helper()
	for name, c := range map[string]struct {
		pick func(Harness) func(string)
		want string
	}{
		"temporary": {func(h Harness) func(string) { return h.Temporary }, "deferred"},
		"permanent": {func(h Harness) func(string) { return h.Permanent }, "rejected"},
		"lost":      {func(h Harness) func(string) { return h.Lost }, "unknown"},
	} {
		if c.pick(start(t)) == nil {
			continue
		}
		for place, size := range map[string][2]int{"first": {0, 5}, "middle": {2, 5}, "last": {4, 5}, "alone": {0, 1}} {
			t.Run(name+" "+place, func(t *testing.T) {
				t.Parallel()
				b := open(t, start(t))
				to := five("troubled")[:size[1]]
				c.pick(b.Harness)(to[size[0]])
				b.around(b.send(to...), size[0], c.want)
				b.goesOn()
			})
		}
	}
	if start(t).Silent != nil {
		t.Run("silent", func(t *testing.T) {
			t.Parallel()
			silent(t, open(t, start(t)))
		})
	}
}

// around checks the outcome of the message that met trouble and of those around
// it: those before were sent, and those behind too, unless the session is over.
func (b *bench) around(errs []error, at int, want string) {
	b.t.Helper()
	got := outcomes(errs)
	for i, outcome := range got {
		ok := outcome == "sent"
		switch {
		case i == at:
			ok = outcome == want
		case i > at && !b.session.Usable():
			ok = outcome == "withheld" || outcome == "unknown"
		}
		if !ok {
			b.t.Errorf("message %d is %s: %v", i, outcome, errs)
		}
	}
}

// silent wants a server that has fallen silent to be left when the context ends.
func silent(t *testing.T, b *bench) {
	to := five("silent")
	b.Silent(to[2])
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	errs := b.sendIf(ctx, func(context.Context) ([]bool, error) { return slices.Repeat([]bool{true}, len(to)), nil }, to...)
	for i, outcome := range outcomes(errs) {
		if i < 2 && outcome != "sent" || i >= 2 && outcome != "withheld" && outcome != "unknown" {
			t.Errorf("message %d is %s: %v", i, outcome, errs)
		}
		if i >= 2 && !errors.Is(errs[i], context.DeadlineExceeded) {
			t.Errorf("got %v, want it to wrap context.DeadlineExceeded", errs[i])
		}
	}
	b.goesOn()
}

package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"marquee/internal/testkit"
)

// TestMain lets the scripts run this binary as marquee.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"marquee": main})
}

// TestScripts runs what testdata/script tells, as users type it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "../../testdata/script", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GORACE", "atexit_sleep_ms=0") // each command would linger a second under the race detector
			dns, err := testkit.StartDNS(
				"lantern.org MX mx.lantern.org", "mx.lantern.org A 203.0.113.7", "in.lantern.org MX mx.lantern.org", "_dmarc.lantern.org TXT v=DMARC1; p=none")
			if err != nil {
				return err
			}
			e.Setenv("DNS", dns.Addr)
			e.Defer(func() { dns.Close() })
			return nil
		},
	})
}

package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
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
			return nil
		},
	})
}

package delivery_test

import (
	"context"
	"testing"

	"marquee/internal/delivery"
)

// A domain that takes letters and refuses them afterwards rests like one that
// refuses them at once: after three, or after one that says it does not believe
// us. The alarm is raised once.
func TestRefusedAfterwards(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status  string
		letters int
		rests   bool
	}{
		"one":                      {"5.7.1", 1, false},
		"two":                      {"5.7.1", 2, false},
		"three":                    {"5.7.1", 3, true},
		"one, not believed":        {"5.7.26", 1, true},
		"of before it last rested": {"5.7.26", 0, false},
	} {
		w := newWorld(t)
		cfg := w.config(newRelay(t))
		alarms := 0
		cfg.Alarm = func(_ context.Context, p delivery.Pace) {
			if alarms++; p.Destination != "domain reader.example" || p.Reason != "no spam" {
				t.Errorf("%s: alarm %+v", name, p)
			}
		}
		runner := delivery.New(cfg)
		for range 2 {
			check(t, runner.Refused(t.Context(), "Reader.example", tt.status, "no spam", tt.letters))
		}
		paces, err := w.Paces(t.Context())
		check(t, err)
		if rests := !paces["domain reader.example"].Until.IsZero(); rests != tt.rests || rests != (alarms == 1) {
			t.Errorf("%s: rests %t, %d alarms", name, rests, alarms)
		}
	}
}

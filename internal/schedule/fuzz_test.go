package schedule_test

import (
	"testing"
	"time"

	"marquee/internal/schedule"
)

// Whatever is written in a configuration is an error or a schedule that goes on.
func FuzzParse(f *testing.F) {
	for _, expr := range []string{
		"0 17 * * FRI", "*/15 0-23/2 1,15 JAN-DEC ?", "@weekly", "@every 1s", "TZ=", "CRON_TZ=X", "TZ=UTC * * * * *",
		"0 0 31 2 *", "60 * * * *", "* * * * * *", "1-0 * * * *", "*/0 * * * *", "@", " \t",
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		s, err := schedule.Parse(expr, time.UTC)
		if err != nil {
			return
		}
		const start = "2026-11-20T17:00"
		if next := s.Next(start); next != "" && next <= start {
			t.Errorf("%q: %s is not after %s", expr, next, start)
		}
	})
}

package schedule_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/schedule"
)

func TestRunnerTicksAndWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var calls []time.Duration
		finished := false
		err := schedule.NewRunner(slog.New(slog.DiscardHandler)).Run(ctx, schedule.EveryMinute, func(ctx context.Context) {
			calls = append(calls, time.Since(began).Round(time.Second))
			if len(calls) < 3 {
				return
			}
			time.Sleep(90 * time.Second) // the next call falls out
			cancel()
			<-ctx.Done()
			time.Sleep(time.Second)
			finished = true
		})
		want := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}
		if diff := cmp.Diff(want, calls); err != nil || diff != "" || !finished {
			t.Errorf("Run = %v, finished %t; calls -want +got:\n%s", err, finished, diff)
		}
	})
}

func TestRunnerSurvivesPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var log bytes.Buffer
		calls := 0
		err := schedule.NewRunner(slog.New(slog.NewTextHandler(&log, nil))).Run(ctx, "@hourly", func(context.Context) {
			if calls++; calls == 1 {
				panic("out of film")
			}
			cancel()
		})
		if err != nil || calls != 2 || !strings.Contains(log.String(), "out of film") {
			t.Errorf("Run = %v, %d calls, log %s", err, calls, &log)
		}
	})
}

func TestRunnerRefusesNonsense(t *testing.T) {
	t.Parallel()
	err := schedule.NewRunner(slog.New(slog.DiscardHandler)).Run(t.Context(), "soon", func(context.Context) {})
	if err == nil || !strings.Contains(err.Error(), `schedule "soon"`) {
		t.Errorf("Run = %v", err)
	}
}

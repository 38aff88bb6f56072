package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"
)

// EveryMinute is the expression of the tick on which everything else is decided.
const EveryMinute = "* * * * *"

// Runner calls functions by the clock. What they do must be decided by what is
// due, not by being called: a call may be late, and may not come at all.
type Runner struct {
	log *slog.Logger
}

// NewRunner returns a runner that tells log when a call panicked.
func NewRunner(log *slog.Logger) *Runner { return &Runner{log: log} }

// Run calls do whenever expr says so, in UTC, until ctx ends, and returns when
// the last call has. A call that is still at work when the next is due makes
// that one fall out; one that panics does not keep the next from coming.
func (r *Runner) Run(ctx context.Context, expr string, do func(context.Context)) error {
	quiet := cronLogger{r.log}
	runner := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(quiet),
		cron.WithChain(cron.SkipIfStillRunning(quiet), cron.Recover(quiet)))
	if _, err := runner.AddFunc(expr, func() { do(ctx) }); err != nil {
		return fmt.Errorf("schedule %q: %w", expr, err)
	}
	runner.Start()
	<-ctx.Done()
	<-runner.Stop().Done()
	return nil
}

// cronLogger hands on what cron has to say.
type cronLogger struct {
	log *slog.Logger
}

// Info is each start and wake-up: nothing that anybody needs to know.
func (cronLogger) Info(string, ...any) {}

// Error is a call that panicked; values hold the stack.
func (l cronLogger) Error(err error, _ string, values ...any) {
	l.log.Error("scheduled call panicked", append([]any{"err", err}, values...)...)
}

package jobs

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

func TestOutcome(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	permanent := fmt.Errorf("gather: %w", domain.ErrPermanent)
	for name, tt := range map[string]struct {
		err       error
		cancelled bool
		snoozed   time.Duration
	}{
		"none":             {nil, false, 0},
		"plain":            {plain, false, 0},
		"invalid":          {fmt.Errorf("compile: %w", domain.ErrInvalid), false, 0}, // somebody may mend it
		"permanent":        {permanent, true, 0},
		"unknown":          {unknown("source", "x"), true, 0},
		"gone":             {&fetch.Error{Status: 410, RetryAfter: time.Hour}, true, 0},
		"server error":     {&fetch.Error{Status: 503}, false, 0},
		"asks for a while": {fmt.Errorf("read: %w", &fetch.Error{Status: 503, RetryAfter: time.Minute}), false, time.Minute},
		"asks for ever":    {&fetch.Error{Status: 429, RetryAfter: 30 * 24 * time.Hour}, false, 24 * time.Hour},
	} {
		got := outcome(tt.err)
		var snooze *river.JobSnoozeError
		switch {
		case tt.snoozed > 0:
			if !errors.As(got, &snooze) || snooze.Duration != tt.snoozed {
				t.Errorf("%s: %v, want a snooze of %v", name, got, tt.snoozed)
			}
		case errors.As(got, new(*river.JobCancelError)) != tt.cancelled, errors.As(got, &snooze), !errors.Is(got, tt.err):
			t.Errorf("%s: %v", name, got)
		}
	}
}

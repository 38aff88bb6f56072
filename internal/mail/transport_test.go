package mail_test

import (
	"errors"
	"fmt"
	"testing"

	"marquee/internal/mail"
)

func TestSendError(t *testing.T) {
	t.Parallel()
	cause := errors.New("RCPT: unknown")
	for want, e := range map[string]*mail.SendError{
		"hand over: RCPT: unknown":            {Outcome: mail.Deferred, Err: cause},
		"hand over: 550: RCPT: unknown":       {Outcome: mail.Rejected, Code: 550, Err: cause},
		"hand over: 550 5.1.1: RCPT: unknown": {Outcome: mail.Rejected, Code: 550, Enhanced: "5.1.1", Err: cause},
	} {
		wrapped := fmt.Errorf("deliver: %w", e)
		if e.Error() != want || !errors.Is(wrapped, cause) || mail.OutcomeOf(wrapped) != e.Outcome {
			t.Errorf("got %q, outcome %d, want %q, outcome %d", e, mail.OutcomeOf(wrapped), want, e.Outcome)
		}
	}
	if got := mail.OutcomeOf(cause); got != mail.Deferred {
		t.Errorf("got outcome %d for an error that says nothing of it", got)
	}
}

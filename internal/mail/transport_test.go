package mail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

func TestAsk(t *testing.T) {
	t.Parallel()
	cause := errors.New("lease lost")
	answer := func(let []bool, err error) mail.Begin {
		return func(context.Context) ([]bool, error) { return let, err }
	}
	for name, c := range map[string]struct {
		begin mail.Begin
		want  []bool // nil is an error
	}{
		"nobody to ask": {nil, []bool{true, true}},
		"some":          {answer([]bool{false, true}, nil), []bool{false, true}},
		"too few":       {answer([]bool{true}, nil), nil},
		"too many":      {answer([]bool{true, true, true}, nil), nil},
		"fails":         {answer([]bool{true, true}, cause), nil},
	} {
		let, err := c.begin.Ask(t.Context(), 2)
		if !slices.Equal(let, c.want) || (err != nil) != (c.want == nil) {
			t.Errorf("%s: got %v, %v", name, let, err)
		}
		if name == "fails" && !errors.Is(err, cause) {
			t.Errorf("got %v, want it to wrap what begin said", err)
		}
	}
}

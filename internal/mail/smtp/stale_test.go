package smtp_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"marquee/internal/mail"
	"marquee/internal/mail/mailtest"
	"marquee/internal/testkit"
)

// A server that gets slow in the middle of a window completes nothing of it that
// was decided on too long ago.
func TestSlowInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, conversation := range []string{"plain", "pipelining"} {
		t.Run(conversation, func(t *testing.T) {
			t.Parallel()
			sink, err := testkit.StartSink(t.Context(), testkit.SinkConfig{
				Offer: extensions()[conversation],
				Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
					if c.Verb == "dot" {
						<-time.NewTimer(mail.Freshness * 6 / 10).C
					}
					return testkit.SinkAnswer{}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = sink.Close() })
			session, err := dialer(t, sink.Addr, "tls: none").Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			window := mailtest.Window("1@example.org", "2@example.org", "3@example.org", "4@example.org", "5@example.org")
			errs := session.Send(t.Context(), window, func(context.Context) ([]bool, error) {
				return slices.Repeat([]bool{true}, len(window)), nil
			})
			taken := 0
			for i, err := range errs {
				switch {
				case err == nil && taken == i:
					taken++
				case err == nil || mail.OutcomeOf(err) != mail.Withheld:
					t.Errorf("message %d: %v", i, err)
				}
			}
			if taken == 0 || taken > 2 || sink.Taken() != taken {
				t.Errorf("%d of %d were taken, %d by the server", taken, len(window), sink.Taken())
			}
			if conversation == "plain" && !session.Usable() {
				t.Error("the session is over, although nothing stands open")
			}
		})
	}
}

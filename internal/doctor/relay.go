package doctor

import (
	"context"
	"errors"
	"fmt"

	"marquee/internal/mail"
)

// relays opens a session with every relay: its address, its certificate, the
// login. No letter is handed over.
func (d *Doctor) relays(ctx context.Context) Report {
	var r Report
	for i, relay := range d.Relays {
		r = append(r, d.relay(ctx, relay, i > 0))
	}
	return r
}

func (d *Doctor) relay(ctx context.Context, relay Relay, spare bool) Finding {
	f := Finding{
		Exam: "relay", Of: relay.Name, Level: OK, Says: relay.Server.Host + " answers, and takes the login",
		Why: "Every letter leaves through it.",
	}
	session, err := relay.Transport.Open(ctx)
	if err == nil {
		_ = session.Close() // it was opened, and that is all there is to know
		return f
	}
	f.Level, f.Says, f.Do = Fault, "cannot be used: "+reason(err), "Mend mail's keys as your relay's manual has them, or ask whoever runs it."
	if spare {
		f.Level = Warning
	}
	if sent, ok := errors.AsType[*mail.SendError](err); ok && sent.Outcome == mail.Deferred && sent.Code != 0 {
		f.Level, f.Says = Warning, fmt.Sprintf("does not want us now: %d: %s", sent.Code, reason(err))
		f.Do = "Try again later: what it says is temporary."
	}
	return f
}

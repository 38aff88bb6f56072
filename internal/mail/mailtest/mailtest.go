// Package mailtest is the suite that every mail transport passes.
package mailtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"marquee/internal/mail"
)

// Harness is a transport under test with the place that its mail goes to.
type Harness struct {
	Transport mail.Transport
	// Delivered are the messages that arrived, byte for byte, in any order; nil
	// for a transport that keeps nothing.
	Delivered func() [][]byte

	// Troubles that the next message to an address meets. One that is nil cannot
	// happen to the transport, and is not tested.
	Temporary func(to string) // it is refused, but may be sent again
	Permanent func(to string) // it is refused for good
	Silent    func(to string) // its transfer begins and gets no answer
	Lost      func(to string) // it is taken, but the answer does not arrive
}

// Message is a message as stamps make them, for tests of one's own.
func Message(to string) mail.Message {
	return mail.Message{
		From: "digest@lanternscreen.example", To: to,
		Content: [][]byte{
			[]byte("To: <" + to + ">\r\nMessage-ID: <" + to + ">\r\n"),
			[]byte("Subject: test\r\n\r\nHello "), []byte("you"), []byte("\r\n"),
		},
	}
}

// Window are messages to addresses.
func Window(to ...string) []mail.Message {
	var window []mail.Message
	for _, address := range to {
		window = append(window, Message(address))
	}
	return window
}

// Run runs the suite. start makes a harness whose places are empty.
func Run(t *testing.T, start func(*testing.T) Harness) {
	t.Helper()
	for name, run := range map[string]func(*testing.T, *bench){
		"accepted":           accepted,
		"byte for byte":      byteForByte,
		"begin refuses":      beginRefuses,
		"begin fails":        beginFails,
		"nothing to begin":   nothingToBegin,
		"cancelled before":   cancelledBefore,
		"cancelled by begin": cancelledByBegin,
		"two sessions":       sessionsAreIndependent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, open(t, start(t)))
		})
	}
	troubles(t, start)
}

// bench is an open session with what cases share.
type bench struct {
	Harness
	t       *testing.T
	session mail.Session
	begun   int // how often begin was asked
}

func open(t *testing.T, h Harness) *bench {
	t.Helper()
	b := &bench{Harness: h, t: t}
	b.reopen()
	t.Cleanup(func() {
		if err := b.session.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

func (b *bench) reopen() {
	b.t.Helper()
	session, err := b.Transport.Open(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.session = session
}

// send hands a window over of which begin lets all through.
func (b *bench) send(to ...string) []error {
	b.t.Helper()
	return b.sendIf(b.t.Context(), func(context.Context) ([]bool, error) {
		return slices.Repeat([]bool{true}, len(to)), nil
	}, to...)
}

// sendIf hands a window over, and checks that nothing arrives before begin was
// asked, that it is asked once, and that outcomes and arrivals agree.
func (b *bench) sendIf(ctx context.Context, begin mail.Begin, to ...string) []error {
	b.t.Helper()
	before, asked := len(b.delivered()), 0
	errs := b.session.Send(ctx, Window(to...), func(ctx context.Context) ([]bool, error) {
		if asked++; asked > 1 {
			b.t.Error("begin was asked again")
		}
		if n := len(b.delivered()); n != before {
			b.t.Error("arrived before begin was asked")
		}
		return begin(ctx)
	})
	b.begun += asked
	if len(errs) != len(to) {
		b.t.Fatalf("%d outcomes for %d messages", len(errs), len(to))
	}
	for i, err := range errs {
		b.agrees(to[i], err, asked > 0)
	}
	return errs
}

// agrees checks one outcome against what arrived.
func (b *bench) agrees(to string, err error, asked bool) {
	b.t.Helper()
	if _, ok := errors.AsType[*mail.SendError](err); err != nil && !ok {
		b.t.Errorf("%s: got %T, want a SendError", to, err)
	}
	if err != nil && strings.Contains(err.Error(), "@example.org") {
		b.t.Errorf("an address in %v", err)
	}
	took := err == nil || mail.OutcomeOf(err) == mail.Unknown
	if took && !asked {
		b.t.Errorf("%s: completed although begin was not asked", to)
	}
	n := b.arrived(to)
	if b.Delivered != nil && (err == nil && n != 1 || !took && n != 0 || n > 1) {
		b.t.Errorf("%s: arrived %d times, with outcome %v", to, n, err)
	}
}

func (b *bench) delivered() [][]byte {
	if b.Delivered == nil {
		return nil
	}
	return b.Delivered()
}

// arrived is how often a message to an address did.
func (b *bench) arrived(to string) int {
	n := 0
	for _, data := range b.delivered() {
		if strings.HasPrefix(string(data), "To: <"+to+">") {
			n++
		}
	}
	return n
}

// want checks outcomes: "sent", "deferred", "rejected", "unknown" or "withheld".
func (b *bench) want(errs []error, want ...string) {
	b.t.Helper()
	if got := outcomes(errs); !slices.Equal(got, want) {
		b.t.Errorf("got %v, want %v: %v", got, want, errs)
	}
}

func outcomes(errs []error) []string {
	names := map[mail.Outcome]string{
		mail.Deferred: "deferred", mail.Rejected: "rejected", mail.Unknown: "unknown", mail.Withheld: "withheld",
	}
	var got []string
	for _, err := range errs {
		if err == nil {
			got = append(got, "sent")
		} else {
			got = append(got, names[mail.OutcomeOf(err)])
		}
	}
	return got
}

// goesOn checks that a session which says it is usable is, and that another can
// be opened if not.
func (b *bench) goesOn() {
	b.t.Helper()
	if !b.session.Usable() {
		begun := b.begun
		b.want(b.send("early1@example.org", "early2@example.org"), "withheld", "withheld")
		if b.begun != begun {
			b.t.Error("begin was asked by a session that is over")
		}
		if err := b.session.Close(); err != nil {
			b.t.Errorf("close: %v", err)
		}
		b.reopen()
	}
	b.want(b.send("next1@example.org", "next2@example.org"), "sent", "sent")
}

// five are the addresses of a window.
func five(name string) []string {
	var to []string
	for i := range 5 {
		to = append(to, fmt.Sprintf("%s%d@example.org", name, i))
	}
	return to
}

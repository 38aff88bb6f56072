// Package mailtest is the suite that every mail transport passes.
package mailtest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/mail"
)

// Harness is a transport under test with the place that its mail goes to.
type Harness struct {
	Transport mail.Transport
	// Delivered are the messages that arrived, byte for byte, in any order.
	Delivered func() [][]byte

	// Troubles that the next message meets. One that is nil cannot happen to
	// the transport, and is not tested.
	Temporary func() // it is refused, but may be sent again; the session goes on if Usable says so
	Permanent func() // it is refused for good
	Silent    func() // its transfer begins and gets no answer
	Lost      func() // it is taken, but the answer does not arrive
}

// Message is a message as Compose makes them, for tests of one's own.
func Message(to string, commit func(context.Context) error) mail.Message {
	return mail.Message{
		From: "digest@lanternscreen.example", To: to, Commit: commit,
		Data: []byte("To: <" + to + ">\r\nMessage-ID: <" + to + ">\r\nSubject: test\r\n\r\nHello\r\n"),
	}
}

// Run runs the suite. start makes a harness whose places are empty.
func Run(t *testing.T, start func(*testing.T) Harness) {
	t.Helper()
	cases := map[string]func(*testing.T, *bench){
		"accepted":         accepted,
		"byte for byte":    byteForByte,
		"commit refuses":   commitRefuses,
		"cancelled before": cancelledBefore,
		"two sessions":     sessionsAreIndependent,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, open(t, start(t)))
		})
	}
	troubles(t, start)
}

// troubles runs what the harness can make happen.
func troubles(t *testing.T, start func(*testing.T) Harness) {
	t.Helper()
	for name, c := range map[string]struct {
		pick func(Harness) func()
		want mail.Outcome
		took int // messages that arrived all the same
	}{
		"temporary": {func(h Harness) func() { return h.Temporary }, mail.Deferred, 0},
		"permanent": {func(h Harness) func() { return h.Permanent }, mail.Rejected, 0},
		"lost":      {func(h Harness) func() { return h.Lost }, mail.Unknown, 1},
	} {
		if c.pick(start(t)) == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, start(t))
			c.pick(b.Harness)()
			err := b.send("troubled@example.org")
			b.want(err, c.want, c.took)
			if want := c.took; b.commits != want {
				t.Errorf("committed %d times, want %d", b.commits, want)
			}
			b.goesOn()
		})
	}
	if start(t).Silent != nil {
		t.Run("timeout", func(t *testing.T) {
			t.Parallel()
			timeout(t, open(t, start(t)))
		})
	}
}

// bench is an open session with the counting that cases share.
type bench struct {
	Harness
	t       *testing.T
	session mail.Session
	commits int
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

// send sends a message and counts its commits, of which the message must not
// have arrived before.
func (b *bench) send(to string) error {
	before := len(b.Delivered())
	return b.session.Send(b.t.Context(), Message(to, func(context.Context) error {
		b.commits++
		if n := len(b.Delivered()); n != before {
			b.t.Errorf("arrived before its commit")
		}
		return nil
	}))
}

// want checks an outcome and how many messages are there.
func (b *bench) want(err error, outcome mail.Outcome, arrived int) {
	b.t.Helper()
	var sent *mail.SendError
	if !errors.As(err, &sent) || sent.Outcome != outcome {
		b.t.Errorf("got %v, want a SendError with outcome %d", err, outcome)
	}
	if err != nil && strings.Contains(err.Error(), "@example.org") {
		b.t.Errorf("an address in %v", err)
	}
	if n := len(b.Delivered()); n != arrived {
		b.t.Errorf("%d messages arrived, want %d", n, arrived)
	}
}

// goesOn checks that a session which says it is usable is, and that another can
// be opened if not.
func (b *bench) goesOn() {
	b.t.Helper()
	before := len(b.Delivered())
	if !b.session.Usable() {
		if err := b.send("early@example.org"); mail.OutcomeOf(err) != mail.Deferred || err == nil {
			b.t.Errorf("a session that is over: got %v", err)
		}
		if err := b.session.Close(); err != nil {
			b.t.Errorf("close: %v", err)
		}
		b.reopen()
	}
	if err := b.send("next@example.org"); err != nil {
		b.t.Errorf("next: %v", err)
	}
	if n := len(b.Delivered()); n != before+1 {
		b.t.Errorf("%d messages arrived, want %d", n, before+1)
	}
}

func accepted(t *testing.T, b *bench) {
	for n, to := range []string{"one@example.org", "two@example.org", "three@example.org"} {
		if err := b.send(to); err != nil {
			t.Fatal(err)
		}
		if b.commits != n+1 {
			t.Errorf("committed %d times, want %d", b.commits, n+1)
		}
		if !b.session.Usable() {
			t.Error("not usable after success")
		}
	}
	if err := b.session.Send(t.Context(), Message("four@example.org", nil)); err != nil {
		t.Errorf("without commit: %v", err)
	}
	if n := len(b.Delivered()); n != 4 {
		t.Errorf("%d messages arrived, want 4", n)
	}
}

// byteForByte wants dots, long lines and large messages to arrive as they were.
func byteForByte(t *testing.T, b *bench) {
	for name, body := range map[string]string{
		"dots":       ".\r\n..\r\n.dot\r\na.\r\n...\r\n\r\n.\r\n",
		"long lines": strings.Repeat("x", 998) + "\r\n." + strings.Repeat("y", 997) + "\r\n",
		"large":      strings.Repeat("A line of seventy-six columns, which quoted-printable fills to the brim ....\r\n.\r\n", 4000),
		"no body":    "",
	} {
		m := Message("bytes@example.org", nil)
		m.Data = []byte("Message-ID: <" + strings.ReplaceAll(name, " ", "-") + "@x>\r\nSubject: " + name + "\r\n\r\n" + body)
		if err := b.session.Send(t.Context(), m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		arrived := false
		for _, got := range b.Delivered() {
			arrived = arrived || string(got) == string(m.Data)
		}
		if !arrived {
			all := b.Delivered()
			t.Errorf("%s (-sent +arrived last):\n%s", name, cmp.Diff(string(m.Data), string(all[len(all)-1])))
		}
	}
}

func commitRefuses(t *testing.T, b *bench) {
	refusal := errors.New("lease lost")
	err := b.session.Send(t.Context(), Message("withheld@example.org", func(context.Context) error { return refusal }))
	b.want(err, mail.Withheld, 0)
	if !errors.Is(err, refusal) {
		t.Errorf("got %v, want it to wrap what Commit said", err)
	}
	b.goesOn()
	for _, data := range b.Delivered() {
		if strings.Contains(string(data), "withheld@") {
			t.Error("a withheld message arrived")
		}
	}
}

func cancelledBefore(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := b.session.Send(ctx, Message("cancelled@example.org", func(context.Context) error {
		t.Error("committed although cancelled")
		return nil
	}))
	b.want(err, mail.Deferred, 0)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to wrap context.Canceled", err)
	}
	if _, err := b.Transport.Open(ctx); !errors.Is(err, context.Canceled) || mail.OutcomeOf(err) != mail.Deferred {
		t.Errorf("open: got %v", err)
	}
	b.goesOn()
}

// timeout wants a server that has fallen silent to be left when the context ends.
func timeout(t *testing.T, b *bench) {
	b.Silent()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := b.session.Send(ctx, Message("silent@example.org", func(context.Context) error {
		t.Error("committed without an answer")
		return nil
	}))
	b.want(err, mail.Deferred, 0)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it to wrap context.DeadlineExceeded", err)
	}
	b.goesOn()
}

func sessionsAreIndependent(t *testing.T, b *bench) {
	other, err := b.Transport.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := b.send("still@example.org"); err != nil {
		t.Errorf("after another session ended: %v", err)
	}
}

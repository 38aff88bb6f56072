package notice_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

func TestSendsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, waiting())
	before := 0 // doubts at the moment it arrives
	w.store.seen = func(n domain.Notice) {
		if len(w.relay.arrived) == 0 {
			before = n.Doubts
		}
	}
	for range 2 {
		if err := w.Send(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	w.is(t, domain.NoticeSent, 1, 0)
	if len(w.relay.arrived) != 1 || before != 1 || w.relay.closed != 1 {
		t.Errorf("%d copies, %d in doubt before, %d sessions closed", len(w.relay.arrived), before, w.relay.closed)
	}
	if n := w.store.notices[0]; !n.Changed.Equal(w.now) || n.Reason != "" {
		t.Errorf("changed %v, reason %q", n.Changed, n.Reason)
	}
	if n := strings.Count(w.log.String(), "notice sent"); n != 1 || strings.Contains(w.log.String(), "@") {
		t.Errorf("logged %s", &w.log)
	}
}

// The mail is service mail: nothing in it says that it belongs to a list.
func TestHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t, waiting())
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if w.Signer, err = dkim.New("lanternscreen.example", []dkim.Key{{Selector: "m2026", Private: private}}); err != nil {
		t.Fatal(err)
	}
	w.ReplyTo = netmail.Address{Address: "mara@lanternscreen.example"}
	if err := w.Send(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(bytes.NewReader(w.relay.arrived[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"Lantern Screen" <digest@lanternscreen.example>`, "Reply-To": "<mara@lanternscreen.example>",
		"To": `"Mara Ellison" <mara@lanternscreen.example>`, "Subject": "weekly goes out",
		"Date": "Fri, 20 Nov 2026 22:00:03 +0000", "Auto-Submitted": "auto-generated",
		"Precedence": "", "List-Id": "", "List-Unsubscribe": "", "List-Unsubscribe-Post": "", "Feedback-Id": "",
	} {
		if is := got.Header.Get(name); is != want {
			t.Errorf("%s: %s, want %s", name, is, want)
		}
	}
	if id := got.Header.Get("Message-ID"); !strings.HasPrefix(id, "<notice-frozen.") || !strings.HasSuffix(id, "@lanternscreen.example>") || strings.Contains(id, "weekly") {
		t.Errorf("Message-ID: %s", id)
	}
	if !strings.Contains(got.Header.Get("DKIM-Signature"), "s=m2026;") {
		t.Error("it is not signed")
	}
	if w.relay.to[0] != "mara@lanternscreen.example" {
		t.Errorf("it goes to %s", w.relay.to[0])
	}
}

// messageIDs are the Message-IDs of what arrived.
func (w *world) messageIDs(tb testing.TB) []string {
	tb.Helper()
	var ids []string
	for _, data := range w.relay.arrived {
		m, err := netmail.ReadMessage(bytes.NewReader(data))
		if err != nil {
			tb.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-ID"))
	}
	return ids
}

// What is about another thing has another Message-ID; the row's number plays no part.
func TestMessageIDs(t *testing.T) {
	t.Parallel()
	other, another := waiting(), waiting()
	other.Key, another.Kind = "weekly-2026-11-27-1700", domain.NoticeHeld
	w := newWorld(t, waiting())
	for _, n := range []domain.Notice{other, another} {
		if _, err := w.store.CreateNotice(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	for id := range domain.NoticeID(3) {
		if err := w.Send(t.Context(), id+1); err != nil {
			t.Fatal(err)
		}
	}
	ids := w.messageIDs(t)
	if len(ids) != 3 || ids[0] == ids[1] || ids[0] == ids[2] || ids[1] == ids[2] {
		t.Errorf("Message-IDs %q", ids)
	}
	later := newWorld(t, other)
	if err := later.Send(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := later.messageIDs(t); got[0] != ids[1] {
		t.Errorf("Message-ID %s after a restore, %s before", got[0], ids[1])
	}
}

// Outcomes of servers.
var (
	busy    = &mail.SendError{Outcome: mail.Deferred, Command: "RCPT", Code: 451, Enhanced: "4.3.0", Err: errors.New("later")}
	late    = &mail.SendError{Outcome: mail.Deferred, Command: "dot", Code: 452, Err: errors.New("full")}
	unknown = &mail.SendError{Outcome: mail.Rejected, Command: "RCPT", Code: 550, Enhanced: "5.1.1", Err: errors.New("no such user")}
	spam    = &mail.SendError{Outcome: mail.Rejected, Command: "dot", Code: 554, Enhanced: "5.7.1", Err: errors.New("no")}
	lost    = &mail.SendError{Outcome: mail.Unknown, Command: "dot", Err: errors.New("connection reset")}
	cut     = &mail.SendError{Outcome: mail.Withheld, Err: errors.New("the session ended")}
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answers []*mail.SendError // of which only the last may be final
		age     time.Duration
		state   domain.NoticeState
		doubts  int
		copies  int
		reason  string
	}{
		"later":           {answers: []*mail.SendError{busy}, state: domain.NoticeQueued, reason: "hand over: 451 4.3.0: later"},
		"later, then yes": {answers: []*mail.SendError{busy, late, nil}, state: domain.NoticeSent, copies: 1},
		"withheld":        {answers: []*mail.SendError{cut}, state: domain.NoticeQueued, reason: "hand over: the session ended"},
		"no":              {answers: []*mail.SendError{unknown}, state: domain.NoticeFailed, reason: "hand over: 550 5.1.1: no such user"},
		"no, at the dot":  {answers: []*mail.SendError{spam}, state: domain.NoticeFailed, reason: "hand over: 554 5.7.1: no"},
		"lost":            {answers: []*mail.SendError{lost}, state: domain.NoticeQueued, doubts: 1, copies: 1, reason: "hand over: connection reset"},
		"lost, then yes":  {answers: []*mail.SendError{lost, nil}, state: domain.NoticeSent, doubts: 1, copies: 2},
		"lost, then later, then lost": {
			answers: []*mail.SendError{lost, late, lost}, state: domain.NoticeFailed, doubts: 2, copies: 2,
			reason: "no answer was heard, twice: it may have arrived, even twice: hand over: connection reset",
		},
		"young enough": {answers: []*mail.SendError{busy}, age: 20*time.Hour - 1, state: domain.NoticeQueued, reason: "hand over: 451 4.3.0: later"},
		"too old":      {answers: []*mail.SendError{busy}, age: 20 * time.Hour, state: domain.NoticeFailed, reason: "given up after a day: hand over: 451 4.3.0: later"},
		"old, but yes": {answers: nil, age: 48 * time.Hour, state: domain.NoticeSent, copies: 1},
	} {
		w := newWorld(t, waiting())
		w.relay.answers = slices.Clone(tt.answers)
		w.now = created().Add(tt.age)
		tries := max(len(tt.answers), 1)
		var err error
		for i := range tries {
			if err = w.Send(t.Context(), 1); i < tries-1 && (err == nil || errors.Is(err, domain.ErrPermanent)) {
				t.Errorf("%s: attempt %d: %v", name, i, err)
			}
		}
		if (err == nil) != (tt.state == domain.NoticeSent) || errors.Is(err, domain.ErrPermanent) != (tt.state == domain.NoticeFailed) {
			t.Errorf("%s: error %v of one that is %s", name, err, tt.state)
		}
		n := w.store.notices[0]
		if n.State != tt.state || n.Attempts != tries || n.Doubts != tt.doubts || n.Reason != tt.reason || len(w.relay.arrived) != tt.copies {
			t.Errorf("%s: %d copies, %s after %d attempts with %d doubts: %q", name, len(w.relay.arrived), n.State, n.Attempts, n.Doubts, n.Reason)
		}
	}
}

// A crash between the dot and the record sends it once more, to the byte, and
// never a third time.
func TestCrash(t *testing.T) {
	t.Parallel()
	power := errors.New("power failure")
	w := newWorld(t, waiting())
	w.store.broken[2], w.store.broken[4] = power, power // each attempt's second update is its record
	for range 2 {
		if err := w.Send(t.Context(), 1); !errors.Is(err, power) || errors.Is(err, domain.ErrPermanent) {
			t.Fatalf("error %v", err)
		}
	}
	w.is(t, domain.NoticeQueued, 0, 2)
	if err := w.Send(t.Context(), 1); !errors.Is(err, domain.ErrPermanent) {
		t.Errorf("error %v", err)
	}
	w.is(t, domain.NoticeFailed, 1, 2)
	if got := w.relay.arrived; len(got) != 2 || !bytes.Equal(got[0], got[1]) {
		t.Errorf("copies:\n%s", bytes.Join(got, []byte("---\n")))
	}
}

// What cannot be written down is not begun.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	away := errors.New("disk full")
	w := newWorld(t, waiting())
	w.store.broken[1] = away
	if err := w.Send(t.Context(), 1); err == nil || errors.Is(err, domain.ErrPermanent) || len(w.relay.arrived) > 0 {
		t.Errorf("error %v, %d copies", err, len(w.relay.arrived))
	}
	w.is(t, domain.NoticeQueued, 1, 0)
}

// Another process has sent it while this one was about to.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, waiting())
	w.Relays = []mail.Transport{opening(func() { w.store.notices[0].State = domain.NoticeSent }), w.relay}
	if err := w.Send(t.Context(), 1); err != nil || len(w.relay.arrived) > 0 {
		t.Errorf("error %v, %d copies", err, len(w.relay.arrived))
	}
	w.is(t, domain.NoticeSent, 0, 0)
}

// opening is a transport that does something and cannot be had.
type opening func()

func (o opening) Open(context.Context) (mail.Session, error) {
	o()
	return nil, busy
}

func TestRelays(t *testing.T) {
	t.Parallel()
	refused := &relay{away: &mail.SendError{Outcome: mail.Rejected, Command: "AUTH", Code: 535, Err: errors.New("who are you")}}
	gone := &relay{away: &mail.SendError{Outcome: mail.Deferred, Command: "connect", Err: errors.New("no route")}}
	w := newWorld(t, waiting())
	w.Relays = []mail.Transport{refused, gone}
	if err := w.Send(t.Context(), 1); err == nil || errors.Is(err, domain.ErrPermanent) {
		t.Errorf("error %v: nobody was asked about the notice", err)
	}
	w.is(t, domain.NoticeQueued, 1, 0)
	if got := w.store.notices[0].Reason; got != "no relay can be had: hand over: 535: who are you; hand over: no route" {
		t.Errorf("reason %q", got)
	}
	w.Relays = append(w.Relays, w.relay)
	if err := w.Send(t.Context(), 1); err != nil || len(w.relay.arrived) != 1 {
		t.Errorf("error %v, %d copies", err, len(w.relay.arrived))
	}
	w.is(t, domain.NoticeSent, 2, 0)
}

// Being told to stop is no reason to give up, however old the notice is.
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, waiting())
	w.now = created().Add(72 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Send(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	w.is(t, domain.NoticeQueued, 1, 0)
}

func TestCannotBeMail(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*domain.Notice){
		"no address":         func(n *domain.Notice) { n.To.Address = "mara at home" },
		"line end in a name": func(n *domain.Notice) { n.To.Name = "Mara\r\nBcc: all@example.org" },
		"no subject":         func(n *domain.Notice) { n.Subject = "" },
	} {
		n := waiting()
		spoil(&n)
		w := newWorld(t, n)
		if err := w.Send(t.Context(), 1); !errors.Is(err, domain.ErrPermanent) || strings.Contains(err.Error(), "home") {
			t.Errorf("%s: error %v", name, err)
		}
		w.is(t, domain.NoticeFailed, 1, 0)
	}
	if err := newWorld(t, waiting()).Send(t.Context(), 7); !errors.Is(err, domain.ErrPermanent) {
		t.Errorf("error %v of a notice that is not there", err)
	}
}

// Words that look like a slot are words.
func TestQuotesMarks(t *testing.T) {
	t.Parallel()
	n := waiting()
	n.Text = "A title: " + mail.SlotName.Mark() + "\n"
	w := newWorld(t, n)
	if err := w.Send(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(w.relay.arrived[0], []byte("\r\n\r\n"+strings.ReplaceAll(n.Text, "\n", "\r\n"))) {
		t.Errorf("arrived:\n%s", w.relay.arrived[0])
	}
}

package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// witness is a mail server that remembers what it took.
type witness struct {
	*testkit.Sink
	answers atomic.Pointer[behaviour]
	ended   sync.Map // when the end of a person's letter came, by address

	mu      sync.Mutex
	got     map[string][]letter // by recipient, in their order
	total   int
	notices []string      // subjects of what the operator got, which is not counted
	moved   chan struct{} // closed, and made anew, with every letter
}

// letter is what a witness remembers of one.
type letter struct {
	id, date string
	print    [sha256.Size]byte // of all of it
	told     bool              // holds the canary
	at       time.Time         // when all of it was there
}

// manners are how a witness treats its guests. The zero manners are honest, and
// without any of the extensions that make mail fast.
type manners struct {
	offer  []string
	rtt    time.Duration
	secret *tls.Certificate // not nil: TLS from the first byte
	heard  io.Writer        // may be nil
	answer behaviour
}

// The extensions that decide how a window of letters is handed over.
var (
	plain     []string
	pipelined = []string{"SIZE 50000000", "PIPELINING"}
	chunked   = []string{"SIZE 50000000", "PIPELINING", "CHUNKING"}
)

// tardy is a round trip that makes an edition last long enough to do something
// to it.
const tardy = 20 * time.Millisecond

// canary is a word that stands only where a gated text does.
const canary = "quetzalcoatlus"

// newWitness starts a mail server that is gone with the test.
func newWitness(t *testing.T, m manners) *witness {
	t.Helper()
	w := &witness{got: map[string][]letter{}, moved: make(chan struct{})}
	w.turn(m.answer)
	var secret *tls.Config
	if m.secret != nil {
		secret = &tls.Config{Certificates: []tls.Certificate{*m.secret}}
	}
	sink, err := testkit.StartSink(t.Context(), testkit.SinkConfig{
		TLS: secret, Offer: m.offer, RTT: m.rtt, Took: w.took, Heard: m.heard, Keep: true,
		Answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
			if ends(c) {
				w.ended.Store(c.To, time.Now()) // before it is thought about
			}
			return (*w.answers.Load())(c)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Sink = sink
	t.Cleanup(func() {
		if err := sink.Close(); err != nil {
			t.Errorf("close the witness: %v", err)
		}
	})
	return w
}

// turn makes it behave otherwise from now on; honestly when nothing is said.
func (w *witness) turn(to behaviour) {
	if to == nil {
		to = func(testkit.SinkCommand) testkit.SinkAnswer { return testkit.SinkAnswer{} }
	}
	w.answers.Store(&to)
}

func (w *witness) took(m testkit.SinkMessage) {
	at, _ := w.ended.Load(m.To)
	l := letter{
		at: at.(time.Time), id: m.MessageID, date: field(m.Content, "Date"), print: sha256.Sum256(m.Content),
		told: bytes.Contains(bytes.ReplaceAll(m.Content, []byte("=\r\n"), nil), []byte(canary)),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if m.To == operator {
		w.notices = append(w.notices, field(m.Content, "Subject"))
	} else {
		w.got[m.To] = append(w.got[m.To], l)
		w.total++
	}
	close(w.moved)
	w.moved = make(chan struct{})
}

// field is a header field's value, which must be on one line.
func field(message []byte, name string) string {
	_, rest, _ := bytes.Cut(message, []byte("\r\n"+name+": "))
	value, _, _ := bytes.Cut(rest, []byte("\r\n"))
	return string(value)
}

// tells wants the operator to be told of something.
func (w *witness) tells(t *testing.T, what string, p *process) {
	t.Helper()
	told := false
	p.during(patience, func(ctx context.Context) {
		told = w.until(ctx, func() bool {
			return slices.ContainsFunc(w.notices, func(subject string) bool { return strings.Contains(subject, what) })
		})
	})
	if !told {
		t.Errorf("the operator was not told of %q but of %q", what, w.notices)
	}
}

// port is where it listens.
func (w *witness) port() string {
	_, port, _ := net.SplitHostPort(w.Addr)
	return port
}

// letters are those that somebody got, in their order.
func (w *witness) letters(to string) []letter {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got[to]
}

// count is how many letters there were, and to how many people.
func (w *witness) count() (letters, people int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total, len(w.got)
}

// people are how many got a letter, once all that a dead process has said is
// heard.
func (w *witness) people() int {
	for {
		before, people := w.count()
		<-time.NewTimer(20 * time.Millisecond).C
		if after, _ := w.count(); after == before {
			return people
		}
	}
}

// await waits for so many letters in all, and reports whether they came.
func (w *witness) await(ctx context.Context, letters int) bool {
	return w.until(ctx, func() bool { return w.total >= letters })
}

// until waits for something to become true, and reports whether it did.
func (w *witness) until(ctx context.Context, so func() bool) bool {
	for {
		w.mu.Lock()
		there, moved := so(), w.moved
		w.mu.Unlock()
		if there {
			return true
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return false
		}
	}
}

// wants waits for so many letters, which have to come.
func (w *witness) wants(t *testing.T, letters int, p *process) {
	t.Helper()
	there := false
	p.during(patience, func(ctx context.Context) { there = w.await(ctx, letters) })
	if !there {
		got, people := w.count()
		t.Fatalf("%d letters to %d people came, not %d:\n%s", got, people, letters, &p.log)
	}
}

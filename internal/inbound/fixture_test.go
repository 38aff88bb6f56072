package inbound_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/inbound"
	"marquee/internal/token"
)

// house is a server at work, and what it does.
type house struct {
	addr string
	mint *token.Mint
	end  context.CancelFunc
	done chan error // of Serve

	blocked chan struct{} // when not nil, suppressing waits for it
	*books
}

// books are what a house writes down.
type books struct {
	mu         sync.Mutex
	suppressed map[domain.PatronID]int // how often
	bounces    []domain.Bounce
	fails      map[domain.PatronID]error
	log        bytes.Buffer
}

func newBooks() *books {
	return &books{suppressed: map[domain.PatronID]int{}, fails: map[domain.PatronID]error{}}
}

const (
	sender = "zebulon@quackenbush.example"
	panics = 666 // the patron whom the store cannot bear
)

func newMint() *token.Mint { return token.New([]byte("0123456789abcdef0123456789abcdef")) }

// open starts a server on loopback.
func open(t *testing.T, lmtp bool) *house {
	t.Helper()
	return serve(t, listen(t), lmtp)
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	return l
}

func serve(t *testing.T, l net.Listener, lmtp bool) *house {
	t.Helper()
	return serveOn(t, l, lmtp, newBooks())
}

func serveOn(t *testing.T, l net.Listener, lmtp bool, b *books) *house {
	t.Helper()
	h := &house{
		addr: l.Addr().String(), mint: newMint(), done: make(chan error, 1), books: b,
	}
	s := inbound.New(inbound.Config{LMTP: lmtp, Host: "feeds.lanternscreen.example", Desk: h.desk(t), Log: h.logger()})
	ctx, end := context.WithCancel(t.Context())
	h.end = end
	go func() { h.done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		if end(); h.done != nil {
			check(t, <-h.done)
		}
	})
	return h
}

// desk is the house's, whichever way mail comes in.
func (h *house) desk(t *testing.T) *inbound.Desk {
	t.Helper()
	d, err := inbound.NewDesk(inbound.DeskConfig{
		Address: "Return@in.lanternscreen.example", Mint: h.mint, Store: h, Bounces: h, Log: h.logger(),
	})
	check(t, err)
	return d
}

func (h *house) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(h, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// stop ends the server and waits for it.
func (h *house) stop(t *testing.T) {
	t.Helper()
	h.end()
	check(t, <-h.done)
	h.done = nil
}

// SuppressPatron is the store.
func (h *house) SuppressPatron(ctx context.Context, id domain.PatronID, reason domain.SuppressionReason) error {
	if h.blocked != nil {
		select {
		case <-h.blocked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if id == panics {
		panic("boom")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fails[id]; err != nil {
		return err
	}
	if reason != domain.Unsubscribed {
		return fmt.Errorf("reason %s", reason)
	}
	h.suppressed[id]++
	return nil
}

// Take is what bounces do.
func (h *house) Take(_ context.Context, b domain.Bounce, key string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.fails[b.Patron]; err != nil {
		return err
	}
	if key != "" {
		return fmt.Errorf("key %q", key)
	}
	h.bounces = append(h.bounces, b)
	return nil
}

// came are the bounces that were taken.
func (h *house) came() []domain.Bounce {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.bounces)
}

// Write is the log.
func (h *house) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.Write(p)
}

func (h *house) said() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.log.String()
}

// gone are the patrons that were unsubscribed, and how often.
func (h *house) gone() map[domain.PatronID]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.suppressed)
}

// leaving is the address at which a patron unsubscribes.
func (h *house) leaving(id domain.PatronID) string {
	return "return+" + h.mint.Mailbox(token.Unsubscribe, id) + "@in.lanternscreen.example"
}

// returning is the address that a letter comes back to.
func (h *house) returning(edition domain.EditionID, id domain.PatronID) string {
	return "return+" + h.mint.Return(edition, id) + "@in.lanternscreen.example"
}

// talk is a client that speaks line by line.
type talk struct {
	t *testing.T
	*textproto.Conn
}

// call connects and greets.
func (h *house) call(t *testing.T, greeting string) *talk {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", h.addr)
	check(t, err)
	return greet(t, c, greeting)
}

func greet(t *testing.T, c net.Conn, greeting string) *talk {
	t.Helper()
	k := &talk{t, textproto.NewConn(c)}
	t.Cleanup(func() { _ = k.Close() })
	k.hear("220 feeds.lanternscreen.example ")
	k.say(greeting+" quackenbush.example", "250")
	return k
}

// hear reads one reply, which has to begin so.
func (k *talk) hear(want string) string {
	k.t.Helper()
	var reply []string
	for {
		line, err := k.ReadLine()
		if err != nil {
			k.t.Fatalf("no reply, want %q: %v", want, err)
		}
		reply = append(reply, line)
		if len(line) < 4 || line[3] != '-' {
			break
		}
	}
	all := strings.Join(reply, "\n")
	if last := reply[len(reply)-1]; !strings.HasPrefix(last, want) {
		k.t.Fatalf("reply %q, want %q", all, want)
	}
	return all
}

// say sends a line and hears the reply.
func (k *talk) say(line, want string) string {
	k.t.Helper()
	k.send(line)
	return k.hear(want)
}

func (k *talk) send(lines ...string) {
	k.t.Helper()
	for _, line := range lines {
		check(k.t, k.PrintfLine("%s", line))
	}
}

// flood sends a line that no server bears, and hears replies that begin so until
// the server hangs up: what it has not read may cost its last words.
func (k *talk) flood(line string, replies ...string) {
	k.t.Helper()
	_ = k.PrintfLine("%s", line)
	for {
		reply, err := k.ReadLine()
		if err != nil {
			return
		}
		if !slices.ContainsFunc(replies, func(want string) bool { return strings.HasPrefix(reply, want) }) {
			k.t.Errorf("reply %q, want one of %q", reply, replies)
		}
	}
}

// mail sends a mail from somebody to one address and hears what became of it.
func (k *talk) mail(from, to, text, want string) {
	k.t.Helper()
	k.say("MAIL FROM:<"+from+">", "250")
	k.say("RCPT TO:<"+to+">", "250")
	k.say("DATA", "354")
	k.send(strings.Split(text, "\n")...)
	k.say(".", want)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

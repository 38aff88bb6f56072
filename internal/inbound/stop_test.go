package inbound_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory, whose connections know no clock but the
// test's.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{calls: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) call(t *testing.T) *talk {
	t.Helper()
	ours, theirs := net.Pipe()
	p.calls <- theirs
	return greet(t, ours, "EHLO")
}

// begin brings a mail as far as its text.
func (k *talk) begin(to string) {
	k.t.Helper()
	k.say("MAIL FROM:<"+sender+">", "250")
	k.say("RCPT TO:<"+to+">", "250")
	k.say("DATA", "354")
	k.send("Subject: x", "", "x")
}

// hungUp fails the test unless the server has closed the connection.
func (k *talk) hungUp() {
	k.t.Helper()
	if line, err := k.ReadLine(); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		k.t.Errorf("not closed: %q, %v", line, err)
	}
}

// At the end idle conversations end at once, with words; a message that is
// coming in is taken first.
func TestStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		h := serve(t, p, false)
		idle, begun, busy := p.call(t), p.call(t), p.call(t)
		begun.say("MAIL FROM:<"+sender+">", "250")
		busy.begin(h.leaving(1))
		started := time.Now()
		h.end()
		idle.hear("421 4.4.2")
		idle.hungUp()
		begun.hear("421 4.4.2")
		begun.hungUp()
		busy.say(".", "250 2.0.0")
		busy.hear("421 4.4.2")
		busy.hungUp()
		h.stop(t)
		if took := time.Since(started); took != 0 {
			t.Errorf("it took %s", took)
		}
		if gone := h.gone(); gone[1] != 1 {
			t.Errorf("unsubscribed: %v", gone)
		}
	})
}

// A message that does not come on is cut off in the end, and does nothing.
func TestStopCuts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		h := serve(t, p, false)
		busy := p.call(t)
		busy.begin(h.leaving(1))
		started := time.Now()
		h.stop(t)
		if took := time.Since(started); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
		if gone := h.gone(); len(gone) != 0 {
			t.Errorf("unsubscribed: %v", gone)
		}
	})
}

// Nor does a store that does not answer hold up the end; the mail comes again.
func TestStopGivesStoreUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		h := serve(t, p, false)
		h.blocked = make(chan struct{})
		busy := p.call(t)
		busy.begin(h.leaving(1))
		busy.send(".")
		synctest.Wait()
		started := time.Now()
		h.stop(t)
		if took := time.Since(started); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
		if line, err := busy.ReadLine(); err == nil && !strings.HasPrefix(line, "451") {
			t.Errorf("reply %q", line)
		}
	})
}

// Clients that say nothing, or do not go on, are given five minutes; a store is
// given half of one.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		h := serve(t, p, false)
		started := time.Now()
		idle, slow := p.call(t), p.call(t)
		slow.begin(h.leaving(1))
		idle.hear("421 4.4.2")
		slow.hear("451 4.3.0")
		if took := time.Since(started); took != 5*time.Minute {
			t.Errorf("patience of %s", took)
		}
		h.blocked = make(chan struct{})
		started = time.Now()
		stuck := p.call(t)
		stuck.begin(h.leaving(2))
		stuck.say(".", "451 4.3.0")
		if took := time.Since(started); took != 30*time.Second {
			t.Errorf("the store was given %s", took)
		}
		check(t, errors.Join(slow.Close(), stuck.Close()))
		if gone := h.gone(); len(gone) != 0 {
			t.Errorf("unsubscribed: %v", gone)
		}
	})
}

// More clients than there is room for wait for one to leave.
func TestConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		serve(t, p, false)
		first := p.call(t)
		for range 49 {
			p.call(t)
		}
		more := make(chan *talk)
		go func() { more <- p.call(t) }()
		synctest.Wait()
		select {
		case <-more:
			t.Fatal("a 51st client was served")
		default:
		}
		first.say("QUIT", "221")
		<-more
	})
}

// A listener that fails is an error, and nobody is left behind.
func TestListenerFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		h := serve(t, p, false)
		k := p.call(t)
		check(t, p.Close())
		if err := <-h.done; !errors.Is(err, net.ErrClosed) {
			t.Errorf("Serve: %v", err)
		}
		h.done = nil
		k.hungUp()
	})
}

package inbound

import (
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"
)

// connections is a listener that knows its open connections, so that the end is
// neither abrupt nor endless: go-smtp waits for idle clients.
type connections struct {
	net.Listener
	open sync.WaitGroup // the conversations

	mu     sync.Mutex
	all    map[*conn]struct{}
	ending bool
}

func newConnections(l net.Listener) *connections {
	return &connections{Listener: l, all: map[*conn]struct{}{}}
}

// Accept waits for the next connection.
func (l *connections) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &conn{Conn: raw, of: l, ending: l.ending}
	l.open.Add(1)
	l.all[c] = struct{}{}
	return c, nil
}

// end stops listening and lets every conversation end: at once when no message
// is coming in, else after it.
func (l *connections) end() error {
	l.mu.Lock()
	l.ending = true
	for c := range l.all {
		c.end()
	}
	l.mu.Unlock()
	return l.Close()
}

// wait reports whether all connections are closed after so long at most.
func (l *connections) wait(most time.Duration) bool {
	closed := make(chan struct{})
	go func() {
		l.open.Wait()
		close(closed)
	}()
	timeout := time.NewTimer(most)
	defer timeout.Stop()
	select {
	case <-closed:
		return true
	case <-timeout.C:
		return false
	}
}

// cut closes all connections under those who use them, and waits for these to
// notice.
func (l *connections) cut() {
	l.mu.Lock()
	for c := range l.all {
		_ = c.Conn.Close() // nobody listens any more
	}
	l.mu.Unlock()
	l.open.Wait()
}

// conn is a connection that can be told to end.
type conn struct {
	net.Conn
	of   *connections
	last sync.Once

	mu     sync.Mutex
	busy   bool // a message is coming in
	ending bool
}

// tracked is the connection as Accept made it, which go-smtp hands back.
func tracked(c net.Conn) *conn {
	if t, ok := c.(*conn); ok {
		return t
	}
	return &conn{Conn: c}
}

// work notes that a message begins or ends to come in.
func (c *conn) work(busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = busy
}

// end makes the read that waits for a command fail, which go-smtp answers with
// 421 (RFC 5321 §3.8).
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	if !c.busy {
		_ = c.Conn.SetReadDeadline(past()) // it is closed already, then
	}
}

// abandon ends the conversation if a message is coming in that will not be
// finished.
func (c *conn) abandon() {
	c.mu.Lock()
	busy := c.busy
	c.busy = false
	c.mu.Unlock()
	if busy {
		c.end()
	}
}

// SetReadDeadline gives no more time at the end, unless for a message.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending && !c.busy {
		t = past()
	}
	return c.Conn.SetReadDeadline(t)
}

func past() time.Time { return time.Unix(1, 0) }

// Close closes the connection. It is the last that go-smtp does with one.
func (c *conn) Close() (err error) {
	c.last.Do(func() {
		err = c.Conn.Close()
		c.of.mu.Lock()
		delete(c.of.all, c)
		c.of.mu.Unlock()
		c.of.open.Done()
	})
	return err
}

// complaints is where go-smtp writes about conversations that went wrong. It
// names the client and quotes its words, so that only what stands around them is
// logged, and the stack of a panic.
type complaints struct{ log *slog.Logger }

// Printf logs the format without its values.
func (c complaints) Printf(format string, values ...any) {
	what, _, _ := strings.Cut(format, " %")
	if strings.HasPrefix(what, "panic") && len(values) > 0 {
		c.log.Error("inbound conversation failed", "cause", what, "stack", values[len(values)-1])
		return
	}
	c.log.Debug("inbound conversation failed", "cause", what)
}

// Println logs that there was something.
func (c complaints) Println(...any) { c.Printf("other") }

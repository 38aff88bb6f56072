package testkit

import (
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
)

// smtpListener accepts connections that can be told to hang up.
type smtpListener struct {
	net.Listener
	conns *smtpConns
}

func (l smtpListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &smtpConn{Conn: conn, conns: l.conns}
	l.conns.add(c)
	return c, nil
}

// smtpConn closes itself after the next write once last is set. Only the
// connection's own goroutine touches that.
type smtpConn struct {
	net.Conn
	conns  *smtpConns
	last   bool
	closed atomic.Bool
}

func (c *smtpConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if c.last {
		return n, c.Close()
	}
	return n, err
}

func (c *smtpConn) Close() error {
	c.closed.Store(true)
	c.conns.remove(c)
	return c.Conn.Close()
}

// smtpConns are the connections that are open.
type smtpConns struct {
	mu   sync.Mutex
	open map[*smtpConn]struct{}
}

func (s *smtpConns) add(c *smtpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[*smtpConn]struct{}{}
	}
	s.open[c] = struct{}{}
}

func (s *smtpConns) remove(c *smtpConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// close closes them all.
func (s *smtpConns) close() error {
	s.mu.Lock()
	open := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	var errs []error
	for _, c := range open {
		if err := c.Close(); !errors.Is(err, net.ErrClosed) { // it may have been faster
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

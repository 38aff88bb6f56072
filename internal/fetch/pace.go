package fetch

import (
	"context"
	"fmt"
	"io"
	"time"
)

// pace is a body that must keep coming: it aborts the request when a window
// passes in which fewer than need bytes arrived.
type pace struct {
	io.ReadCloser
	need, got int64
	window    time.Duration
	timer     *time.Timer
}

// paced watches over a body until it is closed.
func (c *Client) paced(body io.ReadCloser, abort context.CancelCauseFunc) *pace {
	slow := fmt.Errorf("too slow: fewer than %d bytes in %s", c.cfg.MinBytes, c.cfg.Window)
	return &pace{
		ReadCloser: body, need: c.cfg.MinBytes, window: c.cfg.Window,
		timer: time.AfterFunc(c.cfg.Window, func() { abort(slow) }),
	}
}

func (p *pace) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.got += int64(n); p.got >= p.need {
		p.got = 0
		p.timer.Reset(p.window)
	}
	return n, err
}

// Close ends the watch.
func (p *pace) Close() error {
	p.timer.Stop()
	return p.ReadCloser.Close()
}

package testkit

import (
	"net"
	"sync"
	"time"
)

// sinkReplies gathers a Sink's replies until the client has nothing more to say
// for the moment, and sends them a round trip's time after it began to say it.
// So a group of commands costs one round trip, however many it holds.
type sinkReplies struct {
	conn  net.Conn
	rtt   time.Duration
	heard time.Time // when what is being answered arrived
	ready []byte

	late chan lateReplies // nil without a round trip's time
	sent sync.WaitGroup
}

// lateReplies are replies on their way.
type lateReplies struct {
	due  time.Time
	text []byte
}

func newSinkReplies(conn net.Conn, rtt time.Duration) *sinkReplies {
	r := &sinkReplies{conn: conn, rtt: rtt, heard: time.Now()}
	if rtt > 0 {
		r.late = make(chan lateReplies, 1024)
		r.sent.Go(r.deliver)
	}
	return r
}

func (r *sinkReplies) add(reply string) {
	r.ready = append(append(r.ready, reply...), "\r\n"...)
}

// flush sends what was gathered. Errors show when the client is next heard.
func (r *sinkReplies) flush() {
	if len(r.ready) == 0 {
		return
	}
	if r.late == nil {
		_, _ = r.conn.Write(r.ready)
		r.ready = r.ready[:0]
		return
	}
	r.late <- lateReplies{due: r.heard.Add(r.rtt), text: r.ready}
	r.ready = nil
}

func (r *sinkReplies) deliver() {
	for l := range r.late {
		time.Sleep(time.Until(l.due))
		_, _ = r.conn.Write(l.text)
	}
}

// close returns when everything is sent.
func (r *sinkReplies) close() {
	r.flush()
	if r.late != nil {
		close(r.late)
		r.sent.Wait()
	}
}

// sinkHearing is what a Sink hears: whenever it would wait for more, its replies
// go out.
type sinkHearing struct {
	conn net.Conn
	out  *sinkReplies
}

func (h *sinkHearing) Read(p []byte) (int, error) {
	h.out.flush()
	n, err := h.conn.Read(p)
	h.out.heard = time.Now()
	return n, err
}

package faults

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// press is a site that publishes, and remembers what.
type press struct {
	url string

	mu     sync.Mutex
	pieces []piece
	halved chan struct{} // not nil: the next answer stops in the middle, and says so
}

type piece struct {
	guid      string
	published time.Time
}

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{}
	server := httptest.NewServer(p)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	p.url = server.URL
	return p
}

// publish brings some pieces out.
func (p *press) publish(n int, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range n {
		p.pieces = append(p.pieces, piece{fmt.Sprintf("piece-%d", len(p.pieces)), at})
	}
}

// count is how many pieces came out.
func (p *press) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pieces)
}

// halve makes the next answer stop in the middle, and returns what is closed then.
func (p *press) halve() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.halved = make(chan struct{})
	return p.halved
}

// ServeHTTP answers with the site's feed.
func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	feed, halved := p.feed(), p.halved
	p.halved = nil
	p.mu.Unlock()
	w.Header().Set("Content-Type", "application/rss+xml")
	if halved == nil {
		fmt.Fprint(w, feed)
		return
	}
	fmt.Fprint(w, feed[:len(feed)/2])
	http.NewResponseController(w).Flush()
	close(halved)
	<-r.Context().Done()
}

func (p *press) feed() string {
	var b strings.Builder
	b.WriteString("<rss version='2.0'><channel><title>Lantern Screen</title>")
	for _, it := range p.pieces {
		fmt.Fprintf(&b, "<item><title>On %s</title><guid isPermaLink='false'>%s</guid><link>https://lanternscreen.example/%s/</link><pubDate>%s</pubDate><description>Words about %s.</description></item>",
			it.guid, it.guid, it.guid, it.published.Format(time.RFC1123Z), it.guid)
	}
	return b.String() + "</channel></rss>"
}

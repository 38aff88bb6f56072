package faults

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// hostile is a server that is a good feed until it turns, and then is bad in a way
// that the path names.
type hostile struct {
	turned atomic.Bool
	inside string // address of a server that nobody is allowed to reach
	bomb   []byte // 130 MB of items, packed
}

func newHostile(t *testing.T, inside string) (*hostile, string) {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, "<rss><channel>")
	for part := strings.Repeat("<item><title>Bomb</title></item>", 1<<15); packed.Len() < 1<<17; {
		fmt.Fprint(z, part)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	h := &hostile{inside: inside, bomb: packed.Bytes()}
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return h, server.URL
}

func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bad := h.ways()[strings.Trim(r.URL.Path, "/")]
	w.Header().Set("Content-Type", "application/rss+xml")
	if bad != nil && h.turned.Load() {
		bad(w, r)
		return
	}
	fmt.Fprintf(w, "<rss><channel><title>T</title><item><title>%s</title><guid isPermaLink='false'>one</guid></item>", r.URL.Path)
	if h.turned.Load() {
		fmt.Fprint(w, "<item><title>Another</title><guid isPermaLink='false'>two</guid></item>")
	}
	fmt.Fprint(w, "</channel></rss>")
}

// ways are what a server can do to whoever asks it; nil is nothing bad.
func (h *hostile) ways() map[string]http.HandlerFunc {
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(h.inside, "http://"))
	ways := map[string]http.HandlerFunc{
		"good-first": nil, "good-last": nil,
		"blocked": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><title>Just a moment…</title><p>Checking your browser")
		},
		"endless": func(w http.ResponseWriter, r *http.Request) { pour(w, r, 1<<20, 0) },
		"drip":    func(w http.ResponseWriter, r *http.Request) { pour(w, r, 1, 50*time.Millisecond) },
		"silent":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"loop": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
		},
		"file": redirect("file:///etc/passwd"),
		"bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(h.bomb)
		},
		"headers": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 1000 {
				w.Header().Set("X-"+strconv.Itoa(i), strings.Repeat("x", 1000))
			}
		},
		"deep": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<rss><channel>"+strings.Repeat("<item><a>", 500_000))
		},
	}
	for i, host := range []string{"127.0.0.2", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "127.0.0.2.", "0x7f.2"} {
		ways["inward"+strconv.Itoa(i)] = redirect("http://" + host + ":" + port + "/")
	}
	return ways
}

// pour writes a feed without an end.
func pour(w http.ResponseWriter, r *http.Request, size int, wait time.Duration) {
	fmt.Fprint(w, "<rss><channel><item><title>")
	part := bytes.Repeat([]byte("x"), size)
	for r.Context().Err() == nil {
		if _, err := w.Write(part); err != nil {
			return
		}
		http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(wait):
		}
	}
}

// TestHostileSources is fault F26: whatever servers do, what is stored stays, the
// daemon's memory is within 64 MB of what it has when nothing happens, nothing
// inside is reached, and the sources that are well are read meanwhile.
func TestHostileSources(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	inside := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this machine has no 127.0.0.2")
	}
	inside.Listener.Close()
	inside.Listener = l
	inside.Start()
	t.Cleanup(inside.Close)
	site, address := newHostile(t, inside.URL)
	h := settleIn(t, newWitness(t, manners{offer: plain}), rules{program: programs.hasty(t), patrons: 1, more: "fetch: {allow: [127.0.0.1/32]}"})
	h.rewrite(t, "sources: {", "sources: {"+sourcesOf(site, address))
	h.moveIn(t)

	p := h.daemon(t)
	idle := p.memory(t, "VmRSS")
	p.stop(t)
	site.turned.Store(true)
	h.env = append(h.env, ahead+"=2m")
	p = h.daemon(t)
	begin := time.Now()
	p.says(t, "source=good-first", 1)
	p.says(t, "source=good-last", 1)
	if took := time.Since(begin); took > 8*time.Second { // a server's silence ends after 30 s, a drip after 10
		t.Errorf("what is well waited %s for what is not", took)
	}
	p.says(t, "source not gathered", len(site.ways())-2-2) // not those that drip or are silent
	if peak := p.memory(t, "VmHWM"); peak-idle > 64<<10 {
		t.Errorf("%d KB at most, %d KB when nothing happens", peak, idle)
	} else {
		t.Logf("%d KB at most, %d KB when nothing happens", peak, idle)
	}
	p.stop(t)
	if n := reached.Load(); n > 0 {
		t.Errorf("the server inside was reached %d times", n)
	}
	for _, s := range h.sources(t) {
		want := 1
		if strings.HasPrefix(s.Source, "good") {
			want = 2
		}
		if s.Items != want {
			t.Errorf("%s has %d items: %s", s.Source, s.Items, s.Error)
		}
	}
}

// sourcesOf are a site's ways as sources that are read once a minute.
func sourcesOf(site *hostile, address string) string {
	var b strings.Builder
	for name := range site.ways() {
		fmt.Fprintf(&b, "%s: {kind: webfeed, apart: true, schedule: \"* * * * *\", url: %q}, ", name, address+"/"+name)
	}
	return b.String()
}

// rewrite changes the configuration.
func (h *house) rewrite(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(h.dir + "/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h.write(t, "config.yaml", strings.Replace(string(text), from, to, 1))
}

// memory is a figure of the process's memory, in KB.
func (p *process) memory(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skip("this system does not tell a process's memory")
	}
	_, rest, _ := strings.Cut(string(text), name+":")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// sourceLine is what `status` says of a source.
type sourceLine struct {
	Source string `json:"source"`
	Items  int    `json:"items"`
	Error  string `json:"error"`
}

func (h *house) sources(t *testing.T) []sourceLine {
	t.Helper()
	var status struct {
		Sources []sourceLine `json:"sources"`
	}
	if err := json.Unmarshal([]byte(h.must(t, "status", "--json")), &status); err != nil {
		t.Fatal(err)
	}
	return status.Sources
}

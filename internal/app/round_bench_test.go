package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"marquee/internal/app"
)

const (
	manySources = 2000
	itemsEach   = 50
	feedServer  = "MARQUEE_TEST_FEED_SERVER"
)

// TestFeedServer is no test: it is the server of BenchmarkRound, in a process of its
// own, so that its work is not counted as ours. Each feed counts the states that it
// goes through; in every state one of twenty is another than before.
func TestFeedServer(t *testing.T) {
	if os.Getenv(feedServer) == "" {
		return
	}
	var state atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/turn", func(http.ResponseWriter, *http.Request) { state.Add(1) })
	mux.HandleFunc("/{n}/feed/", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		changes := 0
		for s := range state.Load() {
			if (int64(n)+s)%20 == 0 {
				changes++
			}
		}
		tag := fmt.Sprintf(`"%d-%d"`, n, changes)
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Lantern Screen</title>`)
		for i := range itemsEach {
			piece := changes + itemsEach - 1 - i
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%d-%d</guid><title>Film %[1]d of %[2]d</title><link>https://s%[1]d.example/reviews/%[2]d/</link>
				<pubDate>%[3]s</pubDate><category>Drama</category><description>&lt;p&gt;%[4]s&lt;/p&gt;</description></item>`,
				n, piece, time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC).Add(time.Duration(piece)*time.Hour).Format(time.RFC1123Z),
				strings.Repeat("A lineman hears a voice in the wires, and answers. ", 20))
		}
		fmt.Fprint(w, `</channel></rss>`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	fmt.Println("serving " + server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startFeeds starts the server and returns its address.
func startFeeds(b *testing.B) string {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestFeedServer$")
	cmd.Env = append(os.Environ(), feedServer+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "serving "); ok {
			return address
		}
	}
	b.Fatal("the server did not start")
	return ""
}

// counter is a log that counts the sources that were gathered.
type counter struct{ done chan string }

func (counter) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }
func (c counter) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "source gathered" || r.Message == "source not gathered" {
		c.done <- r.Message
	}
	return nil
}
func (c counter) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c counter) WithGroup(string) slog.Handler      { return c }

// BenchmarkRound reads two thousand sources of one server: first all of them, a
// hundred thousand new items; then twice when one of twenty has changed. Each round
// is a process of its own.
func BenchmarkRound(b *testing.B) {
	home := startFeeds(b)
	for range b.N {
		dir := b.TempDir()
		cfg := strings.Builder{}
		cfg.WriteString(heading + "sources:\n")
		for n := range manySources {
			fmt.Fprintf(&cfg, "  s%d: {kind: webfeed, url: %q}\n", n, fmt.Sprintf("%s/%d/feed/", home, n))
		}
		if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(cfg.String()), 0o600); err != nil {
			b.Fatal(err)
		}
		for hour, name := range []string{"first", "second", "third"} {
			cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestRoundOfBenchmark$", "-test.v")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", roundOf, dir, hour))
			out, err := cmd.CombinedOutput()
			_, text, ok := strings.Cut(string(out), "round took ")
			if err != nil || !ok {
				b.Fatalf("%v\n%s", err, out)
			}
			for i, unit := range []string{"cpu-s", "s", "MB"} {
				value, _ := strconv.ParseFloat(strings.Fields(text)[i], 64)
				b.ReportMetric(value, name+"-"+unit)
			}
			res, err := http.Get(home + "/turn")
			if err != nil {
				b.Fatal(err)
			}
			_ = res.Body.Close()
		}
	}
}

const roundOf = "MARQUEE_TEST_ROUND"

// TestRoundOfBenchmark is no test: it is one round of BenchmarkRound.
func TestRoundOfBenchmark(t *testing.T) {
	dir, hour, ok := strings.Cut(os.Getenv(roundOf), " ")
	if !ok {
		return
	}
	hours, _ := strconv.Atoi(hour)
	now := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC).Add(time.Duration(hours) * 70 * time.Minute)
	c := counter{make(chan string, 1)}
	env := app.Env{Version: "test", Now: func() time.Time { return now }, Log: slog.New(c)}
	cfg, err := app.Load(filepath.Join(dir, "config.yaml"), nil, env)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), cfg, env, app.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	began, used := time.Now(), processorTime(t)
	go func() { ended <- a.Work(ctx) }()
	for range manySources {
		if m := <-c.done; m != "source gathered" {
			t.Error(m)
		}
	}
	used = processorTime(t) - used
	fmt.Printf("round took %.2f %.2f %.0f\n", used.Seconds(), time.Since(began).Seconds(), resident(t))
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// processorTime is what this process has used so far.
func processorTime(b testing.TB) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is this process's memory in megabytes.
func resident(b testing.TB) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, _ := strconv.Atoi(strings.Fields(rest)[0])
	return float64(kb) / 1024
}

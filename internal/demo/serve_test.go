package demo_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/internal/demo"
)

// Without --once the demo stays: its pages, feeds, editions and letters can be
// looked at until it is stopped.
func TestStaying(t *testing.T) {
	t.Parallel()
	at := chicago(t, "2026-11-21 09:30")
	home, site, stop := stay(t, at)
	for path, want := range map[string]string{
		"/":                  "Reader&#39;s Choice",
		"/mailbox/":          "rowan.vale@patrons.example",
		"/mailbox/0":         "/mailbox/0/html",
		"/mailbox/0/html":    "Haus ohne Treppe",
		"/mailbox/0/source":  "List-Unsubscribe: <http://",
		"/editions/":         "/editions/weekly-2026-11-20-1700",
		"/feeds/reviews.rss": "<title>Copperwire ★★½</title>",
		"/feeds/picks.atom":  "<entry>",
		"/feeds/picks.json":  "https://jsonfeed.org/version/1.1",
		"/feeds.opml":        "/feeds/reviews.rss",
		"/readyz":            "ready",

		"/editions/weekly-2026-11-20-1700": "Static Weather",
	} {
		if status, body := get(t, home+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s answers %d without %q:\n%.500s", path, status, want, body)
		}
	}
	for _, path := range []string{"/mailbox/31", "/mailbox/-1", "/mailbox/x/html", "/editions/weekly-2026-11-13-1700"} {
		if status, _ := get(t, home+path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
	if status, body := get(t, site+"/reviews/copperwire/"); status != http.StatusOK || !strings.Contains(body, "lineman") {
		t.Errorf("the sample site answers %d:\n%.500s", status, body)
	}
	wantOneClick(t, home)
	stop()
	if answer, err := http.Get(home); err == nil {
		answer.Body.Close()
		t.Error("it still answers after it was stopped")
	}
}

// wantOneClick unsubscribes somebody as a mail program does (RFC 8058 §3.2).
func wantOneClick(t *testing.T, home string) {
	t.Helper()
	_, source := get(t, home+"/mailbox/7/source")
	link := regexp.MustCompile(`(?m)^List-Unsubscribe: <(` + regexp.QuoteMeta(home) + `/u/[\w-]+)>`).FindStringSubmatch(source)
	if link == nil {
		t.Fatalf("no link in\n%.1500s", source)
	}
	answer, err := http.Post(link[1], "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("one click answers %d: %s (%v)", answer.StatusCode, body, err)
	}
}

// A place that is taken is named, with what to do.
func TestPlaceIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	o := options(chicago(t, "2026-11-21 09:30"), io.Discard)
	o.Listen = taken.Addr().String()
	err = demo.Run(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), o.Listen) || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("got %v", err)
	}
}

// stay starts a demo that stays, and returns where it and its sample site are.
// stop ends it, as the end of the test does.
func stay(t *testing.T, at time.Time) (home, site string, stop func()) {
	t.Helper()
	said, out := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		err := demo.Run(ctx, options(at, out))
		done <- err
		out.CloseWithError(fmt.Errorf("the demo has ended: %w", io.EOF))
	}()
	stop = func() {
		cancel()
		if err, running := <-done; running && err != nil {
			t.Errorf("the demo ended with %v", err)
		}
		close(done)
	}
	t.Cleanup(func() {
		cancel()
		<-done
	})
	t.Cleanup(func() { said.Close() }) // what it says later is for nobody
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for lines := bufio.NewScanner(said); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.Contains(line, "landing page"):
			home = address.FindString(line)
		case strings.Contains(line, "sample site"):
			site = address.FindString(line)
		case strings.Contains(line, "Ctrl-C"):
			return home, site, stop
		}
	}
	t.Fatal("it never said that it is ready")
	return "", "", nil
}

func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(all)
}

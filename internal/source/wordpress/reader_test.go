package wordpress_test

import (
	"bufio"
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
	"marquee/internal/source/wordpress"
)

// head is the status and header of a captured answer.
func head(t testing.TB, file string) (int, http.Header) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode, res.Header
}

// clock is when the tests are: after all that was captured.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func noon() *clock { return &clock{time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

type setup struct {
	client  source.Getter
	options string
	now     *clock
	log     *slog.Logger
}

func (s setup) reader(t testing.TB) source.Reader {
	t.Helper()
	if s.options == "" {
		s.options = "url: " + home
	}
	if s.now == nil {
		s.now = noon()
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	o, err := config.ParseOptions(s.options, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := wordpress.Kind(webfeed.New).New(source.Env{Name: "test", Client: s.client, Zone: time.UTC, Log: s.log, Now: s.now.now}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// of is a reader of a handler with the usual options.
func of(t testing.TB, h http.Handler) source.Reader {
	t.Helper()
	return setup{client: sourcetest.Client(h)}.reader(t)
}

func read(t testing.TB, r source.Reader, last source.State) source.Result {
	t.Helper()
	res, err := r.Read(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

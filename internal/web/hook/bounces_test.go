package hook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
	"marquee/internal/web"
	"marquee/internal/web/hook"
	"marquee/templates"
)

// told is who hears of bounces, and can be told to fail.
type told struct {
	mu     sync.Mutex
	events map[string]int // by key
	err    error
}

func (b *told) tell(_ context.Context, e bounce.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.events[e.Key]++
	}
	return b.err
}

func bounceSite(tb testing.TB, b *told) *web.Site {
	tb.Helper()
	set, err := templates.Look{}.Parse("")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := web.New(set.Web, domain.Publication{Title: "Lantern Screen"}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	hook.Bounces{
		Vendors: []vendor.Vendor{vendor.Postmark{User: "marquee", Password: "salt"}}, Tell: b.tell, Now: time.Now,
	}.Routes(s)
	return s
}

func postmarkCall(s http.Handler, path, password, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.SetBasicAuth("marquee", password)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func hardBounce(id int) string {
	return fmt.Sprintf(`{"RecordType":"Bounce","ID":%d,"Type":"HardBounce","Email":"gone%d@reader.example"}`, id, id)
}

func TestBounces(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		path, password, body string
		fails                error
		status, told         int
	}{
		"told":            {"/hooks/bounce/postmark", "salt", hardBounce(1), nil, 204, 1},
		"of no interest":  {"/hooks/bounce/postmark", "salt", `{"RecordType":"Open"}`, nil, 204, 0},
		"forged":          {"/hooks/bounce/postmark", "pepper", hardBounce(1), nil, 401, 0},
		"makes no sense":  {"/hooks/bounce/postmark", "salt", `{`, nil, 400, 0},
		"cannot be kept":  {"/hooks/bounce/postmark", "salt", hardBounce(1), errors.New("disk full"), 500, 0},
		"too large":       {"/hooks/bounce/postmark", "salt", strings.Repeat(" ", 1<<20) + hardBounce(1), nil, 413, 0},
		"not configured":  {"/hooks/bounce/ses", "salt", hardBounce(1), nil, 404, 0},
		"nobody's at all": {"/hooks/bounce/", "salt", hardBounce(1), nil, 404, 0},
	} {
		b := &told{events: map[string]int{}, err: tt.fails}
		w := postmarkCall(bounceSite(t, b), tt.path, tt.password, tt.body)
		if w.Code != tt.status || len(b.events) != tt.told {
			t.Errorf("%s: %d, told %v", name, w.Code, b.events)
		}
		if strings.Contains(w.Body.String(), "disk full") {
			t.Errorf("%s: answered %s", name, w.Body)
		}
	}
	w := httptest.NewRecorder()
	bounceSite(t, &told{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hooks/bounce/postmark", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

// A storm of a thousand calls at once loses nothing and takes little memory. It is
// not parallel: what others need would be counted.
func TestBounceStorm(t *testing.T) {
	b := &told{events: map[string]int{}}
	s := bounceSite(t, b)
	server := httptest.NewServer(s)
	defer server.Close()
	const calls = 1000
	body := strings.Repeat(" ", 900<<10)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var all sync.WaitGroup
	var most uint64
	for n := range calls {
		all.Go(func() {
			text := hardBounce(n)
			if n%20 == 0 { // some are as large as may be
				text += body
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/hooks/bounce/postmark", strings.NewReader(text))
			if err != nil {
				t.Error(err)
				return
			}
			r.SetBasicAuth("marquee", "salt")
			resp, err := server.Client().Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusNoContent {
				t.Errorf("answered %s", resp.Status)
			}
		})
	}
	all.Wait()
	runtime.ReadMemStats(&after)
	most = after.HeapSys - before.HeapSys
	if len(b.events) != calls {
		t.Errorf("%d of %d were told", len(b.events), calls)
	}
	if most > 256<<20 {
		t.Errorf("the heap grew by %d MB", most>>20)
	}
}

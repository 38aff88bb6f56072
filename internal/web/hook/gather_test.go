package hook_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
	"marquee/internal/web/hook"
	"marquee/templates"
)

func newSite(t *testing.T) *web.Site {
	t.Helper()
	set, err := templates.Look{}.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.New(set.Web, domain.Publication{Server: "https://feeds.example"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func ask(t *testing.T, site http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "https://feeds.example"+target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

// pokes counts what is said of sources.
type pokes map[string]int

func (p pokes) PokeSource(_ context.Context, name string, _ time.Time) error { p[name]++; return nil }

func TestGatherHook(t *testing.T) {
	t.Parallel()
	site, told, now := newSite(t), pokes{}, time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	hook.Gather{Tokens: map[string]string{"secret": "reviews", "other": "picks"}, Store: told, Now: func() time.Time { return now }}.Routes(site)
	for _, step := range []struct {
		method, target string
		after          time.Duration
		status         int
	}{
		{http.MethodPost, "/hooks/gather/secret", 0, http.StatusAccepted},
		{http.MethodPost, "/hooks/gather/secret", 9 * time.Second, http.StatusTooManyRequests},
		{http.MethodPost, "/hooks/gather/other", 0, http.StatusAccepted},
		{http.MethodPost, "/hooks/gather/secret", time.Second, http.StatusAccepted},
		{http.MethodPost, "/hooks/gather/secreT", time.Hour, http.StatusNotFound},
		{http.MethodGet, "/hooks/gather/secret", 0, http.StatusMethodNotAllowed},
	} {
		now = now.Add(step.after)
		if w := ask(t, site, step.method, step.target, "anything", "Origin", "https://wordpress.example"); w.Code != step.status {
			t.Errorf("%s %s: %d, want %d", step.method, step.target, w.Code, step.status)
		}
	}
	if told["reviews"] != 2 || told["picks"] != 1 {
		t.Errorf("told %v", told)
	}
}

// hubs is a subscription at one address.
type hubs struct{ told []string }

func (*hubs) Confirm(_ context.Context, token string, q url.Values) (string, error) {
	if token != "secret" {
		return "", domain.ErrNotFound
	}
	return q.Get("hub.challenge"), nil
}

func (h *hubs) Told(_ context.Context, token, signature string, body []byte) error {
	if token != "secret" {
		return domain.ErrNotFound
	}
	h.told = append(h.told, signature+" "+string(body))
	return nil
}

func TestWebSubHook(t *testing.T) {
	t.Parallel()
	site, h := newSite(t), &hubs{}
	hook.WebSub{Path: "/hooks/websub/", Subscriptions: h}.Routes(site)
	w := ask(t, site, http.MethodGet, "/hooks/websub/secret?hub.challenge=%3Cscript%3E", "")
	if w.Code != http.StatusOK || w.Body.String() != "<script>" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") ||
		w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("confirmed: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w = ask(t, site, http.MethodGet, "/hooks/websub/other?hub.challenge=x", ""); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), ">x<") {
		t.Errorf("not confirmed: %d", w.Code)
	}
	for target, status := range map[string]int{"/hooks/websub/secret": http.StatusAccepted, "/hooks/websub/other": http.StatusGone} {
		if w = ask(t, site, http.MethodPost, target, "<rss/>", "X-Hub-Signature", "sha256=00"); w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
	}
	if w = ask(t, site, http.MethodPost, "/hooks/websub/secret", strings.Repeat("x", 2<<20)); w.Code != http.StatusAccepted {
		t.Errorf("a huge body: %d", w.Code)
	}
	if len(h.told) != 1 || h.told[0] != "sha256=00 <rss/>" {
		t.Errorf("told %q", h.told)
	}
}

package hook_test

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
	"marquee/internal/web/hook"
	"marquee/templates"
)

// noted is a store that can be told to fail.
type noted struct {
	keys    []string
	rosters [][]string
	err     error
}

func (n *noted) NoteHook(_ context.Context, key string, _ time.Time, rosters []string) error {
	if n.err == nil {
		n.keys, n.rosters = append(n.keys, key), append(n.rosters, rosters)
	}
	return n.err
}

func site(t *testing.T, p hook.Patreon) *web.Site {
	t.Helper()
	set, err := templates.Look{}.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	s, err := web.New(set.Web, domain.Publication{Title: "Lantern Screen"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p.Now = func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }
	p.Routes(s)
	return s
}

func sign(body, secret string) string {
	mac := hmac.New(md5.New, []byte(secret))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

const event = `{"data":{"id":"6e8d5b84","attributes":{"email":"rowan@reader.example"},"type":"member"}}`

func TestPatreon(t *testing.T) {
	t.Parallel()
	long := `{"data":{"id":"1","attributes":{"note":"` + strings.Repeat("x", 1<<20) + `"}}}`
	for name, tt := range map[string]struct {
		method, trigger, body, signature string
		fail                             error
		status, noted, synced            int
	}{
		"signed":           {"POST", "members:update", event, sign(event, "one"), nil, 204, 1, 2},
		"second secret":    {"POST", "members:pledge:delete", event, sign(event, "two"), nil, 204, 1, 2},
		"a post":           {"POST", "posts:publish", event, sign(event, "one"), nil, 204, 1, 0},
		"forged":           {"POST", "members:update", event, sign(event, "three"), nil, 401, 0, 0},
		"of another body":  {"POST", "members:update", event + " ", sign(event, "one"), nil, 401, 0, 0},
		"unsigned":         {"POST", "members:update", event, "", nil, 401, 0, 0},
		"unsigned nothing": {"POST", "", "", "", nil, 401, 0, 0},
		"no event":         {"POST", "members:update", "[]", sign("[]", "one"), nil, 204, 0, 0},
		"another trigger":  {"POST", "members:dance", event, sign(event, "one"), nil, 204, 0, 0},
		"too long":         {"POST", "members:update", long, sign(long, "one"), nil, 413, 0, 0},
		"not kept":         {"POST", "members:update", event, sign(event, "one"), errors.New("disk full"), 500, 0, 0},
		"looked at":        {"GET", "members:update", "", "", nil, 405, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := &noted{err: tt.fail}
			s := site(t, hook.Patreon{Secrets: []string{"one", "two"}, Rosters: []string{"a", "b"}, Store: store})
			r := httptest.NewRequestWithContext(t.Context(), tt.method, "/hooks/patreon", strings.NewReader(tt.body))
			r.Header.Set("X-Patreon-Event", tt.trigger)
			r.Header.Set("X-Patreon-Signature", tt.signature)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != tt.status || len(store.keys) != tt.noted || tt.noted > 0 && len(store.rosters[0]) != tt.synced {
				t.Errorf("status %d, noted %q for %v", w.Code, store.keys, store.rosters)
			}
			if w.Code == http.StatusUnauthorized && w.Body.Len() > 0 {
				t.Errorf("says %q", w.Body)
			}
		})
	}
}

// Without a secret there is no such address.
func TestPatreonWithoutSecret(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	site(t, hook.Patreon{Store: &noted{}}).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", "/hooks/patreon", strings.NewReader(event)))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}

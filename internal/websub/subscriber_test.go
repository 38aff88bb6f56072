package websub_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/store/sqlite"
	"marquee/internal/websub"
)

// world is a subscriber, a real store and a hub.
type world struct {
	*websub.Subscriber
	store  *sqlite.Store
	now    time.Time
	asked  []url.Values // what the hub was asked
	answer int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC), answer: http.StatusAccepted}
	now := func() time.Time { return w.now }
	quiet := slog.New(slog.DiscardHandler)
	var err error
	if w.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "m.db"), sqlite.Options{Exclusive: true, Now: now, Log: quiet}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.Subscriber = &websub.Subscriber{
		Store: w.store, Transport: http.DefaultTransport, Agent: "Marquee/test", Server: "https://feeds.example", Key: []byte("key"),
		Sources: map[string]bool{"reviews": true}, Now: now, Log: quiet,
	}
	return w
}

func (w *world) hub(t *testing.T) source.Hub {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s %s: %v", r.Method, body, err)
		}
		w.asked = append(w.asked, form)
		rw.WriteHeader(w.answer)
	}))
	t.Cleanup(server.Close)
	return source.Hub{URL: server.URL, Topic: "https://a.example/feed"}
}

func (w *world) is(t *testing.T) websub.Subscription {
	t.Helper()
	sub, err := w.store.Subscription(t.Context(), "reviews")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (w *world) renew(t *testing.T) {
	t.Helper()
	if err := w.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// token is the secret in the address that the hub was told.
func (w *world) token(t *testing.T) string {
	t.Helper()
	token, ok := strings.CutPrefix(w.asked[len(w.asked)-1].Get("hub.callback"), "https://feeds.example"+websub.Path)
	if !ok || len(token) < 22 {
		t.Fatalf("callback %q", w.asked[len(w.asked)-1].Get("hub.callback"))
	}
	return token
}

func confirmation(mode, topic, lease string) url.Values {
	return url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.challenge": {"echo me"}, "hub.lease_seconds": {lease}}
}

func TestSubscription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, hub := t.Context(), w.hub(t)
	for range 2 {
		if err := w.Offered(ctx, "reviews", hub); err != nil {
			t.Fatal(err)
		}
	}
	w.renew(t)
	w.renew(t) // nothing is due
	if len(w.asked) != 1 {
		t.Fatalf("asked %d times", len(w.asked))
	}
	q, token := w.asked[0], w.token(t)
	if q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != hub.Topic || len(q.Get("hub.secret")) < 32 || len(q.Get("hub.secret")) >= 200 {
		t.Errorf("asked for %v", q)
	}
	for name, tt := range map[string]struct {
		token string
		q     url.Values
	}{
		"another address": {"x" + token[1:], confirmation("subscribe", hub.Topic, "86400")},
		"another topic":   {token, confirmation("subscribe", hub.Topic+"?", "86400")},
		"unsubscribe":     {token, confirmation("unsubscribe", hub.Topic, "")},
		"no mode":         {token, confirmation("", hub.Topic, "86400")},
	} {
		if echo, err := w.Confirm(ctx, tt.token, tt.q); echo != "" || !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %q, %v", name, echo, err)
		}
	}
	if echo, err := w.Confirm(ctx, token, confirmation("subscribe", hub.Topic, "86400")); echo != "echo me" || err != nil {
		t.Fatalf("confirmed: %q, %v", echo, err)
	}
	if sub := w.is(t); sub.State != websub.Active || !sub.Until.Equal(w.now.Add(24*time.Hour)) || !sub.Due.Equal(w.now.Add(18*time.Hour)) {
		t.Errorf("%+v", sub)
	}
	if echo, err := w.Confirm(ctx, token, confirmation("subscribe", hub.Topic, "86400")); echo != "" || !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("confirmed what nobody asked for: %q, %v", echo, err)
	}
	w.now = w.now.Add(18 * time.Hour)
	w.renew(t)
	if w.token(t) != token || len(w.asked) != 2 || w.is(t).State != websub.Active {
		t.Errorf("renewed: %v, %+v", w.asked, w.is(t))
	}
	if echo, err := w.Confirm(ctx, token, confirmation("subscribe", hub.Topic, "1")); echo == "" || err != nil {
		t.Errorf("renewed: %q, %v", echo, err)
	}
	if sub := w.is(t); sub.Until.Sub(w.now) != 5*time.Minute {
		t.Errorf("a lease of a second is %v", sub.Until.Sub(w.now))
	}
	other := hub
	other.Topic += "2"
	if err := w.Offered(ctx, "reviews", other); err != nil {
		t.Fatal(err)
	}
	w.renew(t)
	if w.token(t) == token {
		t.Error("two subscriptions share an address")
	}
	if _, err := w.Confirm(ctx, token, confirmation("subscribe", hub.Topic, "9")); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("the old address: %v", err)
	}
}

// Only what the hub has signed is a reason to read the source.
func TestTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, hub, body := t.Context(), w.hub(t), []byte("<rss/>")
	if err := w.Offered(ctx, "reviews", hub); err != nil {
		t.Fatal(err)
	}
	w.renew(t)
	token, secret := w.token(t), w.asked[0].Get("hub.secret")
	sign := func(name, key string, made func() hash.Hash) string {
		mac := hmac.New(made, []byte(key))
		mac.Write(body)
		return name + "=" + hex.EncodeToString(mac.Sum(nil))
	}
	for name, tt := range map[string]struct {
		signature string
		poked     bool
	}{
		"sha1": {sign("sha1", secret, sha1.New), true}, "sha256": {sign("sha256", secret, sha256.New), true},
		"sha384": {sign("SHA384", secret, sha512.New384), true}, "sha512": {sign("sha512", secret, sha512.New), true},
		"none": {"", false}, "another's": {sign("sha256", "x", sha256.New), false}, "unknown": {"md5=00", false},
		"another method": {sign("sha512", secret, sha256.New), false}, "half": {sign("sha256", secret, sha256.New)[:40], false},
	} {
		w.now = w.now.Add(time.Second)
		if err := w.Told(ctx, token, tt.signature, body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		polls, err := w.store.Polls(ctx)
		if err != nil || polls["reviews"].Poked.Equal(w.now) != tt.poked {
			t.Errorf("%s: %+v, %v", name, polls, err)
		}
	}
	if err := w.Told(ctx, "x"+token[1:], sign("sha256", secret, sha256.New), body); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("another address: %v", err)
	}
}

// A hub that fails, or denies, is asked again, less and less often; one whose
// source has left the configuration is not.
func TestTroubleWithHubs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, hub := t.Context(), w.hub(t)
	if err := w.Offered(ctx, "reviews", hub); err != nil {
		t.Fatal(err)
	}
	w.answer = http.StatusServiceUnavailable
	for i, rest := range []time.Duration{10, 20, 40} {
		w.renew(t)
		sub := w.is(t)
		if sub.Failures != i+1 || !strings.Contains(sub.Error, "503") || sub.Due.Sub(w.now) != rest*time.Minute {
			t.Errorf("failure %d: %+v", i+1, sub)
		}
		w.now = sub.Due
	}
	for range 12 {
		w.renew(t)
		w.now = w.is(t).Due
	}
	if due := w.is(t); due.Failures != 15 {
		t.Errorf("%+v", due)
	}
	w.answer = http.StatusAccepted
	w.renew(t)
	before := w.now
	if _, err := w.Confirm(ctx, w.token(t), confirmation("denied", hub.Topic, "")); err != nil {
		t.Fatal(err)
	}
	if sub := w.is(t); sub.State != websub.Denied || sub.Due.Sub(before) != 24*time.Hour {
		t.Errorf("denied: %+v", sub)
	}
	w.now = w.now.Add(24 * time.Hour)
	w.Sources = nil
	if due, err := w.Due(context.Background()); due || err != nil {
		t.Errorf("due %t, %v", due, err)
	}
	asked := len(w.asked)
	if w.renew(t); len(w.asked) != asked {
		t.Error("asked for a source that is not configured")
	}
}

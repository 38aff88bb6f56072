package websub_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/websub"
)

// house tells a hub of topics that the test changes.
type house struct {
	*world
	*websub.Teller
	topics map[string]string // versions
	log    strings.Builder
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{world: newWorld(t), topics: map[string]string{"https://feeds.example/feeds/a.rss": `"1"`, "https://feeds.example/feeds/a.atom": `"1"`}}
	h.Teller = &websub.Teller{
		Store: h.store, Hub: h.hub(t).URL, Transport: http.DefaultTransport, Agent: "Marquee/test", Now: func() time.Time { return h.now },
		Log: slog.New(slog.NewTextHandler(&h.log, nil)),
		Topics: func(context.Context) (all []websub.Topic, _ error) {
			for url, version := range h.topics {
				all = append(all, websub.Topic{URL: url, Version: version})
			}
			return all, nil
		},
	}
	return h
}

// told lets a minute pass and says of how many topics the hub heard.
func (h *house) told(t *testing.T) int {
	t.Helper()
	h.now = h.now.Add(time.Minute)
	h.asked = nil
	due, err := h.Due(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Tell(t.Context()); err != nil {
		t.Fatal(err)
	}
	if due != (len(h.asked) > 0) {
		t.Errorf("due is %v, and the hub was asked %d times", due, len(h.asked))
	}
	return len(h.asked)
}

func TestTell(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if n := h.told(t); n != 2 {
		t.Fatalf("at first the hub hears of %d", n)
	}
	if n := h.told(t); n != 0 {
		t.Errorf("nothing has changed, and it hears of %d", n)
	}
	const topic = "https://feeds.example/feeds/a.rss"
	h.topics[topic] = `"2"`
	if n := h.told(t); n != 1 || h.asked[0].Get("hub.mode") != "publish" || h.asked[0].Get("hub.url") != topic || h.asked[0].Get("hub.topic") != topic {
		t.Errorf("one has changed: %v", h.asked)
	}
	h.topics[topic] = `"3"`
	h.now = h.now.Add(-time.Second) // not a minute after
	if n := h.told(t); n != 0 {
		t.Errorf("within a minute it hears of %d", n)
	}
	if n := h.told(t); n != 1 {
		t.Errorf("after the minute it hears of %d", n)
	}
}

func TestTellAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.answer = http.StatusServiceUnavailable
	var asked []int
	for range 8 {
		asked = append(asked, h.told(t)/2)
	}
	want := []int{1, 1, 0, 1, 0, 0, 0, 1} // after 1, 2 and 4 minutes
	for i := range want {
		if asked[i] != want[i] {
			t.Fatalf("asked %v, want %v", asked, want)
		}
	}
	if told, err := h.store.Tellings(t.Context()); err != nil || told["https://feeds.example/feeds/a.rss"].Failures != 4 || !strings.Contains(h.log.String(), "503") {
		t.Errorf("noted %+v, %v, log %s", told, err, h.log.String())
	}
	h.answer = http.StatusNoContent
	h.now = h.now.Add(6 * time.Hour)
	if n := h.told(t); n != 2 {
		t.Errorf("it is told %d", n)
	}
	if told, err := h.store.Tellings(t.Context()); err != nil || told["https://feeds.example/feeds/a.rss"].Failures != 0 || told["https://feeds.example/feeds/a.rss"].Error != "" {
		t.Errorf("noted %+v, %v", told, err)
	}
}

func TestTellTrouble(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	broken := errors.New("disk on fire")
	h.Topics = func(context.Context) ([]websub.Topic, error) { return nil, broken }
	if _, err := h.Due(t.Context()); !errors.Is(err, broken) {
		t.Errorf("due: %v", err)
	}
	if err := h.Tell(t.Context()); !errors.Is(err, broken) {
		t.Errorf("tell: %v", err)
	}
}

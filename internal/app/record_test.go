package app_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// record keeps everything that is logged at any level, and lets a test wait for
// a message instead of for a time.
type record struct {
	mu    sync.Mutex
	text  bytes.Buffer
	seen  map[string]int
	moved chan struct{} // closed, and made anew, with every message
}

func newRecord() *record { return &record{seen: map[string]int{}, moved: make(chan struct{})} }

// logger writes to the record, all levels.
func (r *record) logger() *slog.Logger {
	return slog.New(recorder{slog.NewJSONHandler(writer{r}, &slog.HandlerOptions{Level: slog.LevelDebug}), r})
}

// String is all that was logged so far.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// count is how often a message was logged so far.
func (r *record) count(message string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[message]
}

// await waits until a message was logged so often.
func (r *record) await(t *testing.T, message string, times int) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		r.mu.Lock()
		enough, moved := r.seen[message] >= times, r.moved
		r.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-moved:
		case <-limit.C:
			t.Fatalf("%q was not logged %d times:\n%s", message, times, r)
		}
	}
}

func (r *record) note(message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[message]++
	close(r.moved)
	r.moved = make(chan struct{})
}

// writer is the record as a JSON handler sees it.
type writer struct{ *record }

func (w writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(line)
}

var _ io.Writer = writer{}

// recorder counts messages on their way to a handler.
type recorder struct {
	slog.Handler
	record *record
}

func (h recorder) Handle(ctx context.Context, line slog.Record) error {
	err := h.Handler.Handle(ctx, line)
	h.record.note(line.Message)
	return err
}

func (h recorder) WithAttrs(attrs []slog.Attr) slog.Handler {
	return recorder{h.Handler.WithAttrs(attrs), h.record}
}

func (h recorder) WithGroup(name string) slog.Handler {
	return recorder{h.Handler.WithGroup(name), h.record}
}

// next is closed with the next message.
func (r *record) next() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.moved
}

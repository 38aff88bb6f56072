package notice_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/notice"
)

// memory is a store of notices that can be told to fail.
type memory struct {
	mu      sync.Mutex
	notices []domain.Notice
	balance domain.Balance
	broken  map[int]error // by the number of the update, from 1
	updates int
	seen    func(domain.Notice) // hears of each update; may be nil
}

func (m *memory) CreateNotice(_ context.Context, n domain.Notice) (domain.NoticeID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, other := range m.notices {
		if other.Kind == n.Kind && other.Key == n.Key {
			return 0, domain.ErrConflict
		}
	}
	n.ID, n.State = domain.NoticeID(len(m.notices)+1), domain.NoticeQueued
	m.notices = append(m.notices, n)
	return n.ID, nil
}

func (m *memory) Notice(_ context.Context, id domain.NoticeID) (domain.Notice, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id < 1 || int(id) > len(m.notices) {
		return domain.Notice{}, domain.ErrNotFound
	}
	return m.notices[id-1], nil
}

func (m *memory) UpdateNotice(ctx context.Context, n domain.Notice) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.updates++
	if err := m.broken[m.updates]; err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	stored := &m.notices[n.ID-1]
	if stored.State != domain.NoticeQueued {
		return domain.ErrConflict
	}
	stored.State, stored.Attempts, stored.Doubts = n.State, n.Attempts, n.Doubts
	stored.Reason, stored.Changed = n.Reason, n.Changed
	if m.seen != nil {
		m.seen(*stored)
	}
	return nil
}

func (m *memory) Balance(context.Context, domain.EditionID) (domain.Balance, error) {
	return m.balance, nil
}

// relay is a transport that answers as it is told, and keeps what arrives.
type relay struct {
	away    error             // what Open answers
	answers []*mail.SendError // to one message after another; nil, and the end, accept
	arrived [][]byte
	to      []string
	closed  int
}

func (r *relay) Open(ctx context.Context) (mail.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, &mail.SendError{Outcome: mail.Deferred, Command: "connect", Err: err}
	}
	if r.away != nil {
		return nil, r.away
	}
	return r, nil
}

func (r *relay) Usable() bool { return true }

func (r *relay) Close() error {
	r.closed++
	return fmt.Errorf("goodbye to nobody")
}

func (r *relay) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	if len(window) != 1 {
		panic("a window of one is promised")
	}
	var answer *mail.SendError
	if len(r.answers) > 0 {
		answer, r.answers = r.answers[0], r.answers[1:]
	}
	if answer != nil && answer.Command == "RCPT" {
		return []error{answer}
	}
	let, err := begin(ctx)
	if err != nil || !let[0] {
		return []error{&mail.SendError{Outcome: mail.Withheld, Err: err}}
	}
	if answer == nil || answer.Outcome == mail.Unknown {
		r.arrived = append(r.arrived, bytes.Join(window[0].Content, nil))
		r.to = append(r.to, window[0].To)
	}
	if answer != nil {
		return []error{answer}
	}
	return []error{nil}
}

// world is a sender with one relay, and a notice that waits.
type world struct {
	*notice.Sender
	store *memory
	relay *relay
	now   time.Time
	log   strings.Builder
}

func created() time.Time { return time.Date(2026, 11, 20, 22, 0, 3, 0, time.UTC) }

func waiting() domain.Notice {
	return domain.Notice{
		Kind: domain.NoticeFrozen, Key: "weekly-2026-11-20-1700",
		To:      netmail.Address{Name: "Mara Ellison", Address: "mara@lanternscreen.example"},
		Subject: "weekly goes out", Text: "It does.\n", Created: created(),
	}
}

func newWorld(tb testing.TB, n domain.Notice) *world {
	tb.Helper()
	w := &world{store: &memory{broken: map[int]error{}}, relay: &relay{}, now: created().Add(time.Second)}
	w.Sender = &notice.Sender{
		Store: w.store, Relays: []mail.Transport{w.relay},
		From: netmail.Address{Name: "Lantern Screen", Address: "digest@lanternscreen.example"}, Domain: "lanternscreen.example",
		Key: []byte("key"), Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	if _, err := w.store.CreateNotice(tb.Context(), n); err != nil {
		tb.Fatal(err)
	}
	return w
}

// is compares how the only notice stands.
func (w *world) is(tb testing.TB, state domain.NoticeState, attempts, doubts int) {
	tb.Helper()
	n := w.store.notices[0]
	if n.State != state || n.Attempts != attempts || n.Doubts != doubts {
		tb.Errorf("it is %s after %d attempts with %d doubts (%s), want %s, %d, %d",
			n.State, n.Attempts, n.Doubts, n.Reason, state, attempts, doubts)
	}
}

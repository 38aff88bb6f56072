package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/patron"
	"marquee/internal/store"
	"marquee/internal/store/postgres"
	"marquee/internal/store/sqlite"
	"marquee/internal/testkit"
	"marquee/internal/token"
)

var cluster testkit.Postgres

func TestMain(m *testing.M) {
	testkit.BeFarSink()
	os.Exit(cluster.Main(m))
}

// onEngines runs a test that moves no clock on both engines.
func onEngines(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, onEngine(t, engine))
		})
	}
}

func onEngine(tb testing.TB, engine string) *world {
	tb.Helper()
	if engine == "sqlite" {
		return newWorld(tb)
	}
	migrated := func(dsn string) error {
		s, err := postgres.Open(context.Background(), dsn, quiet())
		if err != nil {
			return err
		}
		return s.Close()
	}
	s, err := postgres.Open(tb.Context(), cluster.Database(tb, migrated), quiet())
	check(tb, err)
	return worldOn(tb, s, new(clock))
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// clock is the real one, put forward.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// world is a store with patrons and an edition for them, being sent.
type world struct {
	store.Store
	clock   *clock
	mint    *token.Mint
	log     *lines
	edition domain.Edition
	weeks   int // editions so far
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	data, err := template()
	check(tb, err)
	file := filepath.Join(tb.TempDir(), "marquee.db")
	check(tb, os.WriteFile(file, data, 0o600))
	c := new(clock)
	s, err := sqlite.Open(tb.Context(), file, sqlite.Options{Exclusive: true, Now: c.now, Log: quiet()})
	check(tb, err)
	return worldOn(tb, s, c)
}

// template is an empty database, migrated: that takes most of a test's time.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "marquee-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "marquee.db")
	s, err := sqlite.Open(context.Background(), file, sqlite.Options{Exclusive: true, Now: time.Now, Log: quiet()})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

func worldOn(tb testing.TB, s store.Store, c *clock) *world {
	tb.Helper()
	tb.Cleanup(func() { check(tb, s.Close()) })
	return &world{Store: s, clock: c, log: new(lines), mint: token.New([]byte("0123456789abcdef0123456789abcdef"))}
}

// The audiences of the tests.
var (
	readers = domain.Audience{Standing: domain.Reader}
	writers = domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
)

// enroll adds n patrons: patron00@example.org, who is First00 Last, and so on;
// every third is a screenwriter.
func (w *world) enroll(tb testing.TB, n int) {
	tb.Helper()
	d := patron.Difference{Add: make([]domain.Patron, n)}
	for i := range d.Add {
		d.Add[i] = domain.Patron{Email: address(i), Name: fmt.Sprintf("First%02d Last", i), Audience: readers}
		if i%3 == 2 {
			d.Add[i].Audience = writers
		}
	}
	check(tb, w.ApplyDifference(tb.Context(), "test", d))
}

func address(i int) string { return fmt.Sprintf("patron%02d@example.org", i) }

// patron is one that enroll added.
func (w *world) patron(tb testing.TB, i int) domain.Patron {
	tb.Helper()
	p, err := w.PatronByEmail(tb.Context(), address(i))
	check(tb, err)
	return p
}

// change edits a patron, as a sync with their roster does.
func (w *world) change(tb testing.TB, i int, edit func(*domain.Patron)) {
	tb.Helper()
	before := w.patron(tb, i)
	after := before
	edit(&after)
	check(tb, w.ApplyDifference(tb.Context(), "test", patron.Difference{Update: []patron.Update{{Before: before, After: after}}}))
}

// send makes an edition for everybody and sets it to sending.
func (w *world) send(tb testing.TB) {
	tb.Helper()
	w.sendForms(tb, map[domain.Audience][]byte{readers: form(tb, readers), writers: form(tb, writers)})
}

func (w *world) sendForms(tb testing.TB, forms map[domain.Audience][]byte) {
	tb.Helper()
	w.weeks++
	n := digest.NewEdition{
		Edition: domain.Edition{
			Digest: "weekly", Slot: domain.Slot(time.Date(2026, 11, 20+7*w.weeks, 17, 0, 0, 0, time.UTC).Format(domain.SlotLayout)),
			State: domain.EditionFrozen, Frozen: w.clock.now(), Due: w.clock.now(),
		},
		Recipients: []domain.Audience{readers, writers},
	}
	for audience, data := range forms {
		n.Renditions = append(n.Renditions, domain.Rendition{Readers: domain.Readers{Audience: audience}, Form: data})
	}
	e, err := w.CreateEdition(tb.Context(), n)
	check(tb, err)
	w.edition = e
	w.move(tb, domain.EditionFrozen, domain.EditionSending)
}

func (w *world) move(tb testing.TB, from, to domain.EditionState) {
	tb.Helper()
	check(tb, w.SetEditionState(context.WithoutCancel(tb.Context()), w.edition.ID, []domain.EditionState{from}, to, ""))
}

// form is the letter of an audience, composed.
func form(tb testing.TB, a domain.Audience) []byte {
	tb.Helper()
	text := "Dear " + mail.SlotName.Mark() + ",\n\nfor " + a.Key() + ".\n\n" + mail.SlotUnsubscribe.Mark() + "\n"
	return composed(tb, mail.Letter{Subject: "Weekly", Text: text})
}

func composed(tb testing.TB, l mail.Letter) []byte {
	tb.Helper()
	l.From = netmail.Address{Name: "Mara Ellison", Address: "digest@lanternscreen.example"}
	f, err := mail.Compose(l)
	check(tb, err)
	data, err := f.MarshalBinary()
	check(tb, err)
	return data
}

func (w *world) shard() delivery.Shard { return delivery.Shard{Edition: w.edition.ID} }

// config is a runner's for the world; some change more.
func (w *world) config(through mail.Transport) delivery.Config {
	return delivery.Config{
		Ledger: w.Store, Relays: relays(through, 3), Sender: delivery.Sender{
			From: "bounce@lanternscreen.example", Domain: "lanternscreen.example",
			Server: "https://feeds.lanternscreen.example", Mint: w.mint, Key: []byte("message-ids"),
		},
		Rules: domain.DefaultBounceRules(), Owner: "test", Turn: time.Minute, Now: w.clock.now, Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
}

// singly is config with a connection for each letter, so that one which is lost is
// nobody else's trouble.
func (w *world) singly(through mail.Transport) delivery.Config {
	cfg := w.config(through)
	cfg.Relays[0].Limits.Messages = 1
	return cfg
}

// relays are one that takes so many connections.
func relays(through mail.Transport, connections int) []delivery.Relay {
	return []delivery.Relay{{Name: "main", Transport: through, Limits: delivery.Limits{Connections: connections}}}
}

// run is a run that must go well.
func (w *world) run(tb testing.TB, through mail.Transport) delivery.Result {
	tb.Helper()
	result, err := delivery.New(w.config(through)).Run(tb.Context(), w.shard())
	check(tb, err)
	return result
}

// runs are as many as it takes without waiting: what goes back to the queue at
// the end of a run is for the next.
func (w *world) runs(tb testing.TB, cfg delivery.Config) {
	tb.Helper()
	for range 3 {
		result, err := delivery.New(cfg).Run(tb.Context(), w.shard())
		check(tb, err)
		if result.Done {
			return
		}
		if result.Again.After(time.Now().Add(time.Second)) {
			break
		}
	}
	tb.Error("not done at once")
}

// expect compares the balance, such as "3 entitled = 2 sent + 1 failed + 0 skipped + 0 pending".
func (w *world) expect(tb testing.TB, want string) {
	tb.Helper()
	b, err := w.Balance(tb.Context(), w.edition.ID)
	check(tb, err)
	if b.String() != want || !b.Balances() {
		tb.Errorf("balance: %s, want %s", b, want)
	}
}

// delivery is the row of a patron that enroll added.
func (w *world) delivery(tb testing.TB, i int) domain.Delivery {
	tb.Helper()
	return w.deliveries(tb)[w.patron(tb, i).ID]
}

func (w *world) deliveries(tb testing.TB) map[domain.PatronID]domain.Delivery {
	tb.Helper()
	all, err := w.Deliveries(tb.Context(), w.edition.ID)
	check(tb, err)
	byPatron := map[domain.PatronID]domain.Delivery{}
	for _, d := range all {
		byPatron[d.Patron] = d
	}
	return byPatron
}

// each compares how many copies arrived at an address.
func each(tb testing.TB, letters []letter, want map[string]int) {
	tb.Helper()
	got := map[string]int{}
	for _, l := range letters {
		got[l.to]++
	}
	for to, n := range want {
		if got[to] != n {
			tb.Errorf("%s got %d copies, want %d", to, got[to], n)
		}
		delete(got, to)
	}
	if len(got) > 0 {
		tb.Errorf("unexpected: %v", got)
	}
}

// once is one copy for each of n patrons.
func once(n int) map[string]int {
	want := map[string]int{}
	for i := range n {
		want[address(i)] = 1
	}
	return want
}

// but is want with another number of copies for some.
func but(want map[string]int, copies int, some ...int) map[string]int {
	for _, i := range some {
		want[address(i)] = copies
	}
	return want
}

// letter is a copy that arrived.
type letter struct {
	from, to string // of the envelope
	header   netmail.Header
	body     string
}

func read(tb testing.TB, from, to string, data []byte) letter {
	tb.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	check(tb, err)
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	check(tb, err)
	return letter{from, to, m.Header, string(body)}
}

// id is what a repeated copy is recognised by.
func (l letter) id() string { return l.header.Get("Message-Id") + l.header.Get("Date") }

// lines is a log that many may write to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func wants(tb testing.TB, err, target error) {
	tb.Helper()
	if !errors.Is(err, target) {
		tb.Fatalf("error %v, want one that is %q", err, target)
	}
}

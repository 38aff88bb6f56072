package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/delivery"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/mail"
	"marquee/internal/patron"
	"marquee/internal/token"
)

var readers = domain.Audience{Standing: domain.Reader}

// enroll adds n patrons.
func (w *world) enroll(tb testing.TB, n int) {
	tb.Helper()
	d := patron.Difference{Add: make([]domain.Patron, n)}
	for i := range d.Add {
		d.Add[i] = domain.Patron{Email: fmt.Sprintf("patron%d@example.org", i), Name: "Patron", Audience: readers}
	}
	check(tb, w.store.ApplyDifference(tb.Context(), "test", d))
}

// insert enqueues a job.
func (w *world) insert(tb testing.TB, args river.JobArgs) {
	tb.Helper()
	_, err := w.queue.Insert(tb.Context(), args, nil)
	check(tb, err)
}

func TestCompileJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const slot = domain.Slot("2026-11-20T17:00")
	var errs []error
	w.digest(t, "weekly", "0 17 * * FRI", func(_ context.Context, got domain.Slot) (domain.Edition, error) {
		if got != slot {
			t.Errorf("compiles %s", got)
		}
		err := errs[0]
		errs = errs[1:]
		return domain.Edition{}, err
	})
	errs = []error{errors.New("the store is away"), nil}
	events := w.start(t)
	w.insert(t, jobs.CompileArgs{Digest: "weekly", Slot: slot})
	e := next(t, events, "compile")
	expect(t, e, river.EventKindJobFailed, rivertype.JobStateAvailable) // in a second
	if e.Job.MaxAttempts != 3 || e.Job.Attempt != 1 {
		t.Errorf("attempt %d of %d", e.Job.Attempt, e.Job.MaxAttempts)
	}
	e = next(t, events, "compile")
	expect(t, e, river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if e.Job.Attempt != 2 {
		t.Errorf("attempt %d", e.Job.Attempt)
	}
	if mark := w.mark(t, "digest/weekly"); mark != slot {
		t.Errorf("mark %s, want the slot that is frozen", mark)
	}
	w.insert(t, jobs.CompileArgs{Digest: "gone", Slot: slot})
	expect(t, next(t, events, "compile"), river.EventKindJobCancelled, rivertype.JobStateCancelled)
}

func TestDeliverJob(t *testing.T) {
	t.Parallel()
	type answer struct {
		result delivery.Result
		err    error
	}
	w := newWorld(t)
	answers := make(chan answer, 1)
	w.Runner = runner(func(_ context.Context, s delivery.Shard) (delivery.Result, error) {
		if s != (delivery.Shard{Edition: 7, Number: 2}) {
			t.Errorf("runs %+v", s)
		}
		a := <-answers
		return a.result, a.err
	})
	now := w.clock.Now()
	events := w.start(t)
	for name, tt := range map[string]struct {
		answer
		kind  river.EventKind
		state rivertype.JobState
	}{
		"done":           {answer{delivery.Result{Done: true}, nil}, river.EventKindJobCompleted, rivertype.JobStateCompleted},
		"others are not": {answer{}, river.EventKindJobCompleted, rivertype.JobStateCompleted},
		"due in an hour": {answer{delivery.Result{Again: now.Add(time.Hour)}, nil}, river.EventKindJobCompleted, rivertype.JobStateCompleted},
		"before a tick":  {answer{delivery.Result{Again: now.Add(40 * time.Second)}, nil}, river.EventKindJobSnoozed, rivertype.JobStateScheduled},
		"conflict":       {answer{delivery.Result{Again: now}, fmt.Errorf("run: %w", domain.ErrConflict)}, river.EventKindJobCompleted, rivertype.JobStateCompleted},
		"done at last":   {answer{delivery.Result{Done: true}, errors.New("refused before")}, river.EventKindJobFailed, rivertype.JobStateDiscarded},
		"no connection":  {answer{delivery.Result{Again: now}, errors.New("refused")}, river.EventKindJobFailed, rivertype.JobStateDiscarded},
	} {
		answers <- tt.answer
		w.insert(t, jobs.DeliverArgs{Edition: 7, Shard: 2})
		e := next(t, events, "deliver")
		expect(t, e, tt.kind, tt.state)
		if e.Job.Queue != jobs.QueueMail {
			t.Errorf("%s: in queue %s: gathering would wait for mail", name, e.Job.Queue)
		}
		if wait := time.Until(e.Job.ScheduledAt); name == "before a tick" && (wait < 30*time.Second || wait > 40*time.Second) {
			t.Errorf("snoozes for %v", wait)
		}
	}
	if n := strings.Count(w.log.String(), "edition done"); n != 2 {
		t.Errorf("told %d times that it is done", n)
	}
	// The turn is over and the shard is not: the same job goes on at once.
	answers <- answer{delivery.Result{Again: now.Add(-time.Hour)}, nil}
	w.insert(t, jobs.DeliverArgs{Edition: 7, Shard: 2})
	first := next(t, events, "deliver")
	expect(t, first, river.EventKindJobSnoozed, rivertype.JobStateAvailable)
	answers <- answer{delivery.Result{Done: true}, nil}
	second := next(t, events, "deliver")
	expect(t, second, river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if first.Job.ID != second.Job.ID || second.Job.Attempt != 1 {
		t.Errorf("job %d, then job %d in attempt %d", first.Job.ID, second.Job.ID, second.Job.Attempt)
	}
}

// A run that is told to stop goes on when the program starts again.
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	began := make(chan struct{})
	w.Runner = runner(func(ctx context.Context, _ delivery.Shard) (delivery.Result, error) {
		close(began)
		<-ctx.Done()
		return delivery.Result{Again: w.clock.Now()}, nil
	})
	check(t, w.queue.Start(t.Context()))
	w.insert(t, jobs.DeliverArgs{Edition: 7})
	<-began
	check(t, w.queue.Stop(t.Context()))
	w.Runner = runner(func(context.Context, delivery.Shard) (delivery.Result, error) { return delivery.Result{}, nil })
	w.queue = w.client(t, w.Work)
	e := next(t, w.start(t), "deliver")
	expect(t, e, river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if e.Job.Attempt != 1 {
		t.Errorf("attempt %d: being stopped counts for none", e.Job.Attempt)
	}
}

// box is a transport that counts, and keeps what came last.
type box struct {
	mu   sync.Mutex
	got  map[string]int
	last []byte
}

func (b *box) Open(context.Context) (mail.Session, error) { return b, nil }
func (b *box) Usable() bool                               { return true }
func (b *box) Close() error                               { return nil }

func (b *box) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	errs := make([]error, len(window))
	through, err := begin(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, m := range window {
		if err != nil || !through[i] {
			errs[i] = &mail.SendError{Outcome: mail.Withheld, Err: err}
			continue
		}
		b.got[m.To]++
		b.last = bytes.Join(m.Content, nil)
	}
	return errs
}

// From the tick to everybody's mailbox: compiled an hour ahead, started when
// due, delivered.
func TestFriday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 25)
	w.digest(t, "weekly", "0 17 * * FRI", w.compile(t))
	b := &box{got: map[string]int{}}
	w.Runner = delivery.New(delivery.Config{
		Ledger: w.store, Relays: []delivery.Relay{{Name: "main", Transport: b, Limits: delivery.Limits{Connections: 4}}},
		Sender: delivery.Sender{
			From: "digest@lanternscreen.example", Domain: "lanternscreen.example", Key: []byte("key"),
			Server: "https://feeds.lanternscreen.example", Mint: token.New([]byte("0123456789abcdef0123456789abcdef")),
		},
		Owner: "test", Now: w.clock.Now, Log: slog.New(slog.DiscardHandler),
	})
	events := w.start(t)
	w.tick(t)
	w.clock.set(t, "2026-11-20 16:00:00")
	w.tick(t)
	expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	e, err := w.store.EditionBySlot(t.Context(), "weekly", "2026-11-20T17:00")
	if err != nil || e.State != domain.EditionFrozen || len(b.got) > 0 {
		t.Errorf("edition %+v, %v, %d copies", e, err, len(b.got))
	}
	w.clock.set(t, "2026-11-20 17:00:00")
	w.tick(t)
	expect(t, next(t, events, "deliver"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	w.delivered(t, b, 25)
}

// Compiled too late, it goes out at once, without another tick.
func TestLateFriday(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 5)
	w.digest(t, "weekly", "0 17 * * FRI", w.compile(t))
	done := make(chan delivery.Shard, 1)
	w.Runner = runner(func(_ context.Context, s delivery.Shard) (delivery.Result, error) {
		done <- s
		return delivery.Result{Done: true}, nil
	})
	w.tick(t)
	w.clock.set(t, "2026-11-20 21:00:00")
	events := w.start(t)
	w.tick(t)
	expect(t, next(t, events, "deliver"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if s := <-done; s.Edition == 0 || s.Number != 0 {
		t.Errorf("ran %+v", s)
	}
}

// compile makes editions without items, due at their slot.
func (w *world) compile(tb testing.TB) compiler {
	tb.Helper()
	composed, err := mail.Compose(mail.Letter{
		From: netmail.Address{Address: "digest@lanternscreen.example"}, Subject: "Weekly", Text: "Dear " + mail.SlotName.Mark(),
	})
	check(tb, err)
	form, err := composed.MarshalBinary()
	check(tb, err)
	zone := chicago(tb)
	return func(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
		due, err := time.ParseInLocation(domain.SlotLayout, string(slot), zone)
		if err != nil {
			return domain.Edition{}, err
		}
		return w.store.CreateEdition(ctx, digest.NewEdition{
			Edition:    domain.Edition{Digest: "weekly", Slot: slot, State: domain.EditionFrozen, Frozen: w.clock.Now(), Due: due},
			Renditions: []domain.Rendition{{Readers: domain.Readers{Audience: readers}, Form: form}},
			Recipients: []domain.Audience{readers},
		})
	}
}

// delivered checks that n patrons got one copy each and that the edition is done.
func (w *world) delivered(t *testing.T, b *box, n int) {
	t.Helper()
	e, err := w.store.EditionBySlot(t.Context(), "weekly", "2026-11-20T17:00")
	check(t, err)
	balance, err := w.store.Balance(t.Context(), e.ID)
	check(t, err)
	if e.State != domain.EditionDone || balance.Sent != n || !balance.Balances() {
		t.Errorf("edition is %s: %s", e.State, balance)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for to, copies := range b.got {
		if copies != 1 {
			t.Errorf("%s got %d copies", to, copies)
		}
	}
	if len(b.got) != n {
		t.Errorf("%d of %d got a copy", len(b.got), n)
	}
}

package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/mail"
	"marquee/internal/notice"
	"marquee/templates"
)

// frozen is a function that is told of editions.
type frozen func(ctx context.Context, e domain.Edition) error

func (f frozen) EditionFrozen(ctx context.Context, e domain.Edition) error { return f(ctx, e) }

func (frozen) EditionSkipped(context.Context, domain.Edition) error { return nil }

func (frozen) EditionWithdrawn(context.Context, domain.Edition) error { return nil }

func (frozen) RosterBraked(context.Context, string, string) error { return nil }

func (frozen) SlotsMissed(context.Context, notice.Missed) error { return nil }

func (frozen) ClockDoubted(context.Context, string) error { return nil }

func (frozen) ItemsHeld(context.Context, string, int) error { return nil }

func quiet(context.Context, domain.Edition) error { return nil }

// sender is a function.
type sender func(ctx context.Context, id domain.NoticeID) error

func (s sender) Send(ctx context.Context, id domain.NoticeID) error { return s(ctx, id) }

func TestNoticeJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := make(chan error, 1)
	w.Sender = sender(func(_ context.Context, id domain.NoticeID) error {
		if id != 7 {
			t.Errorf("sends %d", id)
		}
		return <-answers
	})
	events := w.start(t)
	for _, tt := range []struct {
		answer error
		kind   river.EventKind
		state  rivertype.JobState
		logged int
	}{
		{nil, river.EventKindJobCompleted, rivertype.JobStateCompleted, 0},
		{fmt.Errorf("send notice 7: %w", domain.ErrPermanent), river.EventKindJobCancelled, rivertype.JobStateCancelled, 1},
		{errors.New("later"), river.EventKindJobFailed, rivertype.JobStateAvailable, 1}, // in a second
	} {
		answers <- tt.answer
		w.insert(t, jobs.NoticeArgs{ID: 7})
		e := next(t, events, "notice")
		expect(t, e, tt.kind, tt.state)
		if n := strings.Count(w.log.String(), "notice failed"); n != tt.logged {
			t.Errorf("%v: logged %d failures", tt.answer, n)
		}
	}
	answers <- nil
	e := next(t, events, "notice")
	expect(t, e, river.EventKindJobCompleted, rivertype.JobStateCompleted)
	if e.Job.Attempt != 2 || e.Job.Queue != river.QueueDefault {
		t.Errorf("attempt %d in queue %s", e.Job.Attempt, e.Job.Queue)
	}
}

// The operator hears of what will go out, and nothing more of what is on its way;
// an edition does not wait for the notice of it.
func TestFrozenIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const slot = domain.Slot("2026-11-20T17:00")
	state := make(chan domain.EditionState, 1)
	compiled := w.compile(t)
	w.digest(t, "weekly", "0 17 * * FRI", func(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
		if s := <-state; s != domain.EditionFrozen {
			return domain.Edition{Digest: "weekly", Slot: slot, State: s}, nil
		}
		return compiled(ctx, slot)
	})
	told := 0
	w.Notices = frozen(func(_ context.Context, e domain.Edition) error {
		if told++; e.Slug() != "weekly-2026-11-20-1700" || e.ID == 0 {
			t.Errorf("told of %+v", e)
		}
		return errors.New("the store is away")
	})
	w.clock.set(t, "2026-11-20 18:00:00") // it is late
	w.Runner = runner(func(context.Context, delivery.Shard) (delivery.Result, error) {
		return delivery.Result{Done: true}, nil
	})
	events := w.start(t)
	for _, s := range []domain.EditionState{domain.EditionSkipped, domain.EditionSending} {
		state <- s
		w.insert(t, jobs.CompileArgs{Digest: "weekly", Slot: slot})
		expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	}
	state <- domain.EditionFrozen
	w.insert(t, jobs.CompileArgs{Digest: "weekly", Slot: slot})
	expect(t, next(t, events, "compile"), river.EventKindJobFailed, rivertype.JobStateAvailable)
	e, err := w.store.EditionBySlot(t.Context(), "weekly", slot)
	if err != nil || e.State != domain.EditionSending || told != 1 {
		t.Errorf("edition is %s, %v, told %d times", e.State, err, told)
	}
	state <- domain.EditionSending // by now
	expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
}

// From the freeze to the operator's mailbox, once, however often things run.
func TestFrozenArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 25)
	compile := w.compile(t)
	w.digest(t, "weekly", "0 17 * * FRI", func(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
		e, err := w.store.EditionBySlot(ctx, "weekly", slot)
		if errors.Is(err, domain.ErrNotFound) {
			return compile(ctx, slot)
		}
		return e, err
	})
	set, err := templates.Look{}.Parse("")
	check(t, err)
	b := &box{got: map[string]int{}}
	w.Notices = &notice.Writer{
		Store: w.store, Operator: netmail.Address{Address: "mara@lanternscreen.example"}, Templates: set.Mail,
		Publication: domain.Publication{Title: "Lantern Screen", Zone: chicago(t)}, Now: w.clock.Now, Log: w.Log,
	}
	w.Sender = &notice.Sender{
		Store: w.store, Relays: []mail.Transport{b}, From: netmail.Address{Address: "digest@lanternscreen.example"},
		Domain: "lanternscreen.example", Key: []byte("key"), Now: w.clock.Now, Log: slog.New(slog.DiscardHandler),
	}
	events := w.start(t)
	w.tick(t)
	w.clock.set(t, "2026-11-20 16:00:00")
	w.tick(t)
	expect(t, next(t, events, "notice"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	for range 2 {
		w.insert(t, jobs.CompileArgs{Digest: "weekly", Slot: "2026-11-20T17:00"})
		expect(t, next(t, events, "compile"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
		w.insert(t, jobs.NoticeArgs{ID: 1})
		expect(t, next(t, events, "notice"), river.EventKindJobCompleted, rivertype.JobStateCompleted)
	}
	if diff := cmp.Diff([]string{`{"id":1}`, `{"id":1}`, `{"id":1}`}, only("notice", w.listed(t))); diff != "" {
		t.Errorf("notice jobs, the last two of them ours (-want +got):\n%s", diff)
	}
	if b.got["mara@lanternscreen.example"] != 1 || !bytes.Contains(b.last, []byte("Fri Nov 20, 17:00 CST")) {
		t.Errorf("arrived: %v, the last:\n%s", b.got, b.last)
	}
	if strings.Contains(w.log.String(), "mara@") {
		t.Errorf("an address in the log:\n%s", w.log)
	}
}

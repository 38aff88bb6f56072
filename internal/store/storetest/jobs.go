package storetest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/store"
)

func jobTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"marks move forward only":     marksMoveForward,
		"editions start when due":     startsWhenDue,
		"started once":                startedOnce,
		"what is withdrawn holds":     withdrawnHolds,
		"a failed start leaves none":  failedStart,
		"idle shards":                 idleShards,
		"the queue works off the run": queueWorks,
	}
}

func marksMoveForward(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, step := range []struct{ set, want domain.Slot }{
		{"", ""},
		{"2026-11-20T17:00", "2026-11-20T17:00"},
		{"2026-11-13T17:00", "2026-11-20T17:00"},
		{"2026-11-20T17:00", "2026-11-20T17:00"},
		{"2026-11-27T17:00", "2026-11-27T17:00"},
	} {
		if step.set != "" {
			check(t, s.SetMark(ctx, "weekly", step.set))
		}
		if got := must(s.Mark(ctx, "weekly"))(t); got != step.want {
			t.Errorf("mark %q after setting %q, want %q", got, step.set, step.want)
		}
	}
	if got := must(s.Mark(ctx, "other"))(t); got != "" {
		t.Errorf("another mark is %q", got)
	}
}

// An item that its source takes back after the freeze holds the edition, once for
// each time that the operator lets it go.
func withdrawnHolds(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	it := post("site", "gone", instant().Add(-time.Hour))
	keep(t, s, "site", it)
	n := frozen("2026-11-20T17:00", reader)
	n.Edition.Items = []domain.ItemID{it.ID}
	e := must(s.CreateEdition(ctx, n))(t)
	must(s.CreateEdition(ctx, frozen("2026-11-27T17:00", reader)))(t) // without it
	held := func(want ...domain.EditionID) {
		t.Helper()
		var got []domain.EditionID
		for _, h := range must(s.HoldWithdrawn(ctx))(t) {
			got = append(got, h.ID)
			if h.State != domain.EditionHeld || h.Reason != "withdrawn by its source: "+it.FullTitle() {
				t.Errorf("held: %+v", h)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("held %v, want %v", got, want)
		}
	}
	held()
	withdraw := func(at time.Time) {
		it.Withdrawn = at
		keep(t, s, "site", it)
	}
	withdraw(e.Frozen.Add(-time.Minute)) // it was known
	held()
	withdraw(e.Frozen.Add(time.Minute))
	if started := must(s.StartDue(ctx, e.Due))(t); slices.Contains(started, e.ID) {
		t.Error("it goes out with what was withdrawn")
	}
	held(e.ID)
	held()
	check(t, s.SetEditionState(ctx, e.ID, []domain.EditionState{domain.EditionHeld}, domain.EditionFrozen, ""))
	held()
	if started := must(s.StartDue(ctx, future()))(t); !slices.Contains(started, e.ID) {
		t.Errorf("started %v", started)
	}
	withdraw(future()) // again, on its way
	held(e.ID)
}

// runs are the deliver jobs in the store's queue.
func runs(t *testing.T, s store.Store) []jobs.DeliverArgs {
	t.Helper()
	queue := must(s.NewQueue(&river.Config{}))(t)
	lister, ok := queue.(interface {
		JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	})
	if !ok {
		t.Fatalf("the queue is a %T, no River client", queue)
	}
	found := must(lister.JobList(t.Context(), river.NewJobListParams().First(1000)))(t)
	var all []jobs.DeliverArgs
	for _, job := range found.Jobs {
		var args jobs.DeliverArgs
		check(t, json.Unmarshal(job.EncodedArgs, &args))
		if job.Kind != args.Kind() {
			t.Errorf("job of kind %q", job.Kind)
		}
		all = append(all, args)
	}
	return all
}

func startsWhenDue(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 2, reader)
	due := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	later := frozen("2026-11-27T17:00", reader)
	later.Edition.Due = due.Due.Add(time.Microsecond)
	must(s.CreateEdition(ctx, later))(t)
	held := must(s.CreateEdition(ctx, frozen("2026-11-13T17:00", reader)))(t)
	check(t, s.SetEditionState(ctx, held.ID, []domain.EditionState{domain.EditionFrozen}, domain.EditionHeld, "wait"))

	if early := must(s.StartDue(ctx, due.Due.Add(-time.Microsecond)))(t); len(early) != 0 || len(runs(t, s)) != 0 {
		t.Errorf("started %v before their time, runs %v", early, runs(t, s))
	}
	if diff := cmp.Diff([]domain.EditionID{due.ID}, must(s.StartDue(ctx, due.Due))(t)); diff != "" {
		t.Errorf("started (-want +got):\n%s", diff)
	}
	if e := must(s.Edition(ctx, due.ID))(t); e.State != domain.EditionSending {
		t.Errorf("edition is %s", e.State)
	}
	if diff := cmp.Diff([]jobs.DeliverArgs{{Edition: due.ID}}, runs(t, s)); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

func startedOnce(t *testing.T, s store.Store) {
	enroll(t, s, 3, reader)
	must(s.CreateEdition(t.Context(), frozen("2026-11-20T17:00", reader)))(t)
	var wg sync.WaitGroup
	started := make([][]domain.EditionID, 4)
	errs := make([]error, len(started))
	for i := range started {
		wg.Go(func() { started[i], errs[i] = s.StartDue(t.Context(), future()) })
	}
	wg.Wait()
	total := 0
	for i := range started {
		check(t, errs[i])
		total += len(started[i])
	}
	if total != 1 || len(runs(t, s)) != 1 {
		t.Errorf("started %d times, runs %v", total, runs(t, s))
	}
}

// failedStart gives up in the middle: what was begun must be gone.
func failedStart(t *testing.T, s store.Store) {
	ctx := t.Context()
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00")))(t)
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.StartDue(over, future()); err == nil {
		t.Error("started after the caller gave up")
	}
	err := s.SetEditionState(ctx, e.ID, []domain.EditionState{domain.EditionHeld}, domain.EditionSending, "")
	wants(t, err, domain.ErrConflict)
	if got := must(s.Edition(ctx, e.ID))(t); got.State != domain.EditionFrozen || len(runs(t, s)) != 0 {
		t.Errorf("edition is %s, runs %v", got.State, runs(t, s))
	}
}

func idleShards(t *testing.T, s store.Store) {
	ctx := t.Context()
	r := sending(t, s, 2)
	now := r.lease.Until.Add(-time.Second)
	expect := func(what string, at time.Time, want int) {
		t.Helper()
		found := must(s.IdleShards(ctx, at))(t)
		if len(found) > 0 && found[0] != r.shard() {
			t.Errorf("idle %v", found)
		}
		if len(found) != want {
			t.Errorf("%s: %d idle shards, want %d", what, len(found), want)
		}
	}
	expect("live lease", now, 0)
	claims := r.claim(t, 2)
	r.doubt(t, claims...)
	r.record(t, outcome(claims[1], domain.Sent))
	expect("lease run out", r.lease.Until, 1)
	check(t, s.Release(ctx, r.lease))
	expect("a row in doubt", now, 1)
	r.take(t, "next", time.Hour)
	r.record(t, delivery.Outcome{Patron: claims[0].Patron, State: domain.Deferred, NextAt: future()})
	expect("run out, a row deferred: nobody has looked", r.lease.Until, 1)
	check(t, s.Release(ctx, r.lease))
	expect("a row deferred", now, 0)
	expect("its time has come", future(), 1)
	r.move(t, domain.EditionSending, domain.EditionHeld)
	expect("held", future(), 0)
	r.move(t, domain.EditionHeld, domain.EditionSending)
	r.take(t, "last", time.Hour)
	r.record(t, outcome(claims[0], domain.Sent))
	check(t, s.Release(ctx, r.lease))
	expect("nothing pending: a run is to finish it", now, 1)
	must(s.Finish(ctx, r.edition))(t)
	expect("done", future(), 0)
}

// worker is a deliver worker that tells what it was given.
type worker struct {
	river.WorkerDefaults[jobs.DeliverArgs]
	got chan jobs.DeliverArgs
}

func (w *worker) Work(_ context.Context, job *river.Job[jobs.DeliverArgs]) error {
	w.got <- job.Args
	return nil
}

func queueWorks(t *testing.T, s store.Store) {
	ctx := t.Context()
	enroll(t, s, 3, reader)
	e := must(s.CreateEdition(ctx, frozen("2026-11-20T17:00", reader)))(t)
	must(s.StartDue(ctx, future()))(t)
	w := &worker{got: make(chan jobs.DeliverArgs, 10)}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	queue := must(s.NewQueue(&river.Config{
		Workers: workers, FetchPollInterval: 100 * time.Millisecond,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}, "mail": {MaxWorkers: 2}},
	}))(t)
	check(t, queue.Start(ctx))
	defer func() { check(t, queue.Stop(context.WithoutCancel(ctx))) }()
	must(queue.Insert(ctx, jobs.DeliverArgs{Edition: e.ID, Shard: 7}, nil))(t)
	patience, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	got := map[int]bool{}
	for len(got) < 2 {
		select {
		case run := <-w.got:
			got[run.Shard] = true
		case <-patience.Done():
			t.Fatalf("worked %v, want the run that was started and the one inserted", got)
		}
	}
	if !got[0] || !got[7] {
		t.Errorf("worked %v, want the run that was started and the one inserted", got)
	}
}

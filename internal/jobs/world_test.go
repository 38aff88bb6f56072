package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/likeness"
	"marquee/internal/schedule"
	"marquee/internal/store/sqlite"
)

// world is work on a real store with its real queue; the use cases are fakes.
type world struct {
	*jobs.Work
	store *sqlite.Store
	clock *clock
	queue queue
	log   *lines
	hints map[string]time.Time // what sources say of when to be read again
}

// queue is River's client, as the store makes it.
type queue interface {
	jobs.Queue
	Subscribe(kinds ...river.EventKind) (<-chan *river.Event, func())
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

// clock shows what it is set to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// set takes a local time in the publication's zone.
func (c *clock) set(tb testing.TB, local string) {
	tb.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", local, chicago(tb))
	check(tb, err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

func chicago(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	check(tb, err)
	return zone
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	data, err := template()
	check(tb, err)
	file := filepath.Join(tb.TempDir(), "marquee.db")
	check(tb, os.WriteFile(file, data, 0o600))
	w := &world{clock: new(clock), log: new(lines)}
	w.clock.set(tb, "2026-11-20 10:07:30")
	w.store, err = sqlite.Open(tb.Context(), file, sqlite.Options{Exclusive: true, Now: w.clock.Now, Log: slog.New(slog.DiscardHandler)})
	check(tb, err)
	tb.Cleanup(func() { check(tb, w.store.Close()) })
	w.Work = w.instance(tb)
	w.queue = w.client(tb, w.Work)
	return w
}

// template is an empty database, migrated: that takes most of a test's time.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "marquee-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "marquee.db")
	s, err := sqlite.Open(context.Background(), file,
		sqlite.Options{Exclusive: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// instance is one of the processes that work on the store.
func (w *world) instance(tb testing.TB) *jobs.Work {
	tb.Helper()
	return &jobs.Work{
		Store: w.store, Runner: runner(nil), Sources: map[string]jobs.Source{}, Digests: map[string]jobs.Digest{},
		Notices: frozen(quiet), Sender: sender(nil),
		Zone: chicago(tb), Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
}

func (w *world) client(tb testing.TB, work *jobs.Work) queue {
	tb.Helper()
	client, err := w.store.NewQueue(work.Config(slog.New(slog.DiscardHandler)))
	check(tb, err)
	q, ok := client.(queue)
	if !ok {
		tb.Fatalf("the queue is a %T, no River client", client)
	}
	return q
}

// source adds one to the work, whose reads are noted as gathering notes them.
func (w *world) source(tb testing.TB, name, expr string, g gatherer) {
	tb.Helper()
	noted := func(ctx context.Context) (gather.Report, error) {
		at := w.clock.Now()
		report, err := g(ctx)
		if err == nil {
			return report, w.store.SaveGathered(ctx, gather.Gathered{Source: name, At: at, NotBefore: w.hints[name]})
		}
		f := gather.Failure{Source: name, At: at, Err: err.Error()}
		if fe, ok := errors.AsType[*fetch.Error](err); ok && fe.RetryAfter > 0 {
			f.NotBefore, f.Host = at.Add(fe.RetryAfter), likeness.Host(fe.URL)
		}
		return report, errors.Join(err, w.store.SaveFailure(ctx, f))
	}
	w.Sources[name] = jobs.Source{Gatherer: gatherer(noted), Schedule: parse(tb, expr), AlertAfter: 24 * time.Hour}
}

// digest adds one to the work: it freezes an hour before, and is made up twelve
// hours later.
func (w *world) digest(tb testing.TB, name, expr string, c compiler) {
	tb.Helper()
	w.Digests[name] = jobs.Digest{Compiler: c, Schedule: parse(tb, expr), Cutoff: time.Hour, Grace: 12 * time.Hour}
}

func parse(tb testing.TB, expr string) *schedule.Schedule {
	tb.Helper()
	s, err := schedule.Parse(expr, chicago(tb))
	check(tb, err)
	return s
}

func (w *world) tick(tb testing.TB) {
	tb.Helper()
	check(tb, w.Tick(tb.Context(), w.queue))
}

// asked is when a job was asked for, which most tests do not look at.
var asked = regexp.MustCompile(`,"asked":"[^"]*"`)

// listed are the jobs that there are, as "kind args", in the order of their
// insertion, whatever their state.
func (w *world) listed(tb testing.TB) []string {
	tb.Helper()
	found, err := w.queue.JobList(tb.Context(), river.NewJobListParams().First(1000))
	check(tb, err)
	all := []string{}
	for _, job := range found.Jobs {
		all = append(all, job.Kind+" "+asked.ReplaceAllString(string(job.EncodedArgs), ""))
	}
	return all
}

// mark is a mark's slot.
func (w *world) mark(tb testing.TB, name string) domain.Slot {
	tb.Helper()
	slot, err := w.store.Mark(tb.Context(), name)
	check(tb, err)
	return slot
}

// start lets the queue work until the test is over, and tells of every job that
// it is done with for now.
func (w *world) start(tb testing.TB) <-chan *river.Event {
	tb.Helper()
	events, cancel := w.queue.Subscribe(river.EventKindJobCompleted, river.EventKindJobCancelled,
		river.EventKindJobFailed, river.EventKindJobSnoozed, river.EventKindJobInterrupted)
	tb.Cleanup(cancel)
	check(tb, w.queue.Start(tb.Context()))
	tb.Cleanup(func() { check(tb, w.queue.Stop(context.WithoutCancel(tb.Context()))) })
	return events
}

// next is the next event of a kind of job.
func next(tb testing.TB, events <-chan *river.Event, kind string) *river.Event {
	tb.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case e, open := <-events:
			if !open {
				tb.Fatal("no more events")
			}
			if e.Job.Kind == kind {
				return e
			}
		case <-deadline.C:
			tb.Fatalf("no %s job ended", kind)
		}
	}
}

// expect compares an event and the state it left the job in.
func expect(tb testing.TB, e *river.Event, kind river.EventKind, state rivertype.JobState) {
	tb.Helper()
	if e.Kind != kind || e.Job.State != state {
		errs, _ := json.Marshal(e.Job.Errors)
		tb.Errorf("%s job: %s, %s; want %s, %s (%s)", e.Job.Kind, e.Kind, e.Job.State, kind, state, errs)
	}
}

// gatherer is a function.
type gatherer func(ctx context.Context) (gather.Report, error)

func (g gatherer) Gather(ctx context.Context) (gather.Report, error) { return g(ctx) }

func nothing(context.Context) (gather.Report, error) { return gather.Report{}, nil }

// compiler is a function.
type compiler func(ctx context.Context, slot domain.Slot) (domain.Edition, error)

func (c compiler) Compile(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
	return c(ctx, slot)
}

func (compiler) Missing(context.Context, domain.Slot) ([]string, error) { return nil, nil }

// runner is a function.
type runner func(ctx context.Context, s delivery.Shard) (delivery.Result, error)

func (r runner) Run(ctx context.Context, s delivery.Shard) (delivery.Result, error) { return r(ctx, s) }

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

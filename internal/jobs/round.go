package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// QueueGather is the queue of rounds, apart so that slow sites hold up nothing else.
const QueueGather = "gather"

// GatherArgs asks for a round: to read all sources that are due. The minute makes
// it one job for all instances, and lets a round that died keep nobody waiting.
type GatherArgs struct {
	Slot domain.Slot `json:"slot" river:"unique"`
}

// Kind names the job for River.
func (GatherArgs) Kind() string { return "gather" }

// InsertOpts allows one round a minute. One that fails is not retried: what it
// did not read is due for the next.
func (GatherArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, Queue: QueueGather, UniqueOpts: unfinished()}
}

// Gatherer reads one source, which nobody else must read meanwhile.
type Gatherer interface {
	Gather(ctx context.Context) (gather.Report, error)
}

const (
	atOnce    = 16               // hosts that one round asks at a time
	spacing   = time.Second      // between two reads of one host
	roundTime = 8 * time.Minute  // in which a round begins reads; what is left is due for the next
	readTime  = 6 * time.Minute  // for one source
	holdTime  = 15 * time.Minute // how long a source is kept from others, should the process hang
)

// gatherWorker does a round.
type gatherWorker struct {
	river.WorkerDefaults[GatherArgs]
	work *Work
}

func (g *gatherWorker) Work(ctx context.Context, _ *river.Job[GatherArgs]) error {
	return outcome(g.work.round(ctx))
}

// Hubs are asked to tell when sources have something new.
type Hubs interface {
	// Due tells whether any is to be asked.
	Due(ctx context.Context) (bool, error)
	// Renew asks those that are due.
	Renew(ctx context.Context) error
}

// round reads the sources that are due, and asks hubs to tell of them.
func (w *Work) round(ctx context.Context) error {
	err := w.readDue(ctx)
	if w.Hubs != nil {
		err = errors.Join(err, w.Hubs.Renew(ctx))
	}
	return err
}

// readDue reads all sources that are due and that nobody else reads: hosts side by
// side, the sources of a host one after the other.
func (w *Work) readDue(ctx context.Context) error {
	polls, err := w.Store.Polls(ctx)
	if err != nil {
		return err
	}
	due, err := w.due(ctx, polls)
	if err != nil || len(due) == 0 {
		return err
	}
	taken, err := w.Store.TakeSources(ctx, due, holdTime)
	if err != nil {
		return err
	}
	r := &round{Work: w, last: w.Now().Add(roundTime)}
	r.readAll(ctx, taken)
	if len(r.left) == 0 {
		return nil
	}
	return w.Store.LeaveSources(context.WithoutCancel(ctx), r.left)
}

// round is one round at work.
type round struct {
	*Work
	last time.Time // when the last read may begin

	mu   sync.Mutex
	left []string // sources that were not read
}

func (r *round) readAll(ctx context.Context, names []string) {
	var hosts sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, group := range r.byHost(names) {
		slots <- struct{}{}
		hosts.Go(func() {
			defer func() { <-slots }()
			for _, name := range group {
				r.readNext(ctx, name)
			}
		})
	}
	hosts.Wait()
}

// byHost groups sources by the host that they ask.
func (r *round) byHost(names []string) [][]string {
	var groups [][]string
	at := map[string]int{}
	for _, name := range names {
		host := r.Sources[name].Host
		i, known := at[host]
		if host == "" || !known {
			i = len(groups)
			groups, at[host] = append(groups, nil), i
		}
		groups[i] = append(groups[i], name)
	}
	return groups
}

// readNext reads a source when its host's turn has come, if there is time, and if
// the host has not asked to be left alone since the round began.
func (r *round) readNext(ctx context.Context, name string) {
	host := r.Sources[name].Host
	if r.Now().After(r.last) || r.turns.wait(ctx, r.Now(), host, spacing) != nil || r.resting(ctx, host) || !r.read(ctx, name) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.left = append(r.left, name)
	}
}

func (r *round) resting(ctx context.Context, host string) bool {
	if host == "" || !r.turns.refused(host) {
		return false
	}
	resting, err := r.Store.Hosts(ctx, r.Now())
	return err == nil && !resting[host].IsZero()
}

// read reads a source. It is false when that was called off before anything was
// noted.
func (r *round) read(ctx context.Context, name string) bool {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	src := r.Sources[name]
	report, err := src.Gatherer.Gather(ctx)
	r.turns.note(src.Host, err != nil)
	switch {
	case err != nil:
		r.Log.WarnContext(ctx, "source not gathered", "source", name, "err", err)
		return !errors.Is(ctx.Err(), context.Canceled) && !errors.Is(err, domain.ErrConflict)
	case report.Held > 0:
		r.tellHeld(ctx, name, report.Held)
	}
	r.Log.InfoContext(ctx, "source gathered", "source", name, "report", report.String())
	return true
}

// tellHeld tells the operator of pieces that came back as new.
func (w *Work) tellHeld(ctx context.Context, source string, items int) {
	w.Log.ErrorContext(ctx, "items held", "source", source, "items", items)
	if err := w.Notices.ItemsHeld(ctx, source, items); err != nil {
		w.Log.ErrorContext(ctx, "notice not written", "source", source, "err", err)
	}
}

// Gather reads one source now, whenever it would be due; domain.ErrConflict when
// another process does.
func (w *Work) Gather(ctx context.Context, name string) (gather.Report, error) {
	src, ok := w.Sources[name]
	if !ok {
		return gather.Report{}, unknown("source", name)
	}
	taken, err := w.Store.TakeSources(ctx, []string{name}, holdTime)
	if err != nil {
		return gather.Report{}, err
	}
	if !slices.Contains(taken, name) {
		return gather.Report{}, fmt.Errorf("gather %s: %w: it is being read", name, domain.ErrConflict)
	}
	report, err := src.Gatherer.Gather(ctx)
	if err != nil {
		return report, errors.Join(err, w.Store.LeaveSources(context.WithoutCancel(ctx), []string{name}))
	}
	if report.Held > 0 {
		w.tellHeld(ctx, name, report.Held)
	}
	return report, nil
}

package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/films"
	"marquee/internal/schedule"
)

// FilmsArgs asks to bring what a film database tells up to date.
type FilmsArgs struct{}

// Kind names the job for River.
func (FilmsArgs) Kind() string { return "films" }

// InsertOpts allows one at a time. One that fails is not retried: what it did not
// ask is due for the next.
func (FilmsArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: unfinished()}
}

// Films are what a film database tells.
type Films interface {
	// Refresh asks for what is older than maxAge, or was not asked yet.
	Refresh(ctx context.Context, maxAge time.Duration) (films.Report, error)
}

const (
	filmsEvery  = time.Hour       // what is new is asked for
	filmsAge    = 20 * time.Hour  // of what is known, so that nothing is a day old
	freezeAge   = time.Hour       // the same, before an edition freezes
	filmsWithin = 2 * time.Minute // in which an edition waits for it
)

// tickFilms asks for a refresh once an hour.
func (w *Work) tickFilms(ctx context.Context, q Queue) error {
	if w.Films == nil {
		return nil
	}
	const mark = "films"
	last, err := w.Store.Mark(ctx, mark)
	if err != nil {
		return fmt.Errorf("films: %w", err)
	}
	now := w.Now()
	if last > schedule.SlotAt(now.Add(-filmsEvery), w.Zone) && last <= schedule.SlotAt(now, w.Zone) {
		return nil
	}
	return w.enqueue(ctx, q, FilmsArgs{}, mark, schedule.SlotAt(now, w.Zone))
}

// filmsWorker brings films up to date.
type filmsWorker struct {
	river.WorkerDefaults[FilmsArgs]
	work *Work
}

func (f *filmsWorker) Work(ctx context.Context, _ *river.Job[FilmsArgs]) error {
	return outcome(f.work.refreshFilms(ctx, filmsAge))
}

func (w *Work) refreshFilms(ctx context.Context, maxAge time.Duration) error {
	if w.Films == nil {
		return nil
	}
	report, err := w.Films.Refresh(ctx, maxAge)
	if err != nil {
		w.Log.WarnContext(ctx, "films not refreshed", "asked", report.Asked, "left", report.Left, "err", err)
		return err
	}
	if report.Asked > 0 {
		w.Log.InfoContext(ctx, "films refreshed", "asked", report.Asked, "known", report.Known, "left", report.Left)
	}
	return nil
}

// filmsForFreeze brings films up to date before an edition is frozen. What fails
// was told, and keeps no edition back.
func (w *Work) filmsForFreeze(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, filmsWithin)
	defer cancel()
	_ = w.refreshFilms(ctx, freezeAge) // which has told
}

package jobs

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"marquee/internal/clock"
	"marquee/internal/schedule"
)

// Clock is what others think of this machine's clock.
type Clock interface {
	// Verdict is what is known of it at this moment.
	Verdict() clock.Verdict
}

const (
	// clockMark is the mark of when others last agreed with the clock, in UTC.
	clockMark = "clock"
	// clockNoted is how often that is written down.
	clockNoted = time.Hour
	// clockTrusted is how long the clock is believed after that without a word: who
	// was away for longer asks around first.
	clockTrusted = 24 * time.Hour
	// clockPatience is how long that word is waited for.
	clockPatience = 10 * time.Minute
	// clockTold is how often the log says that the clock is not believed.
	clockTold = time.Hour
)

// doubts is what a process remembers of doubting the clock.
type doubts struct {
	mu    sync.Mutex
	since time.Time // when it began to wait for a word; zero when it does not
	told  time.Time // when the log said so
}

// believed tells whether the clock may decide what goes out. An installation that
// never heard the time from others believes its own.
func (w *Work) believed(ctx context.Context) (bool, error) {
	if w.Clock == nil {
		return true, nil
	}
	slot, err := w.Store.Mark(ctx, clockMark)
	if err != nil {
		return false, fmt.Errorf("clock: %w", err)
	}
	good, v := schedule.Instant(slot, time.UTC), w.Clock.Verdict()
	if v.Confirmed() {
		return true, w.noteClock(ctx, good)
	}
	if why := w.doubt(v, good); why != "" {
		return false, w.tellClock(ctx, why)
	}
	return !w.waitsForWord(v, good), nil
}

// doubt is why the clock is wrong, "" when nothing says so. One host alone may be
// wrong itself, unless somebody has agreed with our clock before.
func (w *Work) doubt(v clock.Verdict, good time.Time) string {
	off, known := v.Off, !good.IsZero()
	switch {
	case len(v.Hosts) > 1 || len(v.Hosts) == 1 && known:
	case len(v.Hosts) == 0 && known && good.Sub(w.Now()) > clock.Tolerance:
		return fmt.Sprintf("it shows %s, and was right when it showed %s", minutely(w.Now()), minutely(good))
	default:
		return ""
	}
	way := "ahead of"
	if off < 0 {
		way = "behind"
	}
	return fmt.Sprintf("it shows %s, and is %s %s what is said by %s", minutely(w.Now()), strings.TrimSuffix(off.Abs().Round(time.Minute).String(), "0s"), way, strings.Join(v.Hosts[:min(len(v.Hosts), 3)], ", "))
}

func minutely(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// waitsForWord tells whether others are to be heard first: for some minutes, when
// nobody has been for long.
func (w *Work) waitsForWord(v clock.Verdict, good time.Time) bool {
	w.doubts.mu.Lock()
	defer w.doubts.mu.Unlock()
	now := w.Now()
	if good.IsZero() || len(v.Hosts) > 0 || now.Sub(good) <= clockTrusted {
		return false
	}
	if w.doubts.since.IsZero() {
		w.doubts.since = now
	}
	return now.Sub(w.doubts.since) < clockPatience
}

// noteClock writes down that others agree with the clock.
func (w *Work) noteClock(ctx context.Context, good time.Time) error {
	w.doubts.mu.Lock()
	w.doubts.since, w.doubts.told = time.Time{}, time.Time{}
	w.doubts.mu.Unlock()
	now := w.Now()
	if now.Sub(good) < clockNoted {
		return nil
	}
	return w.Store.SetMark(ctx, clockMark, schedule.SlotAt(now, time.UTC))
}

// tellClock says that the clock is not believed: in the log, and to the operator.
func (w *Work) tellClock(ctx context.Context, why string) error {
	w.doubts.mu.Lock()
	now := w.Now()
	again := now.Sub(w.doubts.told).Abs() >= clockTold
	if again {
		w.doubts.told = now
	}
	w.doubts.mu.Unlock()
	if !again {
		return nil
	}
	w.Log.ErrorContext(ctx, "clock not believed", "err", why)
	return w.Notices.ClockDoubted(ctx, why)
}

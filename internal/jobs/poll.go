package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"marquee/internal/schedule"
)

// Source is a source and when it is read.
type Source struct {
	Gatherer   Gatherer
	Schedule   *schedule.Schedule
	Host       string        // that is asked; sources of one host are read one after the other. May be empty
	AlertAfter time.Duration // how long it may fail before the operator is told, loudly
}

// Poll is how asking a source stands.
type Poll struct {
	Source    string
	Asked     time.Time // when the last read began; zero before the first
	Hint      time.Time // when it wants to be asked again
	NotBefore time.Time // when it may be asked again: it refused until then
	Since     time.Time // when it began to fail; zero when it does not
	Alerted   time.Time // when the operator was last told of that
	Poked     time.Time // when somebody said that there is something new
	Failures  int       // in a row
	Error     string    // of the last
	Busy      bool      // somebody reads it
}

const (
	longestRest = 6 * time.Hour   // that failures bring; what comes after tells whether they are over
	pokeRest    = time.Minute     // between a read and the next that somebody asks for
	eagerTime   = time.Hour       // before a freeze, in which sources are read …
	eagerRest   = 7 * time.Minute // … so often
	alertEvery  = 24 * time.Hour  // for one source
	mostJitter  = 5 * time.Minute // by which a source is read later than its schedule says
	jitterShare = 10              // of the time between two slots
	never       = 100 * 365 * 24 * time.Hour
)

// tickSources asks for a round when a source is due, and tells of those that fail
// for long.
func (w *Work) tickSources(ctx context.Context, q Queue) error {
	polls, err := w.Store.Polls(ctx)
	if err != nil {
		return err
	}
	if err := w.alert(ctx, polls); err != nil {
		return err
	}
	due, err := w.due(ctx, polls)
	if err != nil {
		return err
	}
	hubs := false
	if w.Hubs != nil {
		if hubs, err = w.Hubs.Due(ctx); err != nil {
			return err
		}
	}
	if len(due) == 0 && !hubs {
		return nil
	}
	args := GatherArgs{Slot: schedule.SlotAt(w.Now(), w.Zone)}
	if _, err := q.Insert(ctx, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// due are the names of the sources that are to be read now, sorted.
func (w *Work) due(ctx context.Context, polls map[string]Poll) ([]string, error) {
	now := w.Now()
	resting, err := w.Store.Hosts(ctx, now)
	if err != nil {
		return nil, err
	}
	eager := w.eager(now)
	var due []string
	for _, name := range slices.Sorted(maps.Keys(w.Sources)) {
		s := w.Sources[name]
		if !now.Before(resting[s.Host]) && w.isDue(now, name, polls[name], eager) {
			due = append(due, name)
		}
	}
	return due, nil
}

// farAhead is how far ahead of our clock a source may have been asked: what is less
// passes by itself.
const farAhead = 24 * time.Hour

// isDue tells whether a source is to be read: at once when it was never asked,
// when it has something new, a little before an edition freezes, and by its
// schedule.
func (w *Work) isDue(now time.Time, name string, p Poll, eager bool) bool {
	switch {
	case p.Busy:
		return false
	case p.Asked.Sub(now) > farAhead: // by a clock that was wrong: nothing that was noted then holds
		return true
	case now.Before(p.NotBefore):
		return false
	case p.Asked.IsZero():
		return true
	case p.Poked.After(p.Asked):
		return now.Sub(p.Asked) >= pokeRest
	case now.Before(p.Hint):
		return false
	case eager && now.Sub(p.Asked) >= eagerRest:
		return true
	}
	return !now.Before(w.next(name, p))
}

// next is when the schedule has a source read again. After failures that is the
// first slot, then every second, fourth and so on, but never more than six hours
// later, so that every source that works again is read again by itself.
func (w *Work) next(name string, p Poll) time.Time {
	s := w.Sources[name].Schedule
	enough := p.Asked.Add(longestRest)
	slot := schedule.SlotAt(p.Asked, w.Zone)
	for left := skips(p.Failures); ; left-- {
		if slot = s.Next(slot); slot == "" {
			return p.Asked.Add(never)
		}
		at := schedule.Instant(slot, w.Zone)
		if left > 0 && at.Before(enough) {
			continue
		}
		return at.Add(w.jitter(name, schedule.Instant(s.Next(slot), w.Zone).Sub(at)))
	}
}

// skips is how many slots are left out after so many failures.
func skips(failures int) int {
	return 1<<max(min(failures-1, 9), 0) - 1 // the minutes of six hours are fewer
}

// jitter is how much later than its slot a source is read: not on the dot with
// everybody else, and always the same. Files and this machine's own servers need
// not be spared.
func (w *Work) jitter(name string, interval time.Duration) time.Duration {
	most := min(interval/jitterShare, mostJitter)
	if w.Jitter == nil || w.Sources[name].Host == "" || most <= 0 {
		return 0
	}
	return time.Duration(w.Jitter(name) * float64(most)).Truncate(time.Second)
}

// eager tells whether an edition freezes within the hour: what is published until
// then should be in it.
func (w *Work) eager(now time.Time) bool {
	for _, d := range w.Digests {
		next := d.Schedule.Next(schedule.SlotAt(now.Add(d.Cutoff), w.Zone))
		if next != "" && schedule.Instant(next, w.Zone).Add(-d.Cutoff).Sub(now) <= eagerTime {
			return true
		}
	}
	return false
}

// alert says loudly, once a day, which sources have failed for long. Feeds and
// letters go on with what is stored.
func (w *Work) alert(ctx context.Context, polls map[string]Poll) error {
	now := w.Now()
	for _, name := range slices.Sorted(maps.Keys(w.Sources)) {
		p, after := polls[name], w.Sources[name].AlertAfter
		if p.Since.IsZero() || after <= 0 || now.Sub(p.Since) < after || now.Sub(p.Alerted) < alertEvery {
			continue
		}
		first, err := w.Store.AlertSource(ctx, name, now, now.Add(-alertEvery))
		if err != nil {
			return err
		}
		if first {
			w.Log.ErrorContext(ctx, "source failing", "source", name, "since", p.Since, "failures", p.Failures, "err", p.Error)
		}
	}
	return nil
}

package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// TestClockJumps is fault F17: whatever the clock does, and wherever the owner
// moves, a slot has one edition, nobody gets it twice, and two weeks never go out
// in one burst.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	for name, tt := range map[string]struct {
		schedule string
		visits   []time.Time // of a program that is started anew each time
		moved    string      // the zone at the last visit
		want     []string    // the slots that have editions, the newest first
	}{
		"an hour back": {"0 17 * * FRI", jumps(slotTime, -hour, 0, -hour, time.Minute), "", []string{"2026-11-20T17:00"}},
		"an hour on":   {"0 17 * * FRI", jumps(slotTime, -2*hour, 0), "", []string{"2026-11-20T17:00"}},
		"eight days on": {"0 17 * * FRI", jumps(slotTime, -26*hour, 8*24*hour-22*hour), "", []string{
			"2026-11-27T17:00", // the week before is missed, and told
		}},
		"to 1970":              {"0 17 * * FRI", append(jumps(slotTime, -hour, 0), time.Unix(3600, 0).UTC(), slotTime.Add(time.Minute)), "", []string{"2026-11-20T17:00"}},
		"the owner moves east": {"0 17 * * FRI", jumps(slotTime, -hour, 0, hour), "Asia/Tokyo", []string{"2026-11-20T17:00"}},
		"the owner moves west": {"0 17 * * FRI", jumps(slotTime, -hour, 0, hour), "Pacific/Honolulu", []string{"2026-11-20T17:00"}},
		"an hour that occurs twice": {"30 1 * * SUN", []time.Time{ // Chicago, November 1, 2026
			time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 6, 30, 0, 0, time.UTC), time.Date(2026, 11, 1, 7, 30, 0, 0, time.UTC),
		}, "", []string{"2026-11-01T01:30"}},
		"an hour that does not occur": {"30 2 * * SUN", []time.Time{ // Chicago, March 14, 2027
			time.Date(2027, 3, 14, 7, 0, 0, 0, time.UTC), time.Date(2027, 3, 14, 8, 0, 0, 0, time.UTC), time.Date(2027, 3, 14, 9, 0, 0, 0, time.UTC),
		}, "", []string{"2027-03-14T02:30"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, server := newWeekly(t, "", testkit.SMTPConfig{})
			text := strings.Replace(p.read(t, "config.yaml"), "0 17 * * FRI", tt.schedule, 1)
			text = strings.Replace(text, "to: everyone", "to: everyone\n    when_empty: send", 1)
			p.write(t, "config.yaml", text, time.Time{})
			i := p.open(t, tt.visits[0].Add(-hour))
			i.enroll(t)
			i.close(t)
			for n, at := range append(tt.visits, tt.visits[len(tt.visits)-1]) { // the last one twice
				if tt.moved != "" && n >= len(tt.visits)-1 {
					p.write(t, "config.yaml", strings.Replace(text, "America/Chicago", tt.moved, 1), time.Time{})
				}
				least := 0
				if n >= len(tt.visits)-1 {
					least = len(tt.want)
				}
				p.settleAt(t, at, least)
			}
			i = p.open(t, tt.visits[len(tt.visits)-1])
			var got []string
			for _, e := range must(i.Store().AllEditions(t.Context(), 10))(t) {
				got = append(got, string(e.Slot))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("editions of %q, want %q", got, tt.want)
			}
			letters(t, server) // fails when somebody got two
		})
	}
}

// jumps are the instants at which a program is started.
func jumps(from time.Time, by ...time.Duration) []time.Time {
	all := make([]time.Time, len(by))
	for i, d := range by {
		all[i] = from.Add(d)
	}
	return all
}

// settleAt starts the daemon at an instant again and again until every edition
// that there is has gone out; a job that it did not come to waits for the next.
func (p *publication) settleAt(t *testing.T, at time.Time, editions int) {
	t.Helper()
	for range 20 {
		made, open := 0, 0
		p.during(t, at, func(i *instance) {
			for _, e := range must(i.Store().AllEditions(t.Context(), 10))(t) {
				made++
				if e.State != domain.EditionDone && !e.Due.After(at) {
					open++
				}
			}
		}, ticked)
		if made >= editions && open == 0 {
			return
		}
	}
	t.Errorf("at %s an edition is not made or does not end", at)
}

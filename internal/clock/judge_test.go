package clock_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/clock"
)

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func TestVerdict(t *testing.T) {
	t.Parallel()
	type said struct {
		host string
		off  time.Duration // that our clock is ahead
	}
	for name, tt := range map[string]struct {
		said      []said
		want      clock.Verdict
		confirmed bool
	}{
		"nobody":        {nil, clock.Verdict{}, false},
		"right":         {[]said{{"a", 3 * time.Second}}, clock.Verdict{Off: 3 * time.Second, Hosts: []string{"a"}}, true},
		"just so":       {[]said{{"a", -10 * time.Minute}}, clock.Verdict{Off: -10 * time.Minute, Hosts: []string{"a"}}, true},
		"ahead":         {[]said{{"a", time.Hour}}, clock.Verdict{Off: time.Hour, Hosts: []string{"a"}}, false},
		"behind":        {[]said{{"a", -time.Hour}}, clock.Verdict{Off: -time.Hour, Hosts: []string{"a"}}, false},
		"one is wrong":  {[]said{{"a", time.Hour}, {"b", time.Minute}}, clock.Verdict{Off: time.Minute, Hosts: []string{"a", "b"}}, true},
		"out of caches": {[]said{{"a", time.Hour}, {"a", time.Minute}, {"a", 2 * time.Hour}}, clock.Verdict{Off: time.Minute, Hosts: []string{"a"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := clock.New(noon, func() time.Duration { return 0 })
			for _, s := range tt.said {
				j.Hear(s.host, noon().Add(-s.off))
			}
			got := j.Verdict()
			if diff := cmp.Diff(tt.want, got, cmp.Transformer("", func(h []string) string { return fmt.Sprint(h) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Confirmed() != tt.confirmed {
				t.Errorf("confirmed: %t", got.Confirmed())
			}
		})
	}
}

// What was said counts for a day, and not across a step of the clock: that is a
// difference between what it shows and how much time has passed.
func TestWordsAge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		passed, shown time.Duration
		kept          bool
	}{
		"a moment later": {time.Minute, time.Minute, true},
		"nudged":         {time.Hour, time.Hour + 2*time.Second, true},
		"a day later":    {25 * time.Hour, 25 * time.Hour, false},
		"set forward":    {time.Second, time.Hour, false},
		"set back":       {time.Second, -time.Hour, false},
	} {
		var passed, shown time.Duration
		j := clock.New(func() time.Time { return noon().Add(shown) }, func() time.Duration { return passed })
		j.Hear("a", noon())
		passed, shown = tt.passed, tt.shown
		if v := j.Verdict(); (len(v.Hosts) == 1) != tt.kept {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

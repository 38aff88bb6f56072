package delivery

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestPolicyPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &notebook{}
		p := newPaces(n)
		alarms := 0
		p.alarm = func(context.Context, Pace) { alarms++ }
		const where = "domain example.org"
		for _, want := range []time.Duration{15 * time.Minute, 30 * time.Minute} {
			p.refuse(t.Context(), where, "not welcome")
			p.refuse(t.Context(), where, "not welcome") // by another connection
			pace := p.of(where)
			if time.Until(pace.Until) != want || pace.Reason != "not welcome" {
				t.Errorf("rests until %v, want %v", pace.Until, time.Now().Add(want))
			}
			time.Sleep(want / 2 * 2)
			if pace := p.of(where); !pace.Until.IsZero() || pace.Reason != "" {
				t.Errorf("still rests: %+v", pace)
			}
			p.known[where] = Pace{Destination: where, Level: p.known[where].Level, Changed: time.Now()} // refused again at once
		}
		if alarms != 2 || len(n.paces) != 2 {
			t.Errorf("%d alarms, %d written", alarms, len(n.paces))
		}
	})
}

func TestPaceRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPaces(&notebook{})
		for range 20 {
			p.slow(t.Context(), "relay main", "busy")
			pace := p.of("relay main")
			time.Sleep(time.Until(pace.Until))
			if pace.Level > maxLevel || time.Until(pace.Until) > maxRest {
				t.Errorf("%+v", pace)
			}
		}
		level := p.of("relay main").Level
		if level < 2 {
			t.Errorf("level %d after many refusals", level)
		}
		time.Sleep(recovery)
		if again := p.of("relay main").Level; again != level-1 {
			t.Errorf("level %d, then %d", level, again)
		}
		time.Sleep(maxLevel * recovery)
		if again := p.of("relay main").Level; again != 0 {
			t.Errorf("level %d after an hour of calm", again)
		}
	})
}

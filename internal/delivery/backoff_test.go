package delivery_test

import (
	"testing"
	"time"
)

// A server that goes on saying "later" is asked at longer and longer intervals.
func TestBackOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 2)
	w.send(t)
	r := newRelay(t)
	r.will(1, refuse(451, "4.3.0"), refuse(451, "4.3.0"), refuse(451, "4.3.0"))
	for i, least := range []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute} {
		result := w.run(t, r)
		wait := result.Again.Sub(w.clock.now())
		if wait < least-time.Minute || wait > least*5/4 {
			t.Errorf("attempt %d: again in %v, want about %v", i+1, wait, least)
		}
		w.clock.forward(wait + time.Second)
	}
	w.run(t, r)
	if d := w.delivery(t, 1); d.Attempts != 4 {
		t.Errorf("%d attempts", d.Attempts)
	}
}

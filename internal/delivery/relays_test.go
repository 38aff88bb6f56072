package delivery

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/mail"
)

// door is a transport that lets in as long as it likes.
type door struct {
	refusal error
	opened  int
}

func (d *door) Open(context.Context) (mail.Session, error) {
	if d.refusal != nil {
		return nil, d.refusal
	}
	d.opened++
	return quiet{}, nil
}

// quiet is a session that nobody uses.
type quiet struct{ mail.Session }

func (quiet) Usable() bool { return true }
func (quiet) Close() error { return nil }

func unreachable() error {
	return &mail.SendError{Outcome: mail.Deferred, Command: "connect", Err: errors.New("connection refused")}
}

func unwelcome() error {
	return &mail.SendError{Outcome: mail.Rejected, Command: "AUTH", Code: 535, Enhanced: "5.7.8", Err: errors.New("no")}
}

func crowding() error {
	return &mail.SendError{Outcome: mail.Deferred, Command: "connect", Code: 421, Err: errors.New("too many")}
}

func twoRelays(first, second *door, limits Limits) (*relays, *notebook) {
	n := &notebook{}
	return newRelays([]Relay{{"main", first, limits}, {"spare", second, limits}}, newPaces(n)), n
}

func TestSpareStandsIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, second := &door{refusal: unreachable()}, &door{}
		s, _ := twoRelays(first, second, Limits{Connections: 2})
		c, err := s.open(t.Context())
		if err != nil || c.relay.Name != "spare" {
			t.Fatalf("got %+v, %v", c, err)
		}
		first.refusal = nil
		time.Sleep(absentRest)
		if c, err := s.open(t.Context()); err != nil || c.relay.Name != "main" || second.opened != 1 {
			t.Errorf("got %+v, %v", c, err)
		}
	})
}

// When nobody takes mail a run hears why once, and then only until when.
func TestNoRelay(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		refusal error
		rest    time.Duration
		alarms  int
	}{"unreachable": {unreachable(), absentRest, 0}, "unwelcome": {unwelcome(), policyRest, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := twoRelays(&door{refusal: tt.refusal}, &door{refusal: tt.refusal}, Limits{})
				alarms := 0
				s.paces.alarm = func(context.Context, Pace) { alarms++ }
				_, err := s.open(t.Context())
				rest, ok := errors.AsType[*resting](err)
				if !ok || !errors.Is(err, tt.refusal) || time.Until(rest.until) != tt.rest || alarms != tt.alarms {
					t.Errorf("got %v, %d alarms", err, alarms)
				}
				_, err = s.open(t.Context())
				if rest, ok := errors.AsType[*resting](err); !ok || rest.cause != nil {
					t.Errorf("a second time: %v", err)
				}
			})
		})
	}
}

// A network that stays away is asked less and less often, but always again.
func TestAbsenceGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := twoRelays(&door{refusal: unreachable()}, &door{refusal: unreachable()}, Limits{})
		var last time.Duration
		for range 12 {
			_, err := s.open(t.Context())
			rest, ok := errors.AsType[*resting](err)
			if !ok {
				t.Fatal(err)
			}
			wait := time.Until(rest.until)
			if wait < last || wait > maxAbsence {
				t.Errorf("waits %v after %v", wait, last)
			}
			last = wait
			time.Sleep(wait)
		}
		if last != maxAbsence {
			t.Errorf("waits %v in the end", last)
		}
	})
}

func TestRelayBearsFew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := &door{}
		s, n := twoRelays(first, &door{}, Limits{Connections: 8})
		var open []*connection
		for range 2 {
			c, err := s.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, c)
		}
		first.refusal = crowding()
		if _, err := s.open(t.Context()); !errors.Is(err, errCrowded) {
			t.Errorf("got %v", err)
		}
		if s.room() || len(n.paces) > 0 {
			t.Errorf("room for more: %t; written %+v", s.room(), n.paces)
		}
		first.refusal = nil
		time.AfterFunc(time.Second, open[0].hangUp)
		began := time.Now()
		if c, err := s.open(t.Context()); err != nil || c.relay.Name != "main" || time.Since(began) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

func TestWaitForAConnectionEnds(t *testing.T) {
	t.Parallel()
	s, _ := twoRelays(&door{}, &door{}, Limits{Connections: 1})
	if _, err := s.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.open(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMessagesOnAConnection(t *testing.T) {
	t.Parallel()
	s, _ := twoRelays(&door{}, &door{}, Limits{Messages: 25})
	c, err := s.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ carried, taken, window, want int }{
		{0, 0, 1, 1}, {0, 0, 32, 25}, {24, 0, 32, 1}, {25, 0, 32, 0}, {0, 20, 32, 20}, {19, 20, 4, 1}, {20, 20, 4, 0}, {30, 20, 4, 0},
	} {
		c.carried, c.window = tt.carried, tt.window
		s.learn(c.relay, tt.taken)
		if got := c.room(); got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}

func TestRelayRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := twoRelays(&door{}, &door{}, Limits{Rate: 8})
		c, err := s.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		began, letters := time.Now(), 0
		for time.Since(began) < 10*time.Second {
			n, err := c.admitted(t.Context(), 32)
			if err != nil || n < 1 {
				t.Fatal(n, err)
			}
			letters += n
		}
		if letters < 78 || letters > 86 {
			t.Errorf("%d letters in ten seconds at eight a second", letters)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.admitted(ctx, 2); err == nil {
			t.Error("admitted although nobody waits")
		}
	})
}

func TestWindowsAdapt(t *testing.T) {
	t.Parallel()
	c := &connection{window: 1}
	for _, tt := range []struct {
		full bool
		took time.Duration
		want int
	}{
		{true, 0, 2},
		{true, blink / 4, 4},
		{false, 0, 4},
		{true, blink, 4},
		{true, 2 * blink, 2},
		{false, 2 * blink, 1},
		{true, 2 * blink, 1},
		{true, 0, 2},
		{true, 0, 4},
		{true, 0, 8},
		{true, 0, 16},
		{true, 0, 32},
		{true, 0, 32},
	} {
		if c.adapt(tt.full, tt.took); c.window != tt.want {
			t.Errorf("%+v: %d", tt, c.window)
		}
	}
}

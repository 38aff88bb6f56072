package delivery_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/testkit"
	"marquee/internal/token"
)

func TestEverybodyGetsOneCopy(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		w.enroll(t, 40)
		w.send(t)
		r := newRelay(t)
		var last delivery.Progress
		cfg := w.config(r)
		cfg.Progress = func(p delivery.Progress) { last = p }
		result, err := delivery.New(cfg).Run(t.Context(), w.shard())
		check(t, err)
		if !result.Done || !result.Again.IsZero() {
			t.Errorf("result %+v", result)
		}
		w.expect(t, "40 entitled = 40 sent + 0 failed + 0 skipped + 0 pending")
		each(t, r.letters(t), once(40))
		if last.Sent != 40 || last.Edition != w.edition.ID || last.Elapsed <= 0 {
			t.Errorf("told of %+v", last)
		}
		_, err = delivery.New(cfg).Run(t.Context(), w.shard())
		wants(t, err, domain.ErrConflict) // it is done
		each(t, r.letters(t), once(40))
	})
}

func TestStampsArePatrons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 6)
	w.send(t)
	r := newRelay(t)
	w.run(t, r)
	e, err := w.Edition(t.Context(), w.edition.ID)
	check(t, err)
	ids := map[string]bool{}
	for _, l := range r.letters(t) {
		p, err := w.PatronByEmail(t.Context(), l.to)
		check(t, err)
		to, err := l.header.AddressList("To")
		check(t, err)
		if len(to) != 1 || to[0].Address != p.Email || to[0].Name != p.Name {
			t.Errorf("To %v for %s", to, l.to)
		}
		prefix := "<https://feeds.lanternscreen.example/u/"
		secret, found := strings.CutPrefix(strings.TrimSuffix(l.header.Get("List-Unsubscribe"), ">"), prefix)
		if who, err := w.mint.Open(token.Unsubscribe, secret); !found || err != nil || who != p.ID {
			t.Errorf("unsubscribes %d, want %d: %v", who, p.ID, err)
		}
		if !strings.Contains(l.body, "Dear "+p.FirstName()+",") || !strings.Contains(l.body, "/u/"+secret) ||
			!strings.Contains(l.body, "for "+p.Key()+".") {
			t.Errorf("for %s: %q", l.to, l.body)
		}
		if date, err := l.header.Date(); err != nil || !date.Equal(e.Started.Truncate(time.Second)) {
			t.Errorf("Date %v, want %v: %v", date, e.Started, err)
		}
		if l.from != "bounce@lanternscreen.example" {
			t.Errorf("sender %s", l.from)
		}
		ids[l.header.Get("Message-Id")] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d Message-IDs for 6 copies", len(ids))
	}
}

// Each answer to the third of eight patrons, and what the ledger says then.
func TestRefusals(t *testing.T) {
	t.Parallel()
	atDot := refuse(554, "5.3.0")
	atDot.At = testkit.SMTPAtDot
	for name, c := range map[string]struct {
		answer testkit.SMTPAnswer
		state  domain.DeliveryState
		class  string
		logged bool
	}{
		"greylisted":         {refuse(451, "4.7.1"), domain.Deferred, delivery.ClassServer, false},
		"server goes away":   {refuse(421, "4.3.2"), domain.Deferred, delivery.ClassServer, false},
		"connection is lost": {testkit.SMTPAnswer{Do: testkit.SMTPDrop}, domain.Deferred, delivery.ClassNetwork, false},
		"policy":             {refuse(550, "5.7.1"), domain.Deferred, delivery.ClassPolicy, true},
		"our address":        {refuse(553, "5.1.8"), domain.Deferred, delivery.ClassPolicy, true},
		"no such mailbox":    {refuse(550, "5.1.1"), domain.Failed, delivery.ClassAddress, true},
		"refused":            {refuse(550, ""), domain.Failed, delivery.ClassRefused, true},
		"the letter":         {atDot, domain.Failed, delivery.ClassRefused, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enroll(t, 8)
			w.send(t)
			r := newRelay(t)
			r.will(2, c.answer)
			result, err := delivery.New(w.singly(r)).Run(t.Context(), w.shard())
			check(t, err)
			d := w.delivery(t, 2)
			if d.State != c.state || d.Class != c.class || d.Reason == "" {
				t.Errorf("delivery %+v, want it %s for %s", d, c.state, c.class)
			}
			each(t, r.letters(t), but(once(8), 0, 2))
			if got := strings.Contains(w.log.String(), "delivery refused"); got != c.logged {
				t.Errorf("logged: %t, want %t", got, c.logged)
			}
			if strings.Contains(w.log.String(), "@") {
				t.Errorf("an address in the log: %s", w.log)
			}
			if c.state == domain.Failed {
				w.expect(t, "8 entitled = 7 sent + 1 failed + 0 skipped + 0 pending")
				if !result.Done {
					t.Errorf("result %+v, want it done", result)
				}
				return
			}
			w.expect(t, "8 entitled = 7 sent + 0 failed + 0 skipped + 1 pending")
			if wait := d.NextAt.Sub(w.clock.now()); wait < 4*time.Minute || wait > 7*time.Minute || !result.Again.Equal(d.NextAt) {
				t.Errorf("next in %v, result %+v", wait, result)
			}
			w.run(t, r) // not yet due
			each(t, r.letters(t), but(once(8), 0, 2))
			w.clock.forward(7 * time.Minute)
			if result := w.run(t, r); !result.Done {
				t.Errorf("result %+v, want it done", result)
			}
			each(t, r.letters(t), once(8))
			w.expect(t, "8 entitled = 8 sent + 0 failed + 0 skipped + 0 pending")
		})
	}
}

// A domain that does not want us is left alone, all its patrons with it; nobody
// else waits, and nobody's record is touched.
func TestDomainPaused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 20)
	want := map[string]int{}
	for i := range 20 {
		if i%2 == 0 {
			w.change(t, i, func(p *domain.Patron) { p.Email = fmt.Sprintf("patron%d@closed.example", i) })
		} else {
			want[address(i)] = 1
		}
	}
	w.send(t)
	r := newRelay(t)
	r.refusing = func(to string) testkit.SMTPAnswer {
		if strings.HasSuffix(to, "@closed.example") {
			return refuse(550, "5.7.1")
		}
		return testkit.SMTPAnswer{}
	}
	var alarms []delivery.Pace
	cfg := w.config(r)
	cfg.Relays = relays(r, 1)
	cfg.Alarm = func(_ context.Context, p delivery.Pace) { alarms = append(alarms, p) }
	result, err := delivery.New(cfg).Run(t.Context(), w.shard())
	check(t, err)
	w.expect(t, "20 entitled = 10 sent + 0 failed + 0 skipped + 10 pending")
	each(t, r.letters(t), want)
	if len(alarms) != 1 || alarms[0].Destination != "domain closed.example" || strings.Contains(alarms[0].Reason, "@") {
		t.Errorf("alarms %+v", alarms)
	}
	if wait := result.Again.Sub(w.clock.now()); wait < 4*time.Minute || wait > 16*time.Minute {
		t.Errorf("again in %v", wait)
	}
	tried := 0
	for _, d := range w.deliveries(t) {
		tried += min(d.Attempts, 1)
		if d.State == domain.Failed {
			t.Errorf("delivery %+v", d)
		}
	}
	if tried > 10+8 {
		t.Errorf("%d of 10 were asked for", tried-10)
	}
	r.refusing = nil
	w.clock.forward(time.Hour)
	for range 5 {
		if result := w.run(t, r); result.Done {
			return
		}
		w.clock.forward(time.Hour)
	}
	t.Error("not done after the domain opened again")
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	lost := testkit.SMTPAnswer{Do: testkit.SMTPDrop, At: testkit.SMTPAtDot}
	for name, c := range map[string]struct {
		answers []testkit.SMTPAnswer
		want    string
	}{
		"once":  {[]testkit.SMTPAnswer{lost}, "6 entitled = 6 sent + 0 failed + 0 skipped + 0 pending"},
		"twice": {[]testkit.SMTPAnswer{lost, lost, lost}, "6 entitled = 5 sent + 1 failed + 0 skipped + 0 pending"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enroll(t, 6)
			w.send(t)
			r := newRelay(t)
			r.will(4, c.answers...)
			result, err := delivery.New(w.singly(r)).Run(t.Context(), w.shard())
			check(t, err)
			w.expect(t, "6 entitled = 5 sent + 0 failed + 0 skipped + 1 pending (1 in doubt)")
			if wait := result.Again.Sub(w.clock.now()); wait < 4*time.Minute || wait > 7*time.Minute {
				t.Errorf("again in %v: a server that fell needs a while", wait)
			}
			w.run(t, r)
			each(t, r.letters(t), once(6))
			w.clock.forward(7 * time.Minute)
			if result := w.run(t, r); !result.Done {
				t.Errorf("result %+v, want it done", result)
			}
			w.expect(t, c.want)
			letters := r.letters(t)
			each(t, letters, but(once(6), 2, 4))
			ids := map[string]bool{}
			for _, l := range letters {
				ids[l.id()] = true
			}
			if len(ids) != 6 {
				t.Errorf("%d ids for 6 patrons: a repeat must be recognised", len(ids))
			}
			if d := w.delivery(t, 4); d.Attempts != 2 || d.State == domain.Failed && d.Class != delivery.ClassUnknown {
				t.Errorf("delivery %+v", d)
			}
		})
	}
}

func TestUntilTheEndOfLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 2)
	w.send(t)
	r := newRelay(t)
	r.will(1, refuse(550, "5.7.1"), refuse(451, "4.3.0"), refuse(550, "5.7.1"))
	w.run(t, r)
	w.clock.forward(71 * time.Hour)
	w.run(t, r)
	if d := w.delivery(t, 1); d.State != domain.Deferred || d.Class != delivery.ClassServer {
		t.Errorf("delivery %+v within the edition's life", d)
	}
	w.clock.forward(2 * time.Hour)
	if result := w.run(t, r); !result.Done {
		t.Errorf("result %+v, want it done", result)
	}
	if d := w.delivery(t, 1); d.State != domain.Failed || d.Class != delivery.ClassExpired || !d.NextAt.IsZero() {
		t.Errorf("delivery %+v after the edition's life", d)
	}
	each(t, r.letters(t), but(once(2), 0, 1))
}

// What missed an edition can be sent long after its life has ended, to somebody
// whose address was refused only when the operator says that it is good.
func TestResendMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 3)
	w.send(t)
	r := newRelay(t)
	r.will(1, refuse(550, "5.1.1"))
	w.run(t, r)
	w.expect(t, "3 entitled = 2 sent + 1 failed + 0 skipped + 0 pending")
	w.clock.forward(10 * 24 * time.Hour)
	for _, want := range []string{
		"3 entitled = 2 sent + 0 failed + 1 skipped + 0 pending", "3 entitled = 3 sent + 0 failed + 0 skipped + 0 pending",
	} {
		if n, err := w.ResendMissed(t.Context(), w.edition.ID); n != 1 || err != nil {
			t.Fatalf("%d missed it, %v", n, err)
		}
		w.run(t, r)
		w.expect(t, want)
		_ = w.LiftSuppression(t.Context(), w.patron(t, 1).ID) // there is none the second time
	}
	w.expect(t, "3 entitled = 3 sent + 0 failed + 0 skipped + 0 pending")
	each(t, r.letters(t), once(3))
}

// An edition whose successor has begun is given up.
func TestSucceeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 3)
	w.send(t)
	r := newRelay(t)
	r.will(1, refuse(451, "4.3.0"))
	w.run(t, r)
	first := w.edition
	w.clock.forward(time.Hour)
	w.send(t)
	second := w.edition
	w.edition = first
	w.run(t, r)
	w.expect(t, "3 entitled = 2 sent + 1 failed + 0 skipped + 0 pending")
	w.edition = second
	w.run(t, r)
	w.expect(t, "3 entitled = 3 sent + 0 failed + 0 skipped + 0 pending")
}

func TestUnsubscribedBeforeTheDot(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, w *world) {
		w.enroll(t, 9)
		w.send(t)
		r := newRelay(t)
		who := w.patron(t, 5)
		r.took = func(to string) {
			if to == address(0) { // the others have been claimed with it
				if err := w.SuppressPatron(t.Context(), who.ID, domain.Unsubscribed); err != nil {
					t.Error(err)
				}
			}
		}
		cfg := w.config(r)
		cfg.Relays = relays(r, 1)
		w.runs(t, cfg)
		w.expect(t, "9 entitled = 8 sent + 0 failed + 1 skipped + 0 pending")
		if d := w.delivery(t, 5); d.State != domain.Skipped || d.Class != string(domain.Unsubscribed) || d.Attempts != 0 {
			t.Errorf("delivery %+v", d)
		}
		each(t, r.letters(t), but(once(9), 0, 5))
	})
}

func TestMovedBeforeTheDot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 4)
	w.send(t)
	r := newRelay(t)
	r.took = func(to string) {
		if to == address(0) {
			w.change(t, 1, func(p *domain.Patron) { p.Email, p.Audience = "new@example.org", writers })
		}
	}
	cfg := w.config(r)
	cfg.Relays = relays(r, 1)
	w.runs(t, cfg)
	w.expect(t, "4 entitled = 4 sent + 0 failed + 0 skipped + 0 pending")
	want := but(once(4), 0, 1)
	want["new@example.org"] = 1
	each(t, r.letters(t), want)
	for _, l := range r.letters(t) {
		if l.to == "new@example.org" && !strings.Contains(l.body, "for "+writers.Key()) {
			t.Errorf("the old tier's letter: %s", l.body)
		}
	}
}

func TestOperatorStops(t *testing.T) {
	t.Parallel()
	for _, state := range []domain.EditionState{domain.EditionHeld, domain.EditionCancelled} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			onEngines(t, func(t *testing.T, w *world) {
				w.enroll(t, 20)
				w.send(t)
				r := newRelay(t)
				var arrived atomic.Int32
				r.took = func(string) {
					if arrived.Add(1) == 3 {
						w.move(t, domain.EditionSending, state)
					}
				}
				cfg := w.config(r)
				cfg.Relays[0].Limits.Connections = 1
				_, err := delivery.New(cfg).Run(t.Context(), w.shard())
				wants(t, err, domain.ErrConflict)
				if n := len(r.letters(t)); n != 3 {
					t.Errorf("%d letters, want none after the third", n)
				}
				if state == domain.EditionCancelled {
					w.expect(t, "20 entitled = 3 sent + 0 failed + 17 skipped + 0 pending")
					return
				}
				w.expect(t, "20 entitled = 3 sent + 0 failed + 0 skipped + 17 pending")
				for _, d := range w.deliveries(t) {
					if d.State != domain.Sent && (d.State != domain.Queued || d.Attempts != 0) {
						t.Errorf("delivery %+v, want it as it was", d)
					}
				}
				w.move(t, state, domain.EditionSending)
				w.run(t, r)
				each(t, r.letters(t), once(20))
			})
		})
	}
}

func TestPatronsThatCannotBeMailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enroll(t, 6)
	w.change(t, 1, func(p *domain.Patron) { p.Email = "no address" })
	w.change(t, 4, func(p *domain.Patron) { p.Name = "Bell\a" })
	w.send(t)
	r := newRelay(t)
	w.run(t, r)
	w.expect(t, "6 entitled = 4 sent + 2 failed + 0 skipped + 0 pending")
	each(t, r.letters(t), but(once(6), 0, 1, 4))
	if d := w.delivery(t, 4); d.Class != delivery.ClassAddress || d.Reason == "" {
		t.Errorf("delivery %+v", d)
	}
	if strings.Contains(w.log.String(), "no address") {
		t.Errorf("what is no address is in the log: %s", w.log)
	}
}

func TestEditionThatCannotBePrinted(t *testing.T) {
	t.Parallel()
	for name, forms := range map[string]map[domain.Audience][]byte{
		"no rendition":      {readers: form(t, readers)},
		"damaged rendition": {readers: form(t, readers), writers: []byte("damaged")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enroll(t, 9)
			w.sendForms(t, forms)
			r := newRelay(t)
			_, err := delivery.New(w.config(r)).Run(t.Context(), w.shard())
			if err == nil || !strings.Contains(err.Error(), "endition") {
				t.Errorf("error %v, want one that names the rendition", err)
			}
			for id, d := range w.deliveries(t) {
				if d.State != domain.Sent && d.State != domain.Queued {
					t.Errorf("delivery of %d: %+v", id, d)
				}
			}
			if _, err := w.Lease(t.Context(), w.shard(), "next", time.Minute); err != nil {
				t.Errorf("the lease was not given back: %v", err)
			}
		})
	}
}

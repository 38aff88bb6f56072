package faults

import (
	"context"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// TestKills is fault F1: the program is killed again and again in the middle of
// an edition. Nobody is left out, nobody gets more copies than there were kills,
// and all copies of a person are the same letter.
func TestKills(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		h := build(t, newWitness(t, manners{offer: chunked}), rules{store: store})
		began := time.Now()
		kills := h.killing(t, size().kills)
		h.finish(t)
		repeats := h.settle(t, h.everybody(kills))
		h.got(t, address, all)
		t.Logf("%d people, %d kills: %d repeated of %d in doubt, %s", h.patrons, kills.count, repeats, kills.unknown, since(began))
	})
}

// TestKillsAmongTrouble is fault F3: the same, while the server is busy, breaks
// connections, puts people off and loses replies. Whoever's answer is lost twice
// is listed, and gets a letter when the operator says so.
func TestKillsAmongTrouble(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		d := newDice()
		var lost tally
		w := newWitness(t, manners{offer: pipelined, answer: either(
			d.sometimes(20, at("connect", testkit.SinkAnswer{Say: "421 4.3.2 Busy", Do: testkit.SinkPart})),
			d.sometimes(10, at("MAIL", testkit.SinkAnswer{Say: "421 4.3.2 Going down", Do: testkit.SinkPart})),
			d.sometimes(5, at("DATA", testkit.SinkAnswer{Do: testkit.SinkDropInside})),
			d.sometimes(30, at("RCPT", testkit.SinkAnswer{Say: "450 4.2.1 Mailbox busy"})),
			lost.of(d.sometimes(10, loseReply)),
		)})
		h := build(t, w, rules{store: store, program: programs.hasty(t)})
		began := time.Now()
		kills := h.killing(t, size().of(10, 100))
		h.finish(t)
		a := h.everybody(kills)
		a.failed = h.reasons(t)["failed unknown"]
		a.sent -= a.failed
		a.copies++
		a.repeats += int(lost.Load())
		repeats := h.settle(t, a)
		_, reached := w.count()
		t.Logf("%d people, %d kills: %d repeated of %d in doubt, %d failed, of whom %d got no copy, %s",
			h.patrons, kills.count, repeats, a.repeats, a.failed, h.patrons-reached, since(began))
		w.turn(nil)
		if h.must(t, "editions", "resend-missed", h.id(t)); a.failed > 0 {
			h.finish(t)
		}
		a.sent, a.failed, a.copies, a.repeats = h.patrons, 0, a.copies+1, a.repeats+a.failed
		h.settle(t, a)
		h.got(t, address, all)
	})
}

func since(t time.Time) time.Duration { return time.Since(t).Round(time.Second / 10) }

// killing starts the edition and kills the program over and over: mostly after a
// random number of letters, now and then while it starts. It stops early when
// nobody is left.
func (h *house) killing(t *testing.T, most int) (kills crashes) {
	t.Helper()
	d := newDice()
	share := max(h.patrons/(most+1), 1)
	commands := [][]string{{"digest", "send", "weekly", "--at", slot}, {"run"}}
	for kills.count < most {
		letters, _ := h.sink.count()
		command := commands[d.below(2)]
		if letters == 0 {
			command = commands[0] // the only one that makes an edition
		}
		p := h.start(t, command...)
		limit := patience
		if kills.count%4 == 3 {
			limit = time.Duration(d.below(300)) * time.Millisecond
		}
		p.during(limit, func(ctx context.Context) { h.sink.await(ctx, letters+1+d.below(2*share)) })
		p.kill()
		kills.add(t, h)
		if _, people := h.sink.count(); people == h.patrons {
			break
		}
	}
	return kills
}

package faults

import (
	"sync"
	"syscall"
	"testing"

	"marquee/internal/testkit"
)

// TestLostReplies is fault F4: one reply in twenty to a letter's end is lost.
// Every letter is asked for once more and never a third time: there are just as
// many more letters as lost replies.
func TestLostReplies(t *testing.T) {
	t.Parallel()
	for name, offer := range map[string][]string{"plain": plain, "pipelined": pipelined, "chunked": chunked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lost tally
			w := newWitness(t, manners{offer: offer, answer: lost.of(newDice().sometimes(50, loseReply))})
			h := build(t, w, rules{program: programs.hasty(t), patrons: size().of(500, 2000)})
			h.must(t, "digest", "send", "weekly", "--at", slot)
			h.finish(t)
			failed := h.reasons(t)["failed unknown"]
			h.settle(t, account{sent: h.patrons - failed, failed: failed, copies: 2, repeats: int(lost.Load())})
			letters, reached := w.count()
			if letters != h.patrons-failed+int(lost.Load()) {
				t.Errorf("%d letters for %d that were answered and %d lost replies", letters, h.patrons-failed, lost.Load())
			}
			t.Logf("%d replies lost, %d people given up, of whom %d got no copy", lost.Load(), failed, h.patrons-reached)
		})
	}
}

// TestStops is I19: told to stop in the middle of an edition, the program waits
// for the answers to what it has handed over, and leaves the rest. Nothing is
// lost, nothing is repeated, nothing is in doubt.
func TestStops(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		w := newWitness(t, manners{offer: pipelined, rtt: tardy})
		h := build(t, w, rules{store: store, connections: 4})
		stops := 5
		for n := range stops {
			letters, _ := w.count()
			args := []string{"run"}
			if n == 0 {
				args = []string{"digest", "send", "weekly", "--at", slot}
			}
			p := h.start(t, args...)
			w.wants(t, letters+h.patrons/(2*stops), p)
			p.signal(t, syscall.SIGTERM)
			if err := p.ends(t); (err == nil) != (n > 0) { // a command that did not do all of its work has failed
				t.Errorf("told to stop: %v\n%s", err, &p.log)
			}
			letters, _ = w.count()
			if b := h.edition(t).Balance; b.Sent != letters || b.InDoubt != 0 {
				t.Errorf("after stop %d: %s with %d in doubt, and %d letters came", n, b, b.InDoubt, letters)
			}
		}
		h.finish(t)
		h.settle(t, h.everybody(crashes{}))
		h.got(t, address, all)
	})
}

// TestSilence is fault F12: a server that does not answer to some letters' ends.
// They are waited for as long as RFC 5321 asks (here: three seconds), while those
// in other hands arrive; then they are in doubt, and asked for once more.
func TestSilence(t *testing.T) {
	t.Parallel()
	silent := map[string]bool{address(100): true, address(200): true, address(300): true}
	var asked sync.Map
	w := newWitness(t, manners{offer: pipelined, answer: func(c testkit.SinkCommand) testkit.SinkAnswer {
		if ends(c) && silent[c.To] {
			if _, before := asked.LoadOrStore(c.To, true); !before {
				return testkit.SinkAnswer{Do: testkit.SinkHang}
			}
		}
		return testkit.SinkAnswer{}
	}})
	h := build(t, w, rules{program: programs.hasty(t), patrons: 500})
	h.must(t, "digest", "send", "weekly", "--at", slot)
	h.finish(t)
	h.settle(t, account{sent: h.patrons, copies: 2, repeats: len(silent)})
	h.got(t, address, all)
	late := 0
	hung := w.letters(address(100))[0].at
	for i := range h.patrons {
		if l := w.letters(address(i))[0]; l.at.Sub(hung) > silence {
			late++
		}
	}
	t.Logf("%d others came late", late)
	for to := range silent {
		if l := w.letters(to); len(l) != 2 || l[1].at.Sub(l[0].at) < silence {
			t.Errorf("%d letters to one whom nobody answered for", len(l))
		}
	}
	if late > len(silent)*window {
		t.Errorf("%d people waited for others' answers", late)
	}
}

package faults

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"marquee/internal/domain"
)

// edition is what `editions list` says of one.
type edition struct {
	ID      domain.EditionID    `json:"id"`
	Slug    string              `json:"slug"`
	State   domain.EditionState `json:"state"`
	Reason  string              `json:"reason"`
	Balance domain.Balance      `json:"balance"`
}

// editions looks at all of them, while other processes may be at work.
func (h *house) editions(t *testing.T) []edition {
	t.Helper()
	var all []edition
	if err := json.Unmarshal([]byte(h.must(t, "editions", "list", "--limit", "1000", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// edition is the only one.
func (h *house) edition(t *testing.T) edition {
	t.Helper()
	all := h.editions(t)
	if len(all) != 1 {
		t.Fatalf("%d editions, want one: %+v", len(all), all)
	}
	return all[0]
}

// id is the only edition's, for commands.
func (h *house) id(t *testing.T) string {
	t.Helper()
	return fmt.Sprint(h.edition(t).ID)
}

// begin begins to send the edition, and stops at once: the rest is for others.
func (h *house) begin(t *testing.T) {
	t.Helper()
	p := h.start(t, "digest", "send", "weekly", "--at", slot)
	h.sink.wants(t, 1, p)
	p.interrupt(t)
}

// finish lets the daemon carry the edition to its end.
func (h *house) finish(t *testing.T) {
	t.Helper()
	if h.edition(t).State == domain.EditionDone {
		return
	}
	p := h.start(t, "run")
	h.done(t, p)
	p.stop(t)
}

// done waits until the edition is, by a process or another.
func (h *house) done(t *testing.T, p *process) {
	t.Helper()
	looks := time.NewTicker(200 * time.Millisecond)
	defer looks.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-looks.C {
		if h.edition(t).State == domain.EditionDone {
			return
		}
	}
	t.Fatalf("the edition is not done after %s but %+v:\n%s", patience, h.edition(t), &p.log)
}

// reasons counts deliveries by state and class.
func (h *house) reasons(t *testing.T) map[string]int {
	t.Helper()
	var detail struct {
		Reasons []domain.DeliveryCount `json:"reasons"`
	}
	if err := json.Unmarshal([]byte(h.must(t, "editions", "show", h.id(t), "--json")), &detail); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, r := range detail.Reasons {
		what := string(r.State)
		if r.Class != "" {
			what += " " + r.Class
		}
		counts[what] += r.Count
	}
	return counts
}

// account is what must be true of an edition.
type account struct {
	sent, failed, skipped, pending int

	copies  int // that one person may have got; 1 when 0
	repeats int // of all, at most
}

// window is the most letters that one connection has in doubt at once.
const window = 32

// everybody must have got the edition, once but for what crashes excuse.
func (h *house) everybody(c crashes) account {
	return account{sent: h.patrons, copies: 1 + c.count, repeats: c.unknown}
}

// crashes are what a house has been through.
type crashes struct {
	count   int
	unknown int // letters that the books did not know of afterwards: each may come once more
}

// add looks at what a crash has left behind.
func (c *crashes) add(t *testing.T, h *house) {
	t.Helper()
	c.count++
	sent := 0
	for _, e := range h.editions(t) {
		sent = e.Balance.Sent
	}
	unknown := h.sink.people() - sent
	if most := 16 * window; unknown < 0 || unknown > most {
		t.Errorf("after crash %d the books know of %d letters, which is %d too few; want at most %d", c.count, sent, unknown, most)
	}
	c.unknown += unknown
}

// settle compares an account with the books and with what the witness saw, and
// returns how many letters there were more than people.
func (h *house) settle(t *testing.T, a account) (repeats int) {
	t.Helper()
	h.must(t, "fsck")
	want := domain.Balance{Entitled: h.patrons, Sent: a.sent, Failed: a.failed, Skipped: a.skipped, Pending: a.pending}
	b := h.edition(t).Balance
	b.InDoubt = 0
	if b != want {
		t.Errorf("the balance is %s, want %s", b, want)
	}
	letters, people := h.sink.count()
	if repeats = letters - people; repeats > a.repeats {
		t.Errorf("%d letters were repeated, want at most %d", repeats, a.repeats)
	}
	h.sink.recognisable(t, max(a.copies, 1))
	return repeats
}

// got wants everybody of some to have got a letter, and nobody else.
func (h *house) got(t *testing.T, address func(i int) string, some func(i int) bool) {
	t.Helper()
	lost, strays := 0, 0
	for i := range h.patrons {
		switch got := len(h.sink.letters(address(i))) > 0; {
		case got && !some(i):
			strays++
		case !got && some(i):
			lost++
		}
	}
	if lost > 0 || strays > 0 {
		t.Errorf("%d people did not get their letter, and %d should not have got one", lost, strays)
	}
}

func all(int) bool { return true }

// recognisable wants the copies of a letter to be alike to the byte, and not too
// many of them; and no two people to have got the same.
func (w *witness) recognisable(t *testing.T, copies int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	owner := map[string]string{}
	for to, letters := range w.got {
		if len(letters) > copies {
			t.Errorf("somebody got %d copies, want at most %d", len(letters), copies)
		}
		for _, l := range letters {
			if l.id == "" || l.date == "" || l.id != letters[0].id || l.date != letters[0].date || l.print != letters[0].print {
				t.Errorf("one letter to somebody is\n%s of %s, %x\nand another is\n%s of %s, %x",
					letters[0].id, letters[0].date, letters[0].print, l.id, l.date, l.print)
			}
		}
		if other := owner[letters[0].id]; other != "" {
			t.Errorf("%s and %s got letters with one Message-ID", other, to)
		}
		owner[letters[0].id] = to
	}
}

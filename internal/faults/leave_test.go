package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
	"marquee/internal/token"
)

// grace is how long after a change a letter may still be completed that does not
// know of it.
const grace = time.Second

// TestLeaving is fault F14: people unsubscribe with one click while an edition
// goes out. No letter to them is completed more than a second after they were
// told that it is done. No other test runs beside it, since time is what it
// measures.
func TestLeaving(t *testing.T) {
	for name, m := range map[string]manners{
		"plain":   {offer: plain, rtt: 2 * time.Millisecond},
		"chunked": {offer: chunked, rtt: 2 * tardy},
		"slowing": {offer: plain, answer: slowing(size().patrons/5, 300*time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWitness(t, m)
			h := build(t, w, rules{connections: 4})
			h.begin(t)
			p := h.daemon(t)
			gone := h.leave(t, p, size().patrons/10)
			<-time.NewTimer(2 * grace).C // so that what is too late has time to be
			w.turn(nil)
			h.done(t, p)
			p.stop(t)
			skipped := 0
			for i := range h.patrons {
				if len(w.letters(address(i))) == 0 {
					skipped++
				}
			}
			h.settle(t, account{sent: h.patrons - skipped, skipped: skipped})
			h.got(t, address, func(i int) bool { return gone[address(i)].IsZero() || len(w.letters(address(i))) > 0 })
			w.late(t, gone, func(letter) bool { return true })
			t.Logf("%d of %d left before their letter", skipped, len(gone))
		})
	}
}

// late wants no letter of a sort to have come too late after something had
// happened to its recipient.
func (w *witness) late(t *testing.T, happened map[string]time.Time, sort func(letter) bool) {
	t.Helper()
	var latest time.Duration
	late := 0
	for to, at := range happened {
		for _, l := range w.letters(to) {
			if after := l.at.Sub(at); sort(l) && after > 0 {
				latest = max(latest, after)
				if after > grace {
					late++
				}
			}
		}
	}
	if late > 0 {
		t.Errorf("%d letters came more than %s too late, the last %s", late, grace, latest)
	}
	t.Logf("the last letter came %s too late", latest)
}

// slowing is a server that is fast for so many letters and then slow.
func slowing(letters int, wait time.Duration) behaviour {
	var n tally
	return func(c testkit.SinkCommand) testkit.SinkAnswer {
		if ends(c) && n.Add(1) > int64(letters) {
			<-time.NewTimer(wait).C
		}
		return testkit.SinkAnswer{}
	}
}

// leave lets so many people unsubscribe while letters come, and returns when they
// were told that it was done, by address.
func (h *house) leave(t *testing.T, p *process, people int) map[string]time.Time {
	t.Helper()
	ids := h.ids(t)
	mint := token.New([]byte(key), nil)
	done := map[string]time.Time{}
	var mu sync.Mutex
	var clicks sync.WaitGroup
	d := newDice()
	asked := map[string]bool{}
	for n := range people {
		letters := n * h.patrons / (4 * people)
		h.sink.wants(t, letters, p)
		to := address(letters + d.below(4*window)) // soon to get a letter, or just now
		if asked[to] {
			continue
		}
		asked[to] = true
		clicks.Go(func() {
			link := p.site() + "/u/" + mint.Make(token.Unsubscribe, ids[to])
			answer, err := http.Post(link, "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Errorf("one click: %v, %v", answer, err)
				return
			}
			now := time.Now()
			answer.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			done[to] = now
		})
	}
	clicks.Wait()
	return done
}

// ids are all patrons' by address.
func (h *house) ids(t *testing.T) map[string]domain.PatronID {
	t.Helper()
	var all []struct {
		ID    domain.PatronID `json:"id"`
		Email string          `json:"email"`
	}
	if err := json.Unmarshal([]byte(h.must(t, "patrons", "list", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	ids := map[string]domain.PatronID{}
	for _, p := range all {
		ids[p.Email] = p.ID
	}
	return ids
}

// TestDowngrades is fault F15: people lose their tier while an edition goes out.
// What is for the tier alone does not reach them any more.
func TestDowngrades(t *testing.T) {
	w := newWitness(t, manners{offer: chunked, rtt: 2 * tardy})
	h := build(t, w, rules{
		store: onServer(t, &cluster), connections: 4,
		more: `release: {picks: [{to: Screenwriter, after: 0s}]}`,
	})
	h.begin(t)
	p := h.daemon(t)
	lowered := map[string]time.Time{}
	const batches = 5
	each := h.patrons / 10 / batches
	for n := range batches {
		w.wants(t, n*h.patrons/(2*batches), p)
		list := membersHead
		var who []string
		for k := range each {
			i := 2*(n*each+k)*5 + 1 // a Screenwriter, of all parts of the list
			list += member(i, address(i), tiers[0])
			who = append(who, address(i))
		}
		h.write(t, "lowered.csv", list)
		h.must(t, "patrons", "import", "lowered.csv")
		for _, to := range who {
			lowered[to] = time.Now()
		}
	}
	h.done(t, p)
	p.stop(t)
	h.settle(t, h.everybody(crashes{}))
	h.got(t, address, all)
	w.late(t, lowered, func(l letter) bool { return l.told })
	told := 0
	for i := range h.patrons {
		if l := w.letters(address(i)); l[len(l)-1].told {
			told++
			if i%2 == 0 {
				t.Errorf("%s of the lower tier reads what is for the higher one", fmt.Sprint(i))
			}
		}
	}
	t.Logf("%d of %d read all of it", told, h.patrons)
	if told < h.patrons/2-len(lowered) {
		t.Errorf("%d letters hold what all of the higher tier may read", told)
	}
}

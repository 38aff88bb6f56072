package app_test

import (
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// gate lets so many letters through and then holds up all others until it opens.
type gate struct {
	mu   sync.Mutex
	left int
	full chan struct{} // closed when the first letter is held up
	open chan struct{}
}

func newGate(n int) *gate {
	return &gate{left: n, full: make(chan struct{}), open: make(chan struct{})}
}

// pass returns when the letter may go through.
func (g *gate) pass() {
	g.mu.Lock()
	g.left--
	if g.left == -1 {
		close(g.full)
	}
	wait := g.left < 0
	g.mu.Unlock()
	if wait {
		<-g.open
	}
}

// A program that is stopped in the middle of an edition, with letters under way,
// and started again brings it to everybody, and to nobody twice. The letters are
// held up before their recipient is accepted, or when they have been taken and
// the program does not know it yet.
func TestRestartInTheMiddleOfDelivery(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		g := newGate(5)
		interrupted(t, store, g, testkit.SMTPConfig{Received: func(testkit.SMTPMessage) { g.pass() }})
	})
	t.Run("before the recipient is accepted", func(t *testing.T) {
		t.Parallel()
		g := newGate(5)
		interrupted(t, "store: sqlite:marquee.db", g, testkit.SMTPConfig{Answer: func(string) testkit.SMTPAnswer {
			g.pass()
			return testkit.SMTPAnswer{}
		}})
	})
}

// interrupted stops the daemon while the gate holds letters up, and starts
// another.
func interrupted(t *testing.T, store string, g *gate, cfg testkit.SMTPConfig) {
	t.Helper()
	p, server := newWeekly(t, store, cfg)
	p.during(t, slotTime.Add(-3*time.Hour), func(i *instance) { i.enroll(t) }, gathered, gathered)
	p.during(t, slotTime.Add(-time.Minute), func(*instance) {}, "edition compiled", gathered, gathered)
	i := p.open(t, slotTime)
	d := i.work(t)
	<-g.full
	i.log.await(t, gathered, 2)
	stopping := i.log.next()
	d.stop()
	<-stopping // the queue has lost its patience, and told the run to stop
	close(g.open)
	d.end(t)
	e := i.edition(t)
	b, err := i.Store().Balance(t.Context(), e.ID)
	if err != nil || e.State != domain.EditionSending || b.Sent < 5 || b.Sent == people || b.InDoubt != 0 || b.Pending != people-b.Sent {
		t.Errorf("after the stop the edition is %s and %s (%v)", e.State, b, err)
	}
	i.close(t)
	p.during(t, slotTime.Add(time.Minute), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, "edition done")
	wantLetters(t, server)
}

// An answer that is lost after the letter was taken leaves it in doubt; the
// program that comes after hands it over once more, as the same letter.
func TestCrashAfterTheDot(t *testing.T) {
	t.Parallel()
	lost := address(3)
	var once sync.Once
	p, server := newWeekly(t, "store: sqlite:marquee.db", testkit.SMTPConfig{Answer: func(to string) testkit.SMTPAnswer {
		a := testkit.SMTPAnswer{}
		if to == lost {
			once.Do(func() { a = testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPDrop} })
		}
		return a
	}})
	i := p.open(t, slotTime)
	i.enroll(t)
	i.gather(t)
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	b, err := i.Send(t.Context(), e)
	if want := (domain.Balance{Entitled: people, Sent: people - 1, Pending: 1, InDoubt: 1}); err != nil || b != want {
		t.Errorf("%s, %v", b, err)
	}
	i.close(t)
	p.during(t, slotTime.Add(10*time.Minute), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, "edition done")
	ids := map[string]int{}
	for _, m := range server.Messages() {
		l := openLetter(t, m)
		ids[l.MessageID]++
		if n := ids[l.MessageID]; n > 1 && l.To != lost {
			t.Errorf("%s got %d letters", l.To, n)
		}
	}
	if len(ids) != people || len(server.Messages()) != people+1 {
		t.Errorf("%d letters with %d ids", len(server.Messages()), len(ids))
	}
}

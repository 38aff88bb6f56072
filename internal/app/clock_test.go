package app_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const (
	people = 13

	// ticked is what the daemon logs when its first look at the clock is over.
	ticked   = "background work started"
	gathered = "source gathered" // once for each of the two sources

	oneFeed = `<rss version="2.0"><channel><title>Lantern Screen</title><item>
		<guid isPermaLink="false">https://www.lanternscreen.example/?p=1</guid>
		<title>Copperwire</title><link>https://www.lanternscreen.example/reviews/copperwire/</link>
		<pubDate>Wed, 18 Nov 2026 15:30:00 +0000</pubDate>
		<description>A lineman hears a voice in the wires, and answers.</description></item></channel></rss>`
)

// newWeekly is a publication with a review, picks and people, whose letters go
// to a mail server that behaves as cfg says.
func newWeekly(t *testing.T, store string, cfg testkit.SMTPConfig) (*publication, *testkit.SMTP) {
	t.Helper()
	server, mail := smtpServer(t, cfg)
	return weeklyWith(t, store, mail), server
}

// weeklyWith is such a publication with a mail block of its own.
func weeklyWith(t *testing.T, store, mail string) *publication {
	t.Helper()
	site := testkit.NewSite()
	site.Set("", "/feed/", "application/rss+xml", []byte(oneFeed))
	p := publish(t, store, "sources:\n  picks: {kind: markdown, path: picks}\n  site: {kind: webfeed, url: \""+serve(t, site)+"/feed/\"}",
		"feeds: {all: {}}", weekly, rosters, mail)
	p.write(t, "members.csv", members(people), time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	return p
}

// members is a member list of so many patrons, of both tiers and of none.
func members(n int) string {
	list := "Name,Email,Patron Status,Tier,Pledge Amount,Free Member,User ID\n"
	for i := range n {
		row := fmt.Sprintf("Patron %d,%s,Active patron,Matinee,3.00,No,%d\n", i, address(i), i+1)
		switch i % 3 {
		case 1:
			row = strings.Replace(row, "Matinee,3.00", "Screenwriter,10.00", 1)
		case 2:
			row = strings.Replace(row, "Active patron,Matinee,3.00,No", ",Free,0.00,Yes", 1)
		}
		list += row
	}
	return list
}

func address(i int) string { return fmt.Sprintf("patron%d@patrons.example", i) }

// enroll brings the people of members.csv in.
func (i *instance) enroll(t *testing.T) {
	t.Helper()
	d, err := i.SyncRoster(t.Context(), "members", false)
	if err != nil || len(d.Add) != people {
		t.Fatalf("%d people came in: %v", len(d.Add), err)
	}
}

// daemon is the background work of an instance.
type daemon struct {
	stop context.CancelFunc
	done chan error
	once sync.Once
}

// work starts the daemon and returns when it has looked at the clock once.
func (i *instance) work(t *testing.T) *daemon {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &daemon{stop: stop, done: make(chan error, 1)}
	go func() { d.done <- i.Work(ctx) }()
	t.Cleanup(func() { d.end(t) })
	i.log.await(t, ticked, 1)
	return d
}

// end stops the daemon and waits for it.
func (d *daemon) end(t *testing.T) {
	t.Helper()
	d.once.Do(func() {
		d.stop()
		if err := <-d.done; err != nil {
			t.Errorf("work: %v", err)
		}
	})
}

// during runs the daemon at an instant until it has logged all messages, each as
// often as it is given, then stops the program. What it had done is for check to
// see.
func (p *publication) during(t *testing.T, at time.Time, check func(*instance), messages ...string) {
	t.Helper()
	i := p.open(t, at)
	d := i.work(t)
	times := map[string]int{}
	for _, m := range messages {
		times[m]++
		i.log.await(t, m, times[m])
	}
	d.end(t)
	check(i)
	i.close(t)
}

// edition is the only edition, nil for none. There are never two.
func (i *instance) edition(t *testing.T) *domain.Edition {
	t.Helper()
	all, err := i.Store().AllEditions(t.Context(), 10)
	if err != nil || len(all) > 1 {
		t.Fatalf("%d editions: %v", len(all), err)
	}
	if len(all) == 0 {
		return nil
	}
	return &all[0]
}

// wantEdition checks the edition's state and who of all people has been served.
func (i *instance) wantEdition(t *testing.T, state domain.EditionState, sent int) {
	t.Helper()
	e := i.edition(t)
	if e == nil || e.Slot != slotName || e.State != state {
		t.Fatalf("at %s the edition is %+v, want it %s", i.now, e, state)
	}
	b, err := i.Store().Balance(t.Context(), e.ID)
	if want := (domain.Balance{Entitled: people, Sent: sent, Pending: people - sent}); err != nil || b != want {
		t.Errorf("at %s the balance is %s, want %s (%v)", i.now, b, want, err)
	}
}

// wantLetters wants one letter for everybody, and checks what is in them.
func wantLetters(t *testing.T, server *testkit.SMTP) {
	t.Helper()
	all := letters(t, server)
	for i := range people {
		l := all[address(i)]
		if !strings.Contains(l.Text, "Copperwire") || !strings.Contains(l.Text, "Hello Patron") || !strings.Contains(unwrapped(l.Text), pickCanary) {
			t.Errorf("%s got\n%s", address(i), l.Text)
		}
	}
	if len(all) != people || len(server.Messages()) != people {
		t.Errorf("%d letters to %d people of %d", len(server.Messages()), len(all), people)
	}
}

// A program that is restarted before the freeze, between freeze and slot, at the
// slot and after it makes one edition of it, and everybody gets it once.
func TestRestartsAroundTheSlot(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		p, server := newWeekly(t, store, testkit.SMTPConfig{})
		p.during(t, slotTime.Add(-3*time.Hour), func(i *instance) {
			i.enroll(t)
			if e := i.edition(t); e != nil {
				t.Errorf("three hours early there is %+v", e)
			}
		}, gathered, gathered)
		p.during(t, slotTime.Add(-61*time.Minute), func(i *instance) {
			if e := i.edition(t); e != nil {
				t.Errorf("before the freeze there is %+v", e)
			}
		})
		p.during(t, slotTime.Add(-time.Hour), func(i *instance) { i.wantEdition(t, domain.EditionFrozen, 0) }, "edition compiled")
		p.during(t, slotTime.Add(-time.Second), func(i *instance) { i.wantEdition(t, domain.EditionFrozen, 0) })
		p.during(t, slotTime, func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, "edition done")
		p.during(t, slotTime.Add(time.Minute), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) })
		wantLetters(t, server)
	})
}

// An instance that sleeps through the slot makes up for it within the grace;
// after that the slot is reported, and nobody gets a stale letter.
func TestMissedSlot(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		p, server := newWeekly(t, store, testkit.SMTPConfig{})
		p.during(t, slotTime.Add(-9*24*time.Hour), func(i *instance) { i.enroll(t) }, gathered, gathered)
		early := slotTime.Add(-7*24*time.Hour + 13*time.Hour) // the week before, thirteen hours late
		p.during(t, early, func(i *instance) {
			if e := i.edition(t); e != nil || i.log.count("slot missed") != 1 || !strings.Contains(i.log.String(), `"slot":"2026-11-13T17:00"`) {
				t.Errorf("an edition %+v; the log:\n%s", e, i.log)
			}
		})
		p.during(t, early.Add(time.Hour), func(i *instance) {
			if i.edition(t) != nil || i.log.count("slot missed") != 0 {
				t.Errorf("the slot is reported twice:\n%s", i.log)
			}
		})
		if n := len(server.Messages()); n != 0 {
			t.Errorf("%d letters of a missed slot", n)
		}
		p.during(t, slotTime.Add(11*time.Hour), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, "edition done")
		wantLetters(t, server)
	})
}

// Two instances that share a database make one edition of a slot between them.
func TestTwoInstancesAtTheSlot(t *testing.T) {
	t.Parallel()
	p, server := newWeekly(t, postgresStore(t), testkit.SMTPConfig{})
	p.during(t, slotTime.Add(-3*time.Hour), func(i *instance) { i.enroll(t) }, gathered, gathered)
	first, second := p.open(t, slotTime), p.open(t, slotTime)
	var started sync.WaitGroup
	daemons := make([]*daemon, 2)
	for n, i := range []*instance{first, second} {
		started.Go(func() { daemons[n] = i.work(t) })
	}
	started.Wait()
	awaitDone(t, first, second)
	for _, d := range daemons {
		d.end(t)
	}
	first.wantEdition(t, domain.EditionDone, people)
	wantLetters(t, server)
}

// awaitDone waits until one of two instances has finished the edition.
func awaitDone(t *testing.T, first, second *instance) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		firstMoved, secondMoved := first.log.next(), second.log.next()
		if first.log.count("edition done")+second.log.count("edition done") > 0 {
			return
		}
		select {
		case <-firstMoved:
		case <-secondMoved:
		case <-limit.C:
			t.Fatalf("the edition was not done:\n%s\n%s", first.log, second.log)
		}
	}
}

package faults

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"marquee/internal/domain"
)

// TestKillsInEachPhase is fault F2: the program is killed at every step of what
// makes an edition, from the source's answer to the last mark. Each slot has one
// edition, each piece is in exactly one, and everybody gets each edition.
func TestKillsInEachPhase(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		began := time.Now()
		n := newsroom(t, store)
		n.survey(t)
		for range size().of(2, 36) {
			n.day(t)
		}
		n.close(t)
		n.wantEachOnce(t)
		for _, phase := range phases {
			if hits, tries := n.hits[phase], n.days; hits < (tries+1)/2 {
				t.Errorf("only %d of %d kills were in time for %s", hits, tries, phase)
			}
		}
		t.Logf("kills by phase %v (steps of each %v), %d editions, %d pieces, %s", n.hits, n.steps, n.slots, n.press.count(), since(began))
	})
}

// phases are killed in this order on each day, so that none has been passed when
// its turn comes.
var phases = []string{gathering, syncing, rendering, cutting, freezing}

// news is a house where something happens every day.
type news struct {
	*house
	press  *press
	dice   *dice
	due    time.Time      // the slot of the day
	starts int            // of the program, today
	steps  map[string]int // points that a start passes, by phase
	hits   map[string]int
	days   int
	slots  int
}

func newsroom(t *testing.T, store string) *news {
	t.Helper()
	site := newPress(t)
	site.publish(1, time.Now().Add(-time.Hour))
	w := newWitness(t, manners{offer: chunked})
	h := settleIn(t, w, rules{
		store: store, program: programs.mortal(t), patrons: 8, connections: 2,
		digests: "daily: {schedule: \"0 17 * * *\", grace: 12h, cutoff: 0s, when_empty: send, sections: [{section: picks}, {section: reviews, max: 50}, {section: reviews, max: 50}]}",
		more:    "rosters: {members: {kind: csvfile, path: members.csv, schedule: \"* * * * *\"}}\nfetch: {allow: [127.0.0.1/32]}",
	})
	h.rewrite(t, "sources: {", fmt.Sprintf("sources: {site: {kind: webfeed, url: %q, settle: 0s, flood: 0, schedule: \"* * * * *\", rules: {kind: review}}, ", site.url))
	h.moveIn(t)
	return &news{
		house: h, press: site, dice: newDice(), steps: map[string]int{}, hits: map[string]int{},
		due: time.Now().UTC().Truncate(24 * time.Hour).Add(17 * time.Hour),
	}
}

// tomorrow begins the next day.
func (n *news) tomorrow() {
	n.due = n.due.AddDate(0, 0, 1)
	n.starts = 0
	n.slots++
}

// at is when the next start of the day is, before its slot or after it. Each is six
// minutes after the one before: an edition is asked for every five.
func (n *news) at(early bool) time.Time {
	n.starts++
	at := n.due.Add(time.Duration(6*n.starts) * time.Minute)
	if early {
		return at.Add(-time.Hour)
	}
	return at
}

// happens brings out two pieces and a patron.
func (n *news) happens(t *testing.T, at time.Time) {
	t.Helper()
	n.press.publish(2, at.Add(-time.Hour))
	n.patrons++
	n.write(t, "members.csv", members(n.patrons, address))
}

// begins starts the daemon with a fate.
func (n *news) begins(t *testing.T, fate string, at time.Time) *process {
	t.Helper()
	n.env = []string{ahead + "=" + time.Until(at).String(), fate}
	return n.start(t, "run")
}

// siteGathered is said of the press, and not of the folder of picks beside it.
const siteGathered = "source=site report="

// lives starts the daemon, lets it say something, and stops it.
func (n *news) lives(t *testing.T, fate string, early bool, says ...string) *process {
	t.Helper()
	p := n.begins(t, fate, n.at(early))
	for _, what := range says {
		p.says(t, what, 1)
	}
	p.stop(t)
	return p
}

// goesOut lets the daemon live until the day's edition has gone out; it may have
// done so before a kill.
func (n *news) goesOut(t *testing.T, fate string) *process {
	t.Helper()
	slug := "daily-" + n.due.Format("2006-01-02-1504")
	p := n.begins(t, fate, n.at(false))
	p.says(t, "background work started", 1)
	looks := time.NewTicker(100 * time.Millisecond)
	defer looks.Stop()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-looks.C {
		if e := newest(n.editions(t)); e.Slug == slug && e.State == domain.EditionDone {
			p.stop(t)
			return p
		}
	}
	t.Fatalf("%s has not gone out after %s:\n%s", slug, patience, &p.log)
	return nil
}

// newest is the first of those that there are.
func newest(editions []edition) edition {
	if len(editions) == 0 {
		return edition{}
	}
	return editions[0]
}

// survey counts the points that there are.
func (n *news) survey(t *testing.T) {
	t.Helper()
	n.tomorrow()
	n.happens(t, n.due.Add(-time.Hour))
	count := fateAt("count", 0, 0)
	early := n.lives(t, count, true, siteGathered, "roster synced")
	late := n.goesOut(t, count)
	for _, phase := range phases {
		from := late
		if phase == gathering || phase == syncing {
			from = early
		}
		if n.steps[phase] = from.log.count(passed(phase)); n.steps[phase] == 0 {
			t.Fatalf("there is nothing to kill in phase %s:\n%s", phase, &from.log)
		}
	}
}

// day is a slot that comes while the program is killed in every phase.
func (n *news) day(t *testing.T) {
	t.Helper()
	n.tomorrow()
	for _, phase := range phases {
		n.kill(t, phase)
	}
	n.days++
	n.goesOut(t, immortal)
}

// immortal is the fate of a program that is not killed.
const immortal = fate + "="

// kill lets the program die in a phase: at one of its points or, every other day, a
// moment after it.
func (n *news) kill(t *testing.T, phase string) {
	t.Helper()
	at := n.at(phase == gathering || phase == syncing && n.days%2 == 0)
	n.happens(t, at)
	if phase == gathering && n.days%4 == 3 {
		n.killWithin(t, at)
		return
	}
	point := 1 + (n.days*7)%n.steps[phase]
	var after time.Duration
	if n.days%2 == 1 {
		after = time.Duration(1+n.dice.below(2000)) * time.Microsecond
	}
	p := n.begins(t, fateAt(phase, point, after), at)
	if p.killed(5 * time.Second) {
		n.hits[phase]++
	}
	p.kill()
}

// killWithin kills the program when it has half of a source's answer.
func (n *news) killWithin(t *testing.T, at time.Time) {
	t.Helper()
	half := n.press.halve()
	p := n.begins(t, immortal, at)
	p.during(patience, func(ctx context.Context) {
		select {
		case <-half:
			n.hits[gathering]++
		case <-ctx.Done():
		}
	})
	p.kill()
}

// killed reports whether the program dies by SIGKILL before the time is up.
func (p *process) killed(within time.Duration) bool {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	select {
	case <-p.done:
		status, ok := p.ProcessState.Sys().(syscall.WaitStatus)
		return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
	case <-timeout.C:
		return false
	}
}

// close is a last slot, which takes up what came after the others had been cut.
func (n *news) close(t *testing.T) {
	t.Helper()
	n.tomorrow()
	n.press.publish(1, n.due.Add(-2*time.Hour))
	n.lives(t, immortal, true, siteGathered)
	n.goesOut(t, immortal)
}

// wantEachOnce wants an edition of each slot that everybody got, and each piece in
// one of them.
func (n *news) wantEachOnce(t *testing.T) {
	t.Helper()
	n.must(t, "fsck")
	slugs, sent := map[string]bool{}, 0
	for _, e := range n.editions(t) {
		slugs[e.Slug] = true
		sent += e.Balance.Sent
		if e.State != domain.EditionDone || e.Balance.Sent != e.Balance.Entitled || e.Balance.Sent < 8 {
			t.Errorf("%s is %s (%s): %s", e.Slug, e.State, e.Reason, e.Balance)
		}
	}
	if len(slugs) != n.slots {
		t.Errorf("%d slots have an edition, want %d", len(slugs), n.slots)
	}
	if letters := n.sink.different(); letters != sent {
		t.Errorf("%d different letters came, and %d are recorded", letters, sent)
	}
	db := n.open(t)
	for what, query := range map[string]string{
		"pieces are stored":               "select count(*) from items where source = 'site'",
		"pieces are in an edition":        "select count(distinct item) from edition_items join items on items.id = item where source = 'site'",
		"times a piece is in an edition":  "select count(*) from edition_items join items on items.id = item where source = 'site'",
		"people are known less the usual": fmt.Sprintf("select count(*) + %d from patrons", n.press.count()-n.patrons),
	} {
		var got int
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if want := n.press.count(); got != want {
			t.Errorf("%d %s, want %d", got, what, want)
		}
	}
}

// open is the house's database, as its owner sees it.
func (h *house) open(t *testing.T) *sql.DB {
	t.Helper()
	driver, source := "pgx", h.store
	if file, ok := strings.CutPrefix(h.store, "sqlite:"); ok {
		driver, source = "sqlite", filepath.Join(h.dir, file)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// different is how many letters came, without copies.
func (w *witness) different() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := map[string]bool{}
	for _, letters := range w.got {
		for _, l := range letters {
			ids[l.id] = true
		}
	}
	return len(ids)
}

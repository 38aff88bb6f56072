package faults

import (
	"database/sql"
	"fmt"
	"syscall"
	"testing"
	"time"

	"marquee/internal/domain"
)

// TestInstances is fault F7: several instances share a database, each on a
// machine of its own, and all their clocks come to the slots at once. Each slot
// has one edition, and everybody gets one letter of each.
func TestInstances(t *testing.T) {
	t.Parallel()
	for _, instances := range []int{2, 5} {
		t.Run(fmt.Sprint(instances), func(t *testing.T) {
			t.Parallel()
			store := onServer(t, &cluster)
			w := newWitness(t, manners{offer: chunked})
			due := time.Now().UTC().Truncate(time.Minute).Add(time.Minute)
			slots := size().of(4, 50)
			digests := ""
			for n := range slots {
				digests += digest(fmt.Sprintf("digest-%d", n), due.Format("4 15 2 1 *")) + ", "
			}
			r := rules{store: store, program: programs.hasty(t), digests: digests, patrons: size().of(100, 200), connections: 4}
			houses := []*house{build(t, w, r)}
			for len(houses) < instances {
				houses = append(houses, settleIn(t, w, r))
			}
			skew := time.Until(due) - time.Duration(instances)*time.Second
			var daemons []*process
			for _, h := range houses {
				h.env = append(h.env, ahead+"="+skew.String())
				daemons = append(daemons, h.start(t, "run"))
			}
			for _, d := range daemons {
				d.says(t, "background work started", 1)
			}
			w.wants(t, slots*houses[0].patrons, daemons[0])
			for _, d := range daemons {
				d.stop(t)
			}
			houses[0].editionsOf(t, slots)
			t.Logf("%d instances took part", takers(daemons))
		})
	}
}

// takers are how many processes delivered something.
func takers(all []*process) (n int) {
	for _, p := range all {
		if p.log.count("edition being delivered") > 0 {
			n++
		}
	}
	return n
}

// editionsOf wants so many editions, and everybody to have got one letter of each.
func (h *house) editionsOf(t *testing.T, slots int) {
	t.Helper()
	h.must(t, "fsck")
	editions := h.editions(t)
	if len(editions) != slots {
		t.Errorf("%d editions of %d slots", len(editions), slots)
	}
	for _, e := range editions {
		if e.Balance != (domain.Balance{Entitled: h.patrons, Sent: h.patrons}) {
			t.Errorf("edition %d is %s: %s", e.ID, e.State, e.Balance)
		}
	}
	for i := range h.patrons {
		ids := map[string]bool{}
		letters := h.sink.letters(address(i))
		for _, l := range letters {
			ids[l.id] = true
		}
		if len(letters) != slots || len(ids) != slots {
			t.Errorf("patron %d got %d letters, %d different ones, of %d editions", i, len(letters), len(ids), slots)
		}
	}
}

// TestSecondOnFile is the other half of F7: a SQLite file has one daemon.
func TestSecondOnFile(t *testing.T) {
	t.Parallel()
	h := build(t, newWitness(t, manners{}), rules{patrons: 3})
	first := h.daemon(t)
	h.refused(t, fmt.Sprintf("in use by process %d", first.Process.Pid), "run")
	h.refused(t, "in use by process", "digest", "send", "weekly", "--at", slot)
	first.stop(t)
	h.must(t, "digest", "send", "weekly", "--at", slot)
	h.settle(t, h.everybody(crashes{}))
}

// TestFrozen is fault F8: an instance is frozen in the middle of its work for
// longer than its lease lasts, between two transactions or within one, while
// another takes over. When it wakes up it has nothing to say any more, but for
// what it had in hand.
func TestFrozen(t *testing.T) {
	t.Parallel()
	for name, within := range map[string]bool{"between transactions": false, "within a transaction": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := onServer(t, &cluster)
			w := newWitness(t, manners{offer: plain, rtt: tardy / 10})
			r := rules{store: store, program: programs.hasty(t), connections: 4, patrons: size().of(1000, 4000)}
			h := build(t, w, r)
			other := settleIn(t, w, r)
			other.daemon(t).stop(t) // it is known as one of the database's places before anything goes out
			sender := h.start(t, "digest", "send", "weekly", "--at", slot)
			w.wants(t, h.patrons/10, sender)
			sender.freezeIn(t, store, within)
			before, _ := w.count()
			heir := other.daemon(t)
			h.done(t, heir)
			sender.signal(t, syscall.SIGCONT)
			// Within a transaction it finds its connection gone.
			if sender.ends(t) == nil || sender.log.count("lease")+sender.log.count("write to the ledger") == 0 {
				t.Errorf("it does not say that it has lost its lease:\n%s", &sender.log)
			}
			heir.stop(t)
			repeats := h.settle(t, account{sent: h.patrons, copies: 3, repeats: 2 * 4 * window})
			h.got(t, address, all)
			t.Logf("frozen after %d letters, %d repeated", before, repeats)
		})
	}
}

// freezeIn freezes a process that has a transaction open, or one that has none.
func (p *process) freezeIn(t *testing.T, store string, within bool) {
	t.Helper()
	db, err := sql.Open("pgx", store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 1000 {
		p.freeze(t)
		var open bool
		if err := db.QueryRowContext(t.Context(), `select exists (select 1 from pg_stat_activity
			where datname = current_database() and state like 'idle in transaction%')`).Scan(&open); err != nil {
			t.Fatal(err)
		}
		if open == within {
			return
		}
		p.signal(t, syscall.SIGCONT)
		<-time.NewTimer(time.Millisecond).C
	}
	t.Fatalf("the process was never frozen so, within a transaction: %t", within)
}

package faults

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // locks the file from without
)

// TestDiskFull is fault F18: the disk runs full in the middle of an edition. What
// cannot be recorded is not sent; feeds go on, /readyz tells, and delivery goes on
// by itself when there is room again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	d := newMemory(t, "16m")
	w := newWitness(t, manners{offer: plain, rtt: tardy / 4})
	h := build(t, w, rules{dir: d.dir, program: programs.hasty(t), connections: 4})
	h.begin(t)
	p := h.daemon(t)
	w.wants(t, h.patrons/4, p)
	free := d.fill(t)
	p.becomes(t, "/readyz", 503)
	p.says(t, "tick incomplete", 2) // a second later: what was in doubt has left
	if size().large {
		p.says(t, "delivery run stopped", 1) // after half a minute
	}
	before, _ := w.count()
	if before == h.patrons {
		t.Error("the disk was not full in time")
	}
	if status := p.web("/feeds/all.rss"); status != 200 {
		t.Errorf("the feed is %d", status)
	}
	p.says(t, "tick incomplete", p.log.count("tick incomplete")+3)
	if after, _ := w.count(); after != before {
		t.Errorf("%d letters left while nothing could be recorded", after-before)
	}
	free()
	p.becomes(t, "/readyz", 200)
	h.done(t, p)
	p.stop(t)
	repeats := h.settle(t, h.everybody(crashes{}))
	h.got(t, address, all)
	t.Logf("%d letters before the disk was full, %d repeated", before, repeats)
}

// TestLockedDatabase is fault F20: another process has the file locked for a
// while. Everything waits, and nobody notices.
func TestLockedDatabase(t *testing.T) {
	t.Parallel()
	w := newWitness(t, manners{offer: chunked, rtt: tardy})
	h := build(t, w, rules{connections: 4})
	p := h.start(t, "digest", "send", "weekly", "--at", slot)
	w.wants(t, h.patrons/4, p)
	unlock := h.lock(t)
	hold := time.NewTimer(time.Duration(size().of(3, 60)) * time.Second)
	before, _ := w.count()
	<-hold.C
	if after, _ := w.count(); after-before > 4*window { // in doubt already
		t.Errorf("%d letters left while the file was locked", after-before)
	}
	unlock()
	if err := p.ends(t); err != nil {
		t.Errorf("%v\n%s", err, &p.log)
	}
	h.settle(t, h.everybody(crashes{}))
	h.got(t, address, all)
}

// lock locks a house's database against everybody who wants to write.
func (h *house) lock(t *testing.T) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(h.dir, "marquee.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do := func(text string) {
		if _, err := conn.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	do("begin exclusive")
	return func() { do("rollback") }
}

// TestDamage is fault F21: bytes of the database are not what they were. Nothing
// is mailed from it, every command says so, and a backup helps.
func TestDamage(t *testing.T) {
	t.Parallel()
	w := newWitness(t, manners{offer: chunked})
	h := build(t, w, rules{})
	p := h.start(t, "digest", "send", "weekly", "--at", slot)
	w.wants(t, h.patrons/4, p)
	p.interrupt(t)
	h.must(t, "backup", "backup.db")
	p = h.daemon(t)
	w.wants(t, h.patrons/2, p)
	p.stop(t)
	before, _ := w.count()
	h.damage(t)
	for _, command := range [][]string{{"run"}, {"digest", "send", "weekly", "--at", slot}, {"fsck"}} {
		h.refused(t, "damaged", command...)
	}
	if after, _ := w.count(); after != before {
		t.Errorf("%d letters left a damaged database", after-before)
	}
	h.must(t, "restore", "backup.db")
	h.must(t, "editions", "release", h.id(t), "--sure")
	h.finish(t)
	h.settle(t, account{sent: h.patrons, copies: 2, repeats: h.patrons})
	h.got(t, address, all)
}

// damage flips the first byte of some pages of the database.
func (h *house) damage(t *testing.T) {
	t.Helper()
	const page, every = 4096, 7
	file := filepath.Join(h.dir, "marquee.db")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := every * page; at < len(data); at += every * page {
		data[at] ^= 0x55
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRestored is fault F22: a backup from before the last edition, or from the
// middle of it, takes the database's place. Nobody gets anything twice unless the
// operator is sure.
func TestRestored(t *testing.T) {
	t.Parallel()
	for name, share := range map[string]int{"before": 0, "in the middle": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachEngine(t, func(t *testing.T, store string) { restored(t, store, share) })
		})
	}
}

// restored takes a backup when one share of the letters has left.
func restored(t *testing.T, store string, share int) {
	t.Helper()
	w := newWitness(t, manners{offer: chunked, rtt: tardy})
	h := build(t, w, rules{store: store, program: programs.hasty(t), patrons: 100, connections: 4})
	send := []string{"digest", "send", "weekly", "--at", slot}
	if share > 0 {
		p := h.start(t, send...)
		w.wants(t, h.patrons/share, p)
		p.interrupt(t)
	}
	h.must(t, "backup", "backup")
	h.must(t, send...)
	h.settle(t, h.everybody(crashes{}))
	h.must(t, "restore", "backup")
	h.refused(t, "--sure", send...)
	p := h.daemon(t)
	p.says(t, "background work started", 1)
	p.stop(t)
	if letters, _ := w.count(); letters != h.patrons {
		t.Errorf("%d letters left a restored database", letters-h.patrons)
	}
	e := h.edition(t)
	h.refused(t, "--sure", "editions", "release", fmt.Sprint(e.ID))
	h.must(t, "editions", "release", fmt.Sprint(e.ID), "--sure")
	h.must(t, send...)
	if letters, _ := w.count(); letters != 2*h.patrons-e.Balance.Sent {
		t.Errorf("%d letters, once the operator was sure; the backup knew of %d", letters, e.Balance.Sent)
	}
	h.must(t, "fsck")
}

// TestSystemCalls is fault F19: system calls of the daemon fail. It stops sending
// or ends, and what it had recorded is not lost.
func TestSystemCalls(t *testing.T) {
	if !size().large {
		return // ptrace is slow, and not to be had everywhere
	}
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip(err)
	}
	for name, inject := range map[string]string{ // each thread counts its own
		"sync":  "fsync,fdatasync:error=EIO:when=20+",
		"write": "pwrite64:error=ENOSPC:when=50..60",
		"open":  "openat,socket:error=EMFILE:when=5+",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWitness(t, manners{offer: plain, rtt: tardy / 10, answer: mostLetters(5)})
			h := build(t, w, rules{program: programs.hasty(t), patrons: 1000, connections: 2})
			h.begin(t)
			calls, _, _ := strings.Cut(inject, ":")
			traced := *h
			traced.program = strace
			p := traced.start(t, "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace="+calls, "-e", "inject="+inject, h.program, "run")
			limit := time.NewTimer(20 * time.Second)
			select {
			case <-p.done:
			case <-limit.C:
				p.kill()
			}
			letters, _ := w.count()
			if letters == h.patrons || p.err == nil && p.log.count("level=ERROR") == 0 {
				t.Errorf("%d letters left, and it only says\n%s", letters, &p.log)
			}
			var c crashes
			c.add(t, h)
			h.finish(t)
			h.settle(t, h.everybody(c))
			h.got(t, address, all)
		})
	}
}

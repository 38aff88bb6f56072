package faults

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// house is an installation of Marquee in a directory of its own: one digest, one
// picks file, and patrons.
type house struct {
	dir     string
	program string
	store   string
	sink    *witness
	patrons int
	env     []string // more of it
}

// rules are what a house has beyond the usual, and besides the usual.
type rules struct {
	program     string // programs.real when empty
	dir         string // of the test when empty
	store       string // onFile when empty
	patrons     int    // size().patrons when 0
	connections int    // 16 when 0
	smtp        string // more keys of mail.smtp
	tls         string // none when empty
	mail        string // more keys of mail
	more        string // more blocks
	digests     string // one that never goes out by itself when empty
	port        string // the witness's when empty
	address     func(i int) string
}

// The edition that all faults happen to has yesterday's slot.
var (
	slotTime = time.Now().UTC().Truncate(24 * time.Hour).Add(-7 * time.Hour)
	slot     = slotTime.Format("2006-01-02T15:04")
)

const (
	operator = "mara@lanternscreen.example"
	key      = "0123456789abcdef0123456789abcdef" // signs the links in letters

	configuration = `
publication: {title: Lantern Screen, url: "https://lanternscreen.example", author: Mara Ellison, timezone: UTC, address: "PO Box 1200, Elgin"}
store: %q
server: {listen: "127.0.0.1:0", url: "https://feeds.lanternscreen.example"}
tiers: [{name: Matinee, patreon_id: "901"}, {name: Screenwriter, patreon_id: "902"}]
sources: {picks: {kind: markdown, path: picks, schedule: "0 0 29 2 *"}}
feeds: {all: {}}
digests: {%s}
mail:
  from: "Mara Ellison <digest@lanternscreen.example>"
  operator: ` + operator + `
  key: ` + key + `
  connections: %d
  smtp: {host: 127.0.0.1, port: %s, tls: %s, timeout: 5s%s}
%s
%s`

	picksFile = `---
title: Friday picks
date: %s
picks:
  - {title: The Salt Ledger, year: 1961, service: Criterion Channel, why: "A heist told entirely through receipts, and a ` + canary + `."}
---
Good evening.
`
)

// build makes a house and moves its patrons in.
func build(t *testing.T, w *witness, r rules) *house {
	t.Helper()
	h := settleIn(t, w, r)
	h.moveIn(t)
	return h
}

// moveIn brings patrons and items into the database.
func (h *house) moveIn(t *testing.T) {
	t.Helper()
	h.must(t, "patrons", "import", "members.csv")
	h.must(t, "gather")
}

// settleIn makes a house and touches no database.
func settleIn(t *testing.T, w *witness, r rules) *house {
	t.Helper()
	h := &house{dir: r.dir, program: r.program, store: cmp.Or(r.store, onFile), sink: w, patrons: r.patrons}
	if h.dir == "" {
		h.dir = t.TempDir()
	}
	if h.program == "" {
		h.program = programs.real(t)
	}
	if h.patrons == 0 {
		h.patrons = size().patrons
	}
	if r.address == nil {
		r.address = address
	}
	h.write(t, "config.yaml", h.configuration(r))
	h.write(t, "picks/friday.md", fmt.Sprintf(picksFile, slotTime.AddDate(0, 0, -1).Format(time.DateOnly)))
	h.write(t, "members.csv", members(h.patrons, r.address))
	return h
}

func (h *house) configuration(r rules) string {
	or := func(text, usual string) string {
		if text == "" {
			return usual
		}
		return text
	}
	if r.connections == 0 {
		r.connections = 16
	}
	if r.port == "" {
		r.port = h.sink.port()
	}
	return fmt.Sprintf(configuration, or(r.store, onFile), or(r.digests, digest("weekly", "0 17 29 2 *")), r.connections, r.port, or(r.tls, "none"), r.smtp, r.mail, r.more)
}

// digest is one for the configuration.
func digest(name, schedule string) string {
	return fmt.Sprintf("%s: {schedule: %q, grace: 10d, cutoff: 0s, sections: [{section: picks}]}", name, schedule)
}

// write writes a file, which looks as if it had been there for a while.
func (h *house) write(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, slotTime, slotTime); err != nil {
		t.Fatal(err)
	}
}

// members is an export of n patrons of two tiers.
func members(n int, address func(int) string) string {
	var b strings.Builder
	b.WriteString(membersHead)
	for i := range n {
		b.WriteString(member(i, address(i), tiers[i%2]))
	}
	return b.String()
}

const membersHead = "Name,Email,Patron Status,Tier,User ID\n"

var tiers = [2]string{"Matinee", "Screenwriter"}

func member(i int, address, tier string) string {
	return fmt.Sprintf("Patron %d,%s,Active patron,%s,%d\n", i, address, tier, 1000+i)
}

func address(i int) string { return fmt.Sprintf("patron%d@patrons.example", i) }

// command is the program with arguments, not yet started.
func (h *house) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.program, args...)
	cmd.Dir, cmd.Env = h.dir, append(os.Environ(), h.env...)
	return cmd
}

// must runs a command that has to succeed, and returns what it printed.
func (h *house) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := h.command(t, args...).Output()
	if err != nil {
		said := ""
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			said = string(failed.Stderr)
		}
		t.Fatalf("marquee %s: %v\n%s%s", strings.Join(args, " "), err, out, said)
	}
	return string(out)
}

// refused runs a command that has to fail, and to say why.
func (h *house) refused(t *testing.T, says string, args ...string) {
	t.Helper()
	out, err := h.command(t, args...).CombinedOutput()
	if err == nil || !strings.Contains(string(out), says) {
		t.Fatalf("marquee %s: %v, want an error that says %q:\n%s", strings.Join(args, " "), err, says, out)
	}
}

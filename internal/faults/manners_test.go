package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestGreylisting is fault F9: everybody is put off at first, and reached at the
// second try, which comes when it is due.
func TestGreylisting(t *testing.T) {
	t.Parallel()
	const wait = time.Minute / 600
	g := &greylist{wait: wait, since: map[string]time.Time{}, hastily: time.Hour}
	w := newWitness(t, manners{offer: pipelined, answer: g.answer})
	h := build(t, w, rules{program: programs.hasty(t)})
	h.must(t, "digest", "send", "weekly", "--at", slot)
	h.finish(t)
	if due := 5 * time.Minute / 600; g.hastily < due {
		t.Errorf("somebody was asked for again after %s, want %s at least", g.hastily, due)
	}
	h.settle(t, h.everybody(crashes{}))
	h.got(t, address, all)
	if most := 2.2 * float64(h.patrons); float64(w.Opened()) > most {
		t.Errorf("%d connections, want at most %.0f", w.Opened(), most)
	}
	t.Logf("%d connections for %d people", w.Opened(), h.patrons)
}

// TestStingy is fault F10: a server that ends each connection after 20 letters,
// and takes no more than four connections at once. Nobody's record shows it.
func TestStingy(t *testing.T) {
	t.Parallel()
	for name, offer := range map[string][]string{"plain": plain, "pipelined": pipelined, "chunked": chunked} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWitness(t, manners{offer: offer, answer: mostLetters(20)})
			door := newDoor(t, w.Addr, 4)
			h := build(t, w, rules{program: programs.hasty(t), port: door.port()})
			h.must(t, "digest", "send", "weekly", "--at", slot)
			h.finish(t)
			h.settle(t, h.everybody(crashes{}))
			h.got(t, address, all)
			t.Logf("%d connections, %d turned away", w.Opened(), door.refused.Load())
			if least := h.patrons / 20; w.Opened() > 2*least {
				t.Errorf("%d connections where %d do", w.Opened(), least)
			}
		})
	}
}

// door lets so many connections through to a server at once, and turns others
// away.
type door struct {
	net.Listener
	to      string
	open    atomic.Int64
	refused atomic.Int64
}

func newDoor(t *testing.T, to string, most int64) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	d := &door{Listener: l, to: to}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // it was closed
			}
			if d.open.Add(1) > most {
				d.open.Add(-1)
				d.refused.Add(1)
				io.WriteString(conn, "421 4.7.0 Too many connections\r\n")
				conn.Close()
				continue
			}
			go d.pass(conn)
		}
	}()
	return d
}

// pass carries what is said to and fro until one side hangs up.
func (d *door) pass(guest net.Conn) {
	defer d.open.Add(-1)
	defer guest.Close()
	host, err := net.Dial("tcp", d.to)
	if err != nil {
		return
	}
	defer host.Close()
	over := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{guest, host}, {host, guest}} {
		go func() {
			io.Copy(way[0], way[1])
			over <- struct{}{}
		}()
	}
	<-over
}

func (d *door) port() string {
	_, port, _ := net.SplitHostPort(d.Addr().String())
	return port
}

// TestRefusals is fault F11: of twenty people one is not there, one is put off
// once, one has a full mailbox for good, and some are at a domain that does not
// want our letters. Only the first is given up, and gets no more mail; what is
// about us pauses the domain and raises the alarm.
func TestRefusals(t *testing.T) {
	t.Parallel()
	who := func(i int) string {
		switch i % 20 {
		case 3:
			return fmt.Sprintf("hard%d@patrons.example", i)
		case 7:
			return fmt.Sprintf("soft%d@patrons.example", i)
		case 11:
			return fmt.Sprintf("full%d@patrons.example", i)
		case 15:
			return fmt.Sprintf("policy%d@strict.example", i)
		}
		return address(i)
	}
	var policy tally
	w := newWitness(t, manners{offer: pipelined, answer: either(
		refuse("hard", "550 5.1.1 No such user"),
		refuse("full", "452 4.2.2 Mailbox full"),
		once(refuse("soft", "451 4.3.0 Try again later")),
		policy.of(refuse("policy", "550 5.7.26 Unauthenticated mail from lanternscreen.example is not accepted")),
	)})
	h := build(t, w, rules{program: programs.hasty(t), address: who})
	each := h.patrons / 20
	h.must(t, "digest", "send", "weekly", "--at", slot)
	p := h.daemon(t)
	w.wants(t, h.patrons-3*each, p)
	w.tells(t, "strict.example", p)
	p.stop(t)
	h.settle(t, account{sent: h.patrons - 3*each, failed: each, pending: 2 * each})
	h.got(t, who, func(i int) bool { return i%20 != 3 && i%20 != 11 && i%20 != 15 })
	want := map[string]int{"sent": h.patrons - 3*each, "failed address": each, "deferred server": each, "deferred policy": each}
	if got := h.reasons(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the ledger says %v, want %v", got, want)
	}
	for _, p := range h.people(t) {
		if hard := strings.HasPrefix(p.Email, "hard"); strings.HasPrefix(p.Gets, "bounced") != hard || !hard && p.Gets != "yes" {
			t.Errorf("%s gets mail: %s", p.Email, p.Gets)
		}
	}
	if shown := h.must(t, "editions", "show", h.id(t)); !strings.Contains(shown, fmt.Sprintf("%d came back, dead: patrons.example %d", each, each)) {
		t.Errorf("the edition's figures:\n%s", shown)
	}
	if status := h.must(t, "status"); !strings.Contains(status, "domain strict.example") {
		t.Errorf("the domain does not rest:\n%s", status)
	}
	if policy.Load() > 16 {
		t.Errorf("the domain was asked %d times", policy.Load())
	}
}

// person is what `patrons list` says of one.
type person struct {
	Email string `json:"email"`
	Gets  string `json:"mail"` // "yes", or why not
}

func (h *house) people(t *testing.T) []person {
	t.Helper()
	var all []person
	if err := json.Unmarshal([]byte(h.must(t, "patrons", "list", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != h.patrons {
		t.Fatalf("%d people, want %d", len(all), h.patrons)
	}
	return all
}

package faults

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"marquee/internal/domain"
)

// postfix is a real Postfix of the test's own, between a house and the servers of
// its patrons. It writes genuine reports of what it could not deliver.
type postfix struct {
	dir  string
	port string
}

const (
	mainCF = `compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
maillog_file_prefixes = DIR
maillog_file = DIR/log
myhostname = relay.example
mydestination =
local_recipient_maps =
local_transport = error:5.1.1 nobody lives here
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
maximal_queue_lifetime = 1h
bounce_queue_lifetime = 1h
transport_maps = inline:{ {in.lanternscreen.example=lmtp:[127.0.0.1]:BACK}, {gone.example=error:5.1.2 there is no such domain}, {lanternscreen.example=smtp:[127.0.0.1]:NEXT}, {patrons.example=smtp:[127.0.0.1]:NEXT}, {strict.example=smtp:[127.0.0.1]:NEXT} }
`
	masterCF = `127.0.0.1:PORT inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
)

// startPostfix starts one in a directory of its own, which hands everybody's mail
// to the witness and what comes back to a port.
func startPostfix(t *testing.T, w *witness, back string) *postfix {
	t.Helper()
	if _, err := exec.LookPath("postfix"); err != nil || os.Getuid() != 0 {
		t.Skip("needs Postfix, and root to start it")
	}
	dir := t.TempDir()
	p := &postfix{dir: dir, port: freePort(t)}
	values := strings.NewReplacer("DIR", dir, "BACK", back, "NEXT", w.port(), "PORT", p.port)
	for name, text := range map[string]string{"etc/main.cf": mainCF, "etc/master.cf": masterCF} {
		p.write(t, name, values.Replace(text))
	}
	p.own(t)
	t.Cleanup(func() {
		if out, err := exec.Command("postfix", "-c", dir+"/etc", "stop").CombinedOutput(); err != nil {
			t.Errorf("stop Postfix: %v\n%s", err, out)
		}
		if t.Failed() {
			log, _ := os.ReadFile(dir + "/log")
			t.Logf("Postfix says:\n%s", log)
		}
	})
	if out, err := exec.Command("postfix", "-c", dir+"/etc", "start").CombinedOutput(); err != nil {
		t.Fatalf("start Postfix: %v\n%s", err, out)
	}
	return p
}

func (p *postfix) write(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// own gives Postfix's user what must be theirs.
func (p *postfix) own(t *testing.T) {
	t.Helper()
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(owner.Uid)
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"data", "queue"} {
		if err := os.Mkdir(filepath.Join(p.dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(p.dir, "data"), uid, -1); err != nil {
		t.Fatal(err)
	}
	for _, open := range []string{p.dir, filepath.Dir(p.dir)} {
		if err := os.Chmod(open, 0o755); err != nil { // Postfix's user has to come through
			t.Fatal(err)
		}
	}
}

// giveUp makes Postfix report what it could not deliver so far.
func (p *postfix) giveUp(t *testing.T) {
	t.Helper()
	etc := p.dir + "/etc"
	for _, command := range [][]string{
		{"postfix", "-c", etc, "stop"}, // what is on its way when it reloads, it does not look at for a long time
		{"postconf", "-c", etc, "-e", "maximal_queue_lifetime=1s", "bounce_queue_lifetime=1s"},
		{"postfix", "-c", etc, "start"},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
}

// freePort is one that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// TestPostfix sends an edition through a real Postfix, which takes every letter
// and bounces afterwards what the next servers do not take: mailboxes that are not
// there, full or out of order, a domain that is gone, and one that does not want
// us. Its genuine reports are read back, also those that came while the daemon was
// down, and exactly the right people get no more mail.
func TestPostfix(t *testing.T) {
	t.Parallel()
	who := func(i int) string {
		switch i % 10 {
		case 1:
			return fmt.Sprintf("hard%d@patrons.example", i)
		case 2:
			return fmt.Sprintf("full%d@patrons.example", i)
		case 3:
			return fmt.Sprintf("soft%d@patrons.example", i)
		case 4:
			return fmt.Sprintf("policy%d@strict.example", i)
		case 5:
			return fmt.Sprintf("patron%d@gone.example", i)
		}
		return address(i)
	}
	w := newWitness(t, manners{offer: pipelined, answer: either(
		refuse("hard", "550 5.1.1 No such user"),
		refuse("full", "552 5.2.2 Mailbox full"),
		refuse("soft", "450 4.2.0 Mailbox out of order"),
		refuse("policy", "550 5.7.1 We do not want your mail"),
	)})
	back := freePort(t)
	relay := startPostfix(t, w, back)
	h := build(t, w, rules{
		port: relay.port, patrons: 60, address: who, connections: 2,
		mail: fmt.Sprintf("  inbound: {address: return@in.lanternscreen.example, listen: \"127.0.0.1:%s\", lmtp: true}", back),
	})
	h.must(t, "digest", "send", "weekly", "--at", slot)
	each := h.patrons / 10
	h.settle(t, account{sent: h.patrons}) // as far as the relay says
	p := h.daemon(t)
	want := map[domain.BounceClass]int{domain.BounceDead: 2 * each, domain.BounceFull: each, domain.BounceOurs: each}
	h.cameBack(t, p, want)
	relay.giveUp(t) // the reports of all else are not in its way any more
	want[domain.BounceTemporary] = each
	h.cameBack(t, p, want)
	w.tells(t, "strict.example", p)
	p.stop(t)
	for _, one := range h.people(t) {
		gone := strings.HasPrefix(one.Email, "hard") || strings.HasSuffix(one.Email, "@gone.example")
		if strings.HasPrefix(one.Gets, "bounced") != gone || !gone && one.Gets != "yes" {
			t.Errorf("%s gets mail: %s", one.Email, one.Gets)
		}
	}
	if shown := h.must(t, "patrons", "show", who(1)); !strings.Contains(shown, "5.1.1 550 5.1.1 No such user") {
		t.Errorf("on record:\n%s", shown)
	}
	h.got(t, who, func(i int) bool { return i%10 == 0 || i%10 > 5 })
}

package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// bounceCounts are what came back of the edition, by class.
func (h *house) bounceCounts(t *testing.T) map[domain.BounceClass]int {
	t.Helper()
	var detail struct {
		Bounces []domain.BounceCount `json:"bounces"`
	}
	if err := json.Unmarshal([]byte(h.must(t, "editions", "show", h.id(t), "--json")), &detail); err != nil {
		t.Fatal(err)
	}
	counts := map[domain.BounceClass]int{}
	for _, c := range detail.Bounces {
		counts[c.Class] += c.Count
	}
	return counts
}

// cameBack waits until so many bounces of each class were taken, and no more.
func (h *house) cameBack(t *testing.T, p *process, want map[domain.BounceClass]int) {
	t.Helper()
	looks := time.NewTicker(200 * time.Millisecond)
	defer looks.Stop()
	var got map[domain.BounceClass]int
	for end := time.Now().Add(patience); time.Now().Before(end); <-looks.C {
		if got = h.bounceCounts(t); maps.Equal(got, want) {
			return
		}
	}
	t.Fatalf("%v came back, want %v:\n%s", got, want, &p.log)
}

// returned is one mail that comes back.
type returned struct{ sender, to, text string }

const (
	deadReport = `From: MAILER-DAEMON@relay.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; %s
Action: failed
Status: %s
Diagnostic-Code: smtp; 550 %[2]s refused
--x--
`
	abuseReport = `From: feedback@provider.example
Subject: complaint
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: provider/1.0
--x--
`
)

// TestBouncesAmongKills is fault F26: 60 bounces and 20 complaints, each twice, in
// any order, while the daemon is killed again and again. Whoever sends them tries
// until they are taken. Each counts once.
func TestBouncesAmongKills(t *testing.T) {
	t.Parallel()
	w := newWitness(t, manners{offer: chunked})
	back := freePort(t)
	h := build(t, w, rules{
		patrons: 100, mail: fmt.Sprintf("  inbound: {address: return@in.lanternscreen.example, listen: \"127.0.0.1:%s\"}", back),
	})
	h.must(t, "digest", "send", "weekly", "--at", slot)
	mails := h.returns(t)
	random := rand.New(rand.NewPCG(26, 80))
	random.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
	p, kills := h.daemon(t), 0
	for i, m := range mails {
		for bring(back, m) != nil { // it was killed under way, or is not up again
			p.kill()
			p = h.daemon(t)
		}
		if i%(len(mails)/size().of(5, 40)) == 7 {
			kills++
			next := mails[(i+1)%len(mails)]
			taken := make(chan error, 1)
			go func() { taken <- bring(back, next) }()
			p.kill()
			<-taken // or not: it comes again anyway
			p = h.daemon(t)
		}
	}
	h.cameBack(t, p, map[domain.BounceClass]int{domain.BounceDead: 40, domain.BounceTemporary: 20, domain.Complaint: 20})
	p.stop(t)
	h.must(t, "fsck")
	fates := map[string]int{}
	for _, one := range h.people(t) {
		word, _, _ := strings.Cut(one.Gets, " ")
		fates[word]++
	}
	if want := map[string]int{"bounced": 40, "complained": 20, "yes": 40}; !maps.Equal(fates, want) {
		t.Errorf("people are %v, want %v", fates, want)
	}
	t.Logf("%d kills", kills)
}

// returns are the mails of the fault: for each person at most one, twice.
func (h *house) returns(t *testing.T) []returned {
	t.Helper()
	mint := token.New([]byte(key))
	ids := h.ids(t)
	var all []returned
	for i := range 80 {
		email := address(i)
		m := returned{to: "return+" + mint.Return(1, ids[email]) + "@in.lanternscreen.example"}
		switch {
		case i < 40:
			m.text = fmt.Sprintf(deadReport, email, "5.1.1")
		case i < 60:
			m.text = fmt.Sprintf(deadReport, email, "4.4.7")
		default:
			m.sender, m.text = "feedback@provider.example", abuseReport
		}
		all = append(all, m, m)
	}
	return all
}

// bring hands a mail over; nil is that it was acknowledged.
func bring(port string, m returned) error {
	return smtp.SendMail("127.0.0.1:"+port, nil, m.sender, []string{m.to}, []byte(strings.ReplaceAll(m.text, "\n", "\r\n")))
}

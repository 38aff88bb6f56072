package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// friday is a weekly whose operator gets notices, with more keys of its digest.
func friday(t *testing.T, keys string) (*publication, *testkit.SMTP) {
	t.Helper()
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	p := weeklyWith(t, "", strings.Replace(mail, "mail: {", "mail: {operator: mara@lanternscreen.example, ", 1))
	text := p.read(t, "config.yaml")
	p.write(t, "config.yaml", strings.Replace(text, "    to: everyone\n", "    to: everyone\n    "+keys+"\n", 1), time.Time{})
	i := p.open(t, slotTime.Add(-2*time.Hour))
	i.enroll(t)
	i.gather(t)
	i.close(t)
	return p, server
}

const (
	compiled = "edition compiled"
	notified = "notice sent"
	finished = "edition done"
)

// The links in the operator's mail ask; programs that follow links change nothing.
func TestLinksAsk(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "")
	p.during(t, slotTime.Add(-time.Hour), func(*instance) {}, ticked, compiled, notified)
	mails := server.Messages()
	if len(mails) != 1 || mails[0].To[0] != "mara@lanternscreen.example" {
		t.Fatalf("mails to %v", mails)
	}
	links := map[string]string{}
	for _, m := range regexp.MustCompile(`https://feeds\.lanternscreen\.example(/(hold|send)/\S+)`).FindAllStringSubmatch(openLetter(t, mails[0]).Text, -1) {
		links[m[2]] = m[1]
	}
	i := p.open(t, slotTime.Add(-50*time.Minute))
	d := i.desk(t)
	is := func(want domain.EditionState) {
		t.Helper()
		if got := i.edition(t).State; got != want {
			t.Errorf("the edition is %s, want %s", got, want)
		}
	}
	for _, link := range links {
		if page := d.see(t, link); !strings.Contains(page, "Copperwire") || !strings.Contains(page, "<button") {
			t.Errorf("%s:\n%s", link, page)
		}
		r := must(http.NewRequestWithContext(t.Context(), http.MethodHead, d.server+link, http.NoBody))(t)
		head, err := http.DefaultTransport.RoundTrip(r)
		if err != nil || head.StatusCode != http.StatusOK || head.Body.Close() != nil {
			t.Errorf("HEAD %s: %v", link, err)
		}
	}
	is(domain.EditionFrozen)
	// A link opens what it is for, and nothing else.
	for _, wrong := range []string{"/send/" + strings.TrimPrefix(links["hold"], "/hold/"), "/hold/x", "/send/"} {
		if a := d.ask(t, wrong, url.Values{}); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d", wrong, a.status)
		}
	}
	d.header["Sec-Fetch-Site"] = "cross-site"
	if a := d.ask(t, links["send"], url.Values{}); a.status != http.StatusForbidden {
		t.Errorf("from another site: status %d", a.status)
	}
	delete(d.header, "Sec-Fetch-Site")
	for range 2 { // twice is once
		if a := d.ask(t, links["hold"], url.Values{}); a.status != http.StatusOK || !strings.Contains(a.body, "Done") {
			t.Errorf("hold: status %d\n%s", a.status, a.body)
		}
		is(domain.EditionHeld)
	}
	if a := d.ask(t, links["send"], url.Values{}); a.status != http.StatusOK || !strings.Contains(a.body, "on its way to 13 people") {
		t.Errorf("send: status %d\n%s", a.status, a.body)
	}
	is(domain.EditionSending)
	if page := d.see(t, links["send"]); strings.Contains(page, "<button") {
		t.Errorf("there is something left to press:\n%s", page)
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "approval: wait")
	p.during(t, slotTime.Add(-time.Hour), func(i *instance) {
		if e := i.edition(t); e.State != domain.EditionHeld || e.Reason != "waits for your word" {
			t.Errorf("edition %+v", e)
		}
	}, ticked, compiled, notified)
	if text := openLetter(t, server.Messages()[0]).Text; !strings.Contains(unwrapped(text), "waits for your word") {
		t.Errorf("notice:\n%s", text)
	}
	p.during(t, slotTime.Add(time.Hour), func(i *instance) {
		i.wantEdition(t, domain.EditionHeld, 0)
		if err := i.ReleaseEdition(t.Context(), i.edition(t).ID, false); err != nil {
			t.Error(err)
		}
	}, ticked)
	// A late word sends at once.
	p.during(t, slotTime.Add(61*time.Minute), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, ticked, finished)
}

func TestMissingPicks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keys  string
		come  bool // they are there in the end
		state domain.EditionState
	}{
		"they come":          {"wait: 40m\n    when_missing: hold", true, domain.EditionFrozen},
		"they are not there": {"wait: 40m\n    when_missing: hold", false, domain.EditionHeld},
		"without them":       {"wait: 40m", false, domain.EditionFrozen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := friday(t, tt.keys)
			withdraw(t, p)
			p.reads(t, slotTime.Add(-70*time.Minute))
			p.during(t, slotTime.Add(-time.Hour), func(i *instance) {
				if e := i.edition(t); e != nil {
					t.Errorf("it did not wait: %+v", e)
				}
			}, ticked, "edition waits")
			at := slotTime.Add(-20 * time.Minute) // the wait is over
			if tt.come {
				p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
				at = at.Add(-10 * time.Minute)
				p.reads(t, at)
			}
			p.during(t, at.Add(time.Minute), func(i *instance) {
				if e := i.edition(t); e.State != tt.state || (len(e.Items) == 2) != tt.come {
					t.Errorf("edition %+v", e)
				}
			}, ticked, compiled)
		})
	}
}

// reads reads all sources at an instant.
func (p *publication) reads(t *testing.T, at time.Time) {
	t.Helper()
	i := p.open(t, at)
	i.gather(t)
	i.close(t)
}

// withdraw takes the picks back.
func withdraw(t *testing.T, p *publication) {
	t.Helper()
	p.write(t, "picks/2026-11-20.md", strings.Replace(handPicks, "title:", "draft: true\ntitle:", 1), slotTime.Add(-9*time.Hour))
}

// What is taken back after the freeze does not go out in silence.
func TestWithdrawnAfterTheFreeze(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "")
	p.during(t, slotTime.Add(-time.Hour), func(i *instance) { i.wantEdition(t, domain.EditionFrozen, 0) }, ticked, compiled, notified)
	withdraw(t, p)
	p.reads(t, slotTime.Add(-30*time.Minute))
	p.during(t, slotTime, func(i *instance) {
		i.wantEdition(t, domain.EditionHeld, 0)
		if err := i.ReleaseEdition(t.Context(), i.edition(t).ID, false); err != nil {
			t.Error(err)
		}
	}, ticked, "edition held", notified)
	if text := openLetter(t, server.Messages()[1]).Text; !strings.Contains(unwrapped(text), "withdrawn by its source: Friday picks") {
		t.Errorf("notice:\n%s", text)
	}
	p.during(t, slotTime.Add(time.Minute), func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, ticked, finished)
}

// A week without anything to say has no edition, and its maker hears of that.
func TestNothingToSay(t *testing.T) {
	t.Parallel()
	p, server := friday(t, `dates: {also: ["2026-11-19T09:00", "2026-11-19T10:00"]}`)
	p.during(t, slotTime.Add(-33*time.Hour), func(i *instance) { i.wantSlots(t, "2026-11-19T09:00 frozen") }, ticked, compiled, notified)
	p.during(t, slotTime.Add(-32*time.Hour), func(i *instance) {
		i.wantSlots(t, "2026-11-19T10:00 skipped", "2026-11-19T09:00 done")
	}, ticked, compiled, finished, notified)
	told := slices.DeleteFunc(server.Messages(), func(m testkit.SMTPMessage) bool { return m.To[0] != "mara@lanternscreen.example" })
	if text := openLetter(t, told[len(told)-1]).Text; len(told) != 2 || !strings.Contains(text, "nothing new") {
		t.Errorf("%d notices, the last:\n%s", len(told), text)
	}
}

// wantSlots checks the slots that have editions, the newest first.
func (i *instance) wantSlots(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, e := range must(i.Store().AllEditions(t.Context(), 10))(t) {
		got = append(got, string(e.Slot)+" "+string(e.State))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("editions %q, want %q", got, want)
	}
}

package app_test

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/doctor"
	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// real is a publication whose sender's domain is not made up, so that the DNS is
// asked about it; it holds what records say.
func real(t *testing.T, records ...string) (*instance, *testkit.SMTP) {
	t.Helper()
	dns, err := testkit.StartDNS(records...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dns.Close() })
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	mail = strings.ReplaceAll(mail, "digest@lanternscreen.example", "digest@lantern.org")
	p := weeklyWith(t, "store: sqlite:marquee.db", mail)
	// Where nothing listens over https, nobody could unsubscribe.
	p.write(t, "config.yaml", strings.ReplaceAll(p.read(t, "config.yaml"), "https://feeds.lanternscreen.example", "http://127.0.0.1:1"), time.Time{})
	p.env = func(e *app.Env) { e.Resolver = dns.Resolver() }
	i := p.open(t, slotTime)
	i.enroll(t)
	i.gather(t)
	return i, server
}

// An installation's first edition waits while its letters would not arrive: it is
// held, with the reason, and nobody gets anything until the operator is sure.
func TestFirstEditionWaitsForTheDoctor(t *testing.T) {
	t.Parallel()
	i, server := real(t, "lantern.org MX mx.lantern.org", "mx.lantern.org A 203.0.113.7")
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Send(t.Context(), e); !errors.Is(err, domain.ErrConflict) || !strings.Contains(err.Error(), "lantern.org has no SPF record") {
		t.Errorf("Send: %v", err)
	}
	e, err = i.Store().Edition(t.Context(), e.ID)
	if err != nil || e.State != domain.EditionHeld || !strings.Contains(e.Reason, "--sure") || len(server.Messages()) > 0 {
		t.Errorf("edition %+v, %v, and %d letters", e, err, len(server.Messages()))
	}
	if err := i.ReleaseEdition(t.Context(), e.ID, true); err != nil {
		t.Fatal(err)
	}
	if e, err = i.Store().Edition(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	if balance, err := i.Send(t.Context(), e); err != nil || balance.Sent != people {
		t.Errorf("%s, %v", balance, err)
	}
}

// Where letters would arrive, or nobody can tell, the first edition goes.
func TestFirstEditionGoes(t *testing.T) {
	t.Parallel()
	i, server := real(t,
		"lantern.org TXT v=spf1 ip4:203.0.113.7 -all", "lantern.org MX mx.lantern.org", "mx.lantern.org A 203.0.113.7",
		"_dmarc.lantern.org TXT v=DMARC1; p=none")
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if balance, err := i.Send(t.Context(), e); err != nil || balance.Sent != people || len(server.Messages()) != people {
		t.Errorf("%s, %v, %d letters", balance, err, len(server.Messages()))
	}
}

// A backup is noted, sources are read, and nothing is stored by looking.
func TestCheckup(t *testing.T) {
	t.Parallel()
	i, _ := real(t)
	before := i.version(t)
	if err := i.Backup(t.Context(), filepath.Join(t.TempDir(), "backup.db")); err != nil {
		t.Fatal(err)
	}
	if err := i.Store().SuppressPatron(t.Context(), 1, domain.Unsubscribed); err != nil {
		t.Fatal(err)
	}
	report, err := i.Checkup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]doctor.Level{}
	for _, f := range report {
		levels[f.Exam] = max(levels[f.Exam], f.Level)
		if strings.Contains(f.Says+f.Of, "/u/") {
			t.Errorf("it shows the secret of a link: %+v", f)
		}
		if f.Exam == "bulk" && f.Of != "12 patrons" {
			t.Errorf("who receives letters: %+v", f)
		}
	}
	for exam, want := range map[string]doctor.Level{"backup": doctor.OK, "relay": doctor.OK, "source": doctor.OK, "spf": doctor.Fault} {
		if levels[exam] != want {
			t.Errorf("%s is %s, want %s: %+v", exam, levels[exam], want, report)
		}
	}
	if i.version(t) != before {
		t.Error("looking changed the items")
	}
	i.now = i.now.Add(9 * 24 * time.Hour)
	report, err = i.Checkup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report {
		if f.Exam == "backup" && f.Level != doctor.Warning {
			t.Errorf("after nine days: %+v", f)
		}
	}
}

// The same on the desk: looking asks nobody, the button does.
func TestCheckupPage(t *testing.T) {
	t.Parallel()
	i, _ := real(t, "lantern.org MX mx.lantern.org", "mx.lantern.org A 203.0.113.7")
	if err := i.SetPassword(t.Context(), adminPassword); err != nil {
		t.Fatal(err)
	}
	d := i.desk(t)
	d.login(t)
	if page := d.see(t, "/admin/check"); !strings.Contains(page, "Ask now") || strings.Contains(page, "SPF record") {
		t.Errorf("before anybody was asked:\n%s", page)
	}
	for _, page := range []string{d.ask(t, "/admin/check", url.Values{}).body, d.see(t, "/admin/check")} {
		for _, want := range []string{"has no SPF record", "v=spf1 a:", "Ask again", "To mend"} {
			if !strings.Contains(page, want) {
				t.Errorf("it does not say %q:\n%s", want, page)
			}
		}
	}
}

// The services that there are tokens for are asked, and their terms told.
func TestCheckupOfServices(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]doctor.Level{"access-0": doctor.OK, "stale": doctor.Fault} {
		c := atPatreon(t, 3)
		text := strings.Replace(c.read(t, "config.yaml"), "token: access-0", "token: "+token, 1)
		c.write(t, "config.yaml", text+"\ntmdb: {token: 0123456789abcdef0123456789abcdef}\n", time.Time{})
		report, err := c.open(t).Checkup(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		levels := map[string]doctor.Level{}
		for _, f := range report {
			levels[f.Exam] = f.Level
		}
		if levels["patreon"] != want || levels["tmdb"] != doctor.Note {
			t.Errorf("%s: %v", token, report)
		}
	}
}

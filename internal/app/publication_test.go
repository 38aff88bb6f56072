package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/testkit"
)

// The blocks that most configurations of these tests have in common.
const (
	heading = `
publication:
  title: Lantern Screen
  url: https://www.lanternscreen.example
  author: Mara Ellison
  timezone: America/Chicago
  patreon: https://www.patreon.com/lanternscreen
  address: "Lantern Screen, PO Box 1200, Elgin, IL 60121, USA"
server: {listen: "127.0.0.1:0", url: "https://feeds.lanternscreen.example"}
fetch: {allow: [127.0.0.1/32]}
tiers:
  - {name: Matinee, price: 3.00}
  - {name: Screenwriter, price: 10.00}
`
	rosters = "rosters: {members: {kind: csvfile, path: members.csv}}"
	weekly  = `
digests:
  weekly:
    title: Lantern Screen Weekly
    schedule: "0 17 * * FRI"
    to: everyone
    sections: [{section: reviews, max: 10}, {section: picks}]
`
)

// slotTime is the slot that most tests are about: Friday at five in Chicago.
var slotTime = time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)

const slotName = domain.Slot("2026-11-20T17:00")

// publication is a Marquee under test: the files in a directory of its own. To
// restart the program is to open another instance on it.
type publication struct {
	dir string
	env func(*app.Env) // changes what the program is given; nil changes nothing
}

// publish writes a configuration made of blocks, beside an empty database.
func publish(t *testing.T, blocks ...string) *publication {
	t.Helper()
	p := &publication{dir: t.TempDir()}
	p.write(t, "config.yaml", strings.Join(append([]string{heading}, blocks...), "\n"), time.Time{})
	database, err := blank()
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, "marquee.db", string(database), time.Time{})
	return p
}

// write writes a file that was last changed at a time; zero is now.
func (p *publication) write(t *testing.T, name, text string, at time.Time) {
	t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if at.IsZero() {
		return
	}
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
}

// read is a file's text.
func (p *publication) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// instance is one run of the program on a publication. Its clock stands still.
type instance struct {
	*app.App
	log    *record
	now    time.Time
	closed bool
}

// open starts the program at an instant; the test closes it, or its end does.
func (p *publication) open(t *testing.T, at time.Time) *instance {
	t.Helper()
	i, err := p.start(t.Context(), at, app.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.close(t) })
	return i
}

// start opens the program as its commands do.
func (p *publication) start(ctx context.Context, at time.Time, access app.Access) (*instance, error) {
	i := &instance{log: newRecord(), now: at}
	env := app.Env{Version: "test", Now: func() time.Time { return i.now }, Log: i.log.logger()}
	if p.env != nil {
		p.env(&env)
	}
	cfg, err := app.Load(filepath.Join(p.dir, "config.yaml"), nil, env)
	if err != nil {
		return nil, err
	}
	i.App, err = app.New(ctx, cfg, env, access)
	return i, err
}

func (i *instance) close(t *testing.T) {
	t.Helper()
	if i.closed {
		return
	}
	i.closed = true
	if err := i.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// gather reads the named sources, or all, and returns what came of each.
func (i *instance) gather(t *testing.T, only ...string) (map[string]gather.Report, map[string]error) {
	t.Helper()
	reports, failures := map[string]gather.Report{}, map[string]error{}
	err := i.Gather(t.Context(), only, func(name string, r gather.Report, err error) {
		reports[name] = r
		if err != nil {
			failures[name] = err
		}
	})
	if (err == nil) != (len(failures) == 0) {
		t.Fatalf("Gather returned %v and reported %v", err, failures)
	}
	return reports, failures
}

// items are a source's stored items by guid.
func (i *instance) items(t *testing.T, source string) map[string]domain.Item {
	t.Helper()
	found, err := i.Store().Items(t.Context(), domain.ItemQuery{Sources: []string{source}})
	if err != nil {
		t.Fatal(err)
	}
	byGUID := make(map[string]domain.Item, len(found))
	for _, it := range found {
		byGUID[it.GUID] = it
	}
	return byGUID
}

// version is the store's version of its items: it moves with every write of one.
func (i *instance) version(t *testing.T) int64 {
	t.Helper()
	v, err := i.Store().ItemsVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// status is how gathering from a source goes, as marquee status shows it.
func (i *instance) status(t *testing.T, source string) domain.SourceStatus {
	t.Helper()
	all, err := i.Store().Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Source == source {
			return s
		}
	}
	t.Fatalf("source %s was never read", source)
	return domain.SourceStatus{}
}

// serve serves a site on loopback and returns its address.
func serve(t *testing.T, site http.Handler) string {
	t.Helper()
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return server.URL
}

// smtpServer is a mail server and the configuration's block that leads to it.
func smtpServer(t *testing.T, cfg testkit.SMTPConfig) (*testkit.SMTP, string) {
	t.Helper()
	server, err := testkit.StartSMTP(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the mail server: %v", err)
		}
	})
	return server, mailTo(server.Addr, "")
}

// mailTo is the mail block that hands letters to an address, with more options.
func mailTo(address, more string) string {
	_, port, _ := net.SplitHostPort(address)
	return fmt.Sprintf(`mail: {from: "Mara Ellison <digest@lanternscreen.example>", transport: smtp, connections: 2, `+
		`smtp: {host: 127.0.0.1, port: %s, tls: none%s}}`, port, more)
}

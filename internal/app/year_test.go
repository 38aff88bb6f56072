package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/testkit"
)

// A year in the life of a campaign, day by day, with the daemon at work on Fridays:
// on twelve billing days Patreon shows nobody's tiers for most of a day, cards are
// declined and taken again, people join, leave, rise, fall, move, unsubscribe and
// ask to be forgotten, Patreon is out of reach or lists nobody, and its tokens end
// every month. Each letter holds what its reader has a right to by the book that
// the test keeps, and nothing else.
func TestYear(t *testing.T) {
	t.Parallel()
	y := newYear(t)
	script := y.script()
	for day := range 365 {
		begun := y.patreon.Now()
		for _, do := range script[day] {
			do(t)
		}
		if begun.Weekday() == time.Friday {
			y.friday(t)
		} else {
			y.sync(t)
		}
		y.patreon.Advance(begun.Add(24 * time.Hour).Sub(y.patreon.Now()))
	}
	y.work.end(t)
	y.close(t)
}

const yearlyBlocks = `
patreon: {token: access-0, refresh_token: refresh-0, client_id: id, client_secret: secret}
tiers: [{name: Matinee, price: 3.00, patreon_id: "901"}, {name: Screenwriter, price: 10.00, patreon_id: "902"}]
rosters: {members: {kind: patreon, campaign: "700142", free: true}}
`

// year is a campaign, what is true of its people, and the program.
type year struct {
	*testkit.PatreonCampaign
	*book
	patreon  *testkit.Patreon
	troubled bool
	app      *instance
	site     http.Handler
	server   *testkit.SMTP
	minute   minutes
	work     *daemon
	fridays  int
	read     int // of the letters that the server took
}

// newYear begins half a year early, so that some have been members for a while.
func newYear(t *testing.T) *year {
	t.Helper()
	y := &year{book: newBook(), minute: minutes{make(chan struct{}), make(chan struct{})}}
	y.patreon = testkit.NewPatreon(testkit.PatreonConfig{
		Now: time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC), Blink: 20 * time.Hour,
		Access: "access-0", Refresh: "refresh-0", ClientID: "id", ClientSecret: "secret",
	})
	y.now = y.patreon.Now
	y.PatreonCampaign = y.patreon.AddCampaign("700142", "lanternscreen",
		testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300}, testkit.PatreonTier{ID: "902", Title: "Screenwriter", Cents: 1000})
	y.cast()
	y.patreon.Advance(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).Sub(y.patreon.Now()))

	api := httptest.NewServer(y.patreon)
	t.Cleanup(api.Close)
	server, block := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, weekly, block)
	text := p.read(t, "config.yaml")
	p.write(t, "config.yaml", text[:strings.Index(text, "tiers:")]+yearlyBlocks+text[strings.Index(text, "\ndigests:"):], time.Time{})
	p.env = func(e *app.Env) {
		e.Patreon, e.Now, e.EveryMinute = overHTTP{api.Listener.Addr().String()}, y.patreon.Now, y.minute.every
	}
	y.server, y.app = server, p.open(t, y.patreon.Now())
	y.site = must(y.app.Site())(t)
	y.work = y.app.work(t)
	return y
}

// overHTTP leads to a server on loopback in Patreon's stead.
type overHTTP struct{ host string }

func (o overHTTP) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", o.host
	return http.DefaultTransport.RoundTrip(r)
}

// minutes let a test say when a minute is over.
type minutes struct{ next, over chan struct{} }

func (m minutes) every(ctx context.Context, do func(context.Context)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-m.next:
			do(ctx)
			m.over <- struct{}{}
		}
	}
}

func (m minutes) pass() {
	m.next <- struct{}{}
	<-m.over
}

// sync is what the daemon does every day, done here without waiting for its queue.
// It fails when Patreon is in trouble, and is stopped while Patreon charges.
func (y *year) sync(t *testing.T) {
	t.Helper()
	_, err := y.app.SyncRoster(t.Context(), "members", false)
	_, braked := errors.AsType[*patron.BrakeError](err)
	charging := y.patreon.Now().Day() == 1
	if (err != nil) != (y.troubled || charging) || charging && !braked {
		t.Errorf("%s: %v", y.patreon.Now(), err)
	}
}

// friday has the daemon freeze the edition at four in Chicago and send it at five.
func (y *year) friday(t *testing.T) {
	t.Helper()
	y.fridays++
	now := y.patreon.Now()
	freeze := time.Date(now.Year(), now.Month(), now.Day(), 16, 0, 0, 0, y.app.Zone())
	y.publish(t, freeze.Add(-30*time.Hour))
	y.patreon.Advance(freeze.Sub(now))
	y.minute.pass()
	y.app.log.await(t, "edition compiled", y.fridays)
	y.patreon.Advance(time.Hour)
	y.minute.pass()
	y.app.log.await(t, "edition done", y.fridays)
	y.check(t, freeze)
}

// publish puts out a piece for each sort of reader.
func (y *year) publish(t *testing.T, at time.Time) {
	t.Helper()
	var items []domain.Item
	for to, ladder := range map[string]domain.Ladder{
		"everyone": nil, "patrons": {{To: domain.ToPatrons}}, "screenwriters": {{To: "Screenwriter"}, {To: domain.ToPatrons, After: 48 * time.Hour}},
	} {
		guid := fmt.Sprintf("%s-%d", to, y.fridays)
		items = append(items, domain.Item{
			ID: domain.NewItemID("desk", guid), Source: "desk", GUID: guid, Kind: domain.Essay, Title: "For " + guid, Release: ladder,
			URL: "https://www.lanternscreen.example/" + guid + "/", Body: "<p>" + y.canary(to) + "</p>", Published: at,
			ItemHistory: domain.ItemHistory{FirstPublished: at, FirstSeen: at, Changed: at},
		})
	}
	if err := y.app.Store().SaveGathered(t.Context(), gather.Gathered{Source: "desk", At: at, Items: items}); err != nil {
		t.Fatal(err)
	}
}

// canary stands in this week's text for some, and nowhere else.
func (y *year) canary(to string) string { return fmt.Sprintf("canary%s%dend", to, y.fridays) }

// check compares the letters of this Friday with the book.
func (y *year) check(t *testing.T, freeze time.Time) {
	t.Helper()
	all := y.server.Messages()
	letters := map[string]letter{}
	for _, m := range all[y.read:] {
		l := openLetter(t, m)
		l.To = domain.EmailKey(l.To)
		if _, twice := letters[l.To]; twice {
			t.Errorf("%s got two letters on %s", l.To, freeze)
		}
		letters[l.To] = l
	}
	e := must(y.app.Store().AllEditions(t.Context(), 1))(t)[0]
	b := must(y.app.Store().Balance(t.Context(), e.ID))(t)
	if !b.Balances() || b.Pending+b.Failed > 0 || b.Sent != len(letters) || b.Sent != len(all)-y.read {
		t.Errorf("%s: %s, and %d letters", freeze, b, len(letters))
	}
	y.read = len(all)
	for name := range y.turns {
		l, sent := letters[y.address[name]]
		delete(letters, y.address[name])
		is := domain.Audience{Standing: domain.Former}
		if sent {
			is = y.reads(t, l)
			y.links[name], y.got[name] = strings.TrimPrefix(l.Unsubscribe, "https://feeds.lanternscreen.example"), y.got[name]+1
		}
		if may := y.may(name, freeze); !may[is] {
			t.Errorf("%s: %s was served as %v, want one of %v", freeze, name, is, may)
		}
	}
	for address := range letters {
		t.Errorf("%s: a letter to %s, which is nobody's", freeze, address)
	}
}

// reads is as whom somebody was served.
func (y *year) reads(t *testing.T, l letter) domain.Audience {
	t.Helper()
	holds := func(to string) bool {
		if strings.Contains(l.Text, y.canary(to)) != strings.Contains(l.HTML, y.canary(to)) {
			t.Errorf("%s: text and HTML differ about what is for %s", l.To, to)
		}
		return strings.Contains(l.HTML, y.canary(to))
	}
	switch screenwriters, patrons := holds("screenwriters"), holds("patrons"); {
	case !holds("everyone"):
		t.Errorf("%s did not get what everyone gets", l.To)
	case screenwriters && patrons:
		return domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
	case patrons:
		return domain.Audience{Standing: domain.Active, Tier: "Matinee"}
	}
	return domain.Audience{Standing: domain.Reader}
}

// close checks what is left at the end of the year.
func (y *year) close(t *testing.T) {
	t.Helper()
	if found := must(y.app.Store().Prove(t.Context()))(t); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
	if y.fridays != 53 || y.got["anna"] != 53 || y.got["crowd 1"] != 53 || y.got["hild"] != 0 {
		t.Errorf("%d Fridays; letters %v", y.fridays, y.got)
	}
	if n := y.patreon.Rotations(); n < 11 || n > 13 {
		t.Errorf("the tokens were renewed %d times", n)
	}
	if n := y.app.log.count("roster not believed"); n == 0 {
		t.Error("the daemon has believed everything")
	}
}

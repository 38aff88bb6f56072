package app_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/testkit"
)

const campaignTiers = `
patreon: {token: access-0, webhook_secrets: hook-secret}
tiers: [{name: Matinee, price: 3.00, patreon_id: "901"}, {name: Screenwriter, price: 10.00, patreon_id: "902"}, {name: Auteur, price: 50.00, patreon_id: "999"}]
rosters: {members: {kind: patreon, campaign: "700142"}}
`

// campaign is a publication whose patrons are at Patreon.
type campaign struct {
	*publication
	*testkit.PatreonCampaign
	patreon *testkit.Patreon
}

func atPatreon(t *testing.T, members int) *campaign {
	t.Helper()
	c := &campaign{patreon: testkit.NewPatreon(testkit.PatreonConfig{Access: "access-0", TokenLife: 10 * 365 * 24 * time.Hour})}
	c.PatreonCampaign = c.patreon.AddCampaign("700142", "lanternscreen",
		testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300}, testkit.PatreonTier{ID: "902", Title: "Screenwriter", Cents: 1000},
		testkit.PatreonTier{ID: "903", Title: "Producer", Cents: 2500})
	c.Populate(members)
	c.publication = publish(t, strings.TrimPrefix(campaignTiers, "\n"), weekly, "mail: {from: digest@lanternscreen.example, transport: maildir, operator: mara@lanternscreen.example, maildir: {path: out}}")
	head := c.read(t, "config.yaml")
	cut := strings.Index(head, "tiers:")
	c.write(t, "config.yaml", head[:cut]+head[cut+strings.Index(head[cut:], "\npatreon:"):], time.Time{}) // with tiers of its own
	return c
}

func (c *campaign) open(t *testing.T) *instance {
	t.Helper()
	c.env = func(e *app.Env) { e.Patreon, e.Now = c.patreon.Transport(), c.patreon.Now }
	return c.publication.open(t, c.patreon.Now())
}

func (i *instance) rosterStatus(t *testing.T) domain.RosterStatus {
	t.Helper()
	all, err := i.Store().RosterStatuses(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%d rosters: %v", len(all), err)
	}
	return all[0]
}

// A campaign is synced: who joins comes in, who leaves is waited for, a mishap
// changes nobody and is told, and the operator's word is taken.
func TestPatreonRoster(t *testing.T) {
	t.Parallel()
	c := atPatreon(t, 40)
	c.Join(testkit.PatreonMember{Name: "Pia", Email: "pia@reader.example", Tier: "903"})
	i := c.open(t)
	d, err := i.SyncRoster(t.Context(), "members", false)
	if err != nil || len(d.Add) != 41 {
		t.Fatalf("%d came in: %v", len(d.Add), err)
	}
	st := i.rosterStatus(t)
	if !st.Synced.Equal(c.patreon.Now()) || st.Error != "" || len(st.Remarks) != 2 || !strings.Contains(st.Remarks[0], "Producer") || !strings.Contains(st.Remarks[1], "999") {
		t.Errorf("status %+v", st)
	}
	c.patreon.Advance(time.Hour)
	c.patreon.Break(testkit.PatreonTrouble{With: testkit.EmptyList})
	if _, err = i.SyncRoster(t.Context(), "members", false); err == nil {
		t.Fatal("nobody is believed to be left")
	}
	c.patreon.Mend()
	if st := i.rosterStatus(t); !st.Failed.Equal(c.patreon.Now()) || st.Error == "" || len(st.Remarks) != 2 || st.Synced.IsZero() {
		t.Errorf("status %+v", st)
	}
	for _, p := range must(i.Store().AllPatrons(t.Context()))(t)[:20] {
		c.Remove(p.External)
	}
	_, err = i.SyncRoster(t.Context(), "members", false)
	if brake, ok := errors.AsType[*patron.BrakeError](err); !ok || brake.Leaving != 20 || !i.rosterStatus(t).Braked {
		t.Fatalf("error %v, status %+v", err, i.rosterStatus(t))
	}
	if d, err = i.SyncRoster(t.Context(), "members", true); err != nil || len(d.Update) != 20 {
		t.Fatalf("%d leave: %v", len(d.Update), err)
	}
	if st := i.rosterStatus(t); st.Braked || st.Error != "" {
		t.Errorf("status %+v", st)
	}
}

// The daemon syncs by itself before the freeze, and a hook brings a sync.
func TestPatreonDaemon(t *testing.T) {
	t.Parallel()
	c := atPatreon(t, 3)
	secret := c.Hook("https://feeds.lanternscreen.example/hooks/patreon", "members:create")
	c.write(t, "config.yaml", strings.Replace(c.read(t, "config.yaml"), "hook-secret", secret, 1), time.Time{})
	i := c.open(t)
	site, err := i.Site()
	if err != nil {
		t.Fatal(err)
	}
	c.Join(testkit.PatreonMember{Name: "Pia", Email: "pia@reader.example", Tier: "901"})
	statuses, err := c.patreon.Send(t.Context(), handled{site}, c.patreon.Calls()...)
	if err != nil || len(statuses) != 1 || statuses[0] != http.StatusNoContent {
		t.Fatalf("hooks answered %v: %v", statuses, err)
	}
	d := i.work(t)
	i.log.await(t, "roster synced", 2) // one is that of tiers given by hand
	d.end(t)
	if n := len(must(i.Store().AllPatrons(t.Context()))(t)); n != 4 {
		t.Errorf("%d patrons", n)
	}
	if text := i.log.String(); strings.Contains(text, "reader.example") || strings.Contains(text, "access-0") {
		t.Errorf("the log tells too much:\n%s", text)
	}
}

// A thousand webhooks at once (F24), replayed, out of order, some of them forged: no
// forged one is taken, and the daemon's sync brings what Patreon says by then.
func TestWebhookStorm(t *testing.T) {
	t.Parallel()
	c := atPatreon(t, 50)
	secret := c.Hook("https://feeds.lanternscreen.example/hooks/patreon")
	c.write(t, "config.yaml", strings.Replace(c.read(t, "config.yaml"), "hook-secret", secret, 1), time.Time{})
	i := c.open(t)
	must(i.SyncRoster(t.Context(), "members", false))(t)
	site := handled{must(i.Site())(t)}
	for n := range 40 {
		user := c.Join(testkit.PatreonMember{Name: fmt.Sprint("New ", n), Email: fmt.Sprintf("new%d@reader.example", n), Tier: "901"})
		c.Change(user, "902", 1000)
		c.Move(user, fmt.Sprintf("moved%d@reader.example", n))
	}
	var calls []testkit.PatreonCall
	for due := c.patreon.Calls(); len(calls) < 1000; {
		calls = append(calls, due...)
	}
	for n := range calls {
		if n%10 == 0 {
			calls[n].Body = append([]byte(" "), calls[n].Body...)
		}
	}
	rand.New(rand.NewPCG(24, 1)).Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	var taken, refused atomic.Int64
	var sending sync.WaitGroup
	for part := range slices.Chunk(calls, 50) {
		sending.Go(func() {
			statuses, err := c.patreon.Send(t.Context(), site, part...)
			if err != nil {
				t.Error(err)
			}
			for _, status := range statuses {
				if status == http.StatusNoContent {
					taken.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	sending.Wait()
	if forged := int64((len(calls) + 9) / 10); refused.Load() != forged || taken.Load() != int64(len(calls))-forged {
		t.Errorf("of %d calls, %d forged, %d were taken and %d refused", len(calls), forged, taken.Load(), refused.Load())
	}
	d := i.work(t)
	i.log.await(t, "roster synced", 2) // one is that of tiers given by hand
	d.end(t)
	moved, err := i.Store().PatronByEmail(t.Context(), "moved39@reader.example")
	if err != nil || moved.Tier != "Screenwriter" {
		t.Errorf("%+v, %v", moved, err)
	}
	if d := must(i.SyncRoster(t.Context(), "members", false))(t); !d.Empty() || d.Unchanged != 90 {
		t.Errorf("afterwards %d joined, %d changed, %d did not", len(d.Add), len(d.Update), d.Unchanged)
	}
}

// An address that cannot be mailed is its owner's trouble alone: everybody else
// gets the letter, and the edition balances.
func TestOddAddressesAtPatreon(t *testing.T) {
	t.Parallel()
	c := atPatreon(t, 5)
	for n, address := range []string{
		`"comma, in"@reader.example`, "شخص@مثال.example", strings.Repeat("x", 300) + "@reader.example", "no address", "a@b@c.example",
		"line\r\nBcc: x@reader.example", "<angle@reader.example>",
	} {
		c.Join(testkit.PatreonMember{Name: fmt.Sprint("Odd ", n), Email: address, Tier: "902"})
	}
	i := c.open(t)
	must(i.SyncRoster(t.Context(), "members", false))(t)
	at := c.patreon.Now().Add(-24 * time.Hour)
	piece := domain.Item{
		ID: domain.NewItemID("desk", "1"), Source: "desk", GUID: "1", Kind: domain.Essay, Title: "Fog", Published: at,
		ItemHistory: domain.ItemHistory{FirstPublished: at, FirstSeen: at, Changed: at},
	}
	if err := i.Store().SaveGathered(t.Context(), gather.Gathered{Source: "desk", At: at, Items: []domain.Item{piece}}); err != nil {
		t.Fatal(err)
	}
	b := must(i.Send(t.Context(), must(i.Compile(t.Context(), "weekly", slotName))(t)))(t)
	if !b.Balances() || b.Pending > 0 || b.Sent < 6 || b.Sent+b.Failed+b.Skipped != b.Entitled {
		t.Errorf("%s", b)
	}
	if text := i.log.String(); strings.Contains(text, "reader.example") || strings.Contains(text, "Bcc") {
		t.Errorf("the log tells too much:\n%s", text)
	}
}

// handled is a way to a site without a network.
type handled struct{ site http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return w.Result(), nil
}

// must is the value of a call that must not fail: must(f())(t).
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

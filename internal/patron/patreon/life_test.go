package patreon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
	"marquee/internal/testkit"
)

// TestBillingDay: on the first of the month Patreon shows nobody's tiers for half
// a day. Nobody loses a letter, and the operator hears of it.
func TestBillingDay(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 5, 40} {
		w := newWorld(t, testkit.PatreonConfig{Blink: 12 * hour}, "campaign: \"700142\"")
		w.campaign.Populate(n)
		w.mustSync(t)
		braked := 0
		for w.Now().Before(time.Date(2027, 2, 9, 0, 0, 0, 0, time.UTC)) {
			w.Advance(3 * hour)
			_, err := w.sync(t.Context())
			if brake, ok := errors.AsType[*patron.BrakeError](err); ok && brake.Leaving == n {
				braked++
			} else if err != nil {
				t.Fatal(err)
			}
			for _, p := range w.store.patrons {
				if p.Standing != domain.Active || p.Tier == "" {
					t.Fatalf("%s: %+v", w.Now(), p)
				}
			}
		}
		if braked != 3*4 {
			t.Errorf("of %d patrons %d syncs were stopped", n, braked)
		}
	}
}

// TestLives follows single people through the months, synced daily.
func TestLives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{Now: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)}, "campaign: \"700142\"")
	w.campaign.Populate(20)
	join := func(name, tier string) string {
		return w.campaign.Join(testkit.PatreonMember{Name: name, Email: name + "@x.example", Tier: tier})
	}
	leaves, recovers, moves, vanishes, goes := join("leaves", "901"), join("recovers", "901"), join("moves", "901"), join("vanishes", "902"), join("goes", "902")
	w.mustSync(t)
	if len(w.store.patrons) != 25 {
		t.Fatalf("%d patrons", len(w.store.patrons))
	}
	expect := func(days int, user, email string, want domain.Audience) {
		t.Helper()
		if p := w.store.of(user); p.Audience != want || p.Email != email {
			t.Errorf("after %d days: %+v, want %s as %+v", days, p, email, want)
		}
	}
	former := domain.Audience{Standing: domain.Former}
	for days := range 40 {
		switch days {
		case 1:
			w.campaign.Cancel(leaves) // paid until December 1
			w.campaign.Decline(recovers)
			w.campaign.Move(moves, "moved@x.example")
			w.campaign.Delete(vanishes)
			w.campaign.Remove(goes)
		case 2:
			expect(days, moves, "moved@x.example", active("Matinee"))
			w.campaign.Change(moves, "902", 1000)
		case 3:
			expect(days, moves, "moved@x.example", active("Screenwriter"))
		case 5:
			w.campaign.Recover(recovers)
			expect(days, vanishes, "vanishes@x.example", active("Screenwriter"))
			expect(days, goes, "goes@x.example", active("Screenwriter"))
		case 7: // missed on days 1 to 6
			expect(days, vanishes, "vanishes@x.example", former)
			expect(days, goes, "", former)
		case 16: // December 6, missed since the 1st
			expect(days, leaves, "leaves@x.example", active("Matinee"))
		case 17:
			expect(days, leaves, "leaves@x.example", former)
		}
		expect(days, recovers, "recovers@x.example", active("Matinee"))
		w.mustSync(t)
		w.Advance(day)
	}
	if len(w.store.absent) != 0 || len(w.store.patrons) != 25 {
		t.Errorf("absent %v, %d patrons", w.store.absent, len(w.store.patrons))
	}
}

// TestFaults is F25 of the protocols: whatever Patreon answers, for months,
// nobody is lost, and when it is over everything is in step.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]testkit.PatreonTrouble{
		"500":              {With: testkit.ServerError},
		"502 page":         {With: testkit.GatewayPage},
		"403 page":         {With: testkit.ForbiddenPage},
		"429":              {With: testkit.ThrottledBoth},
		"429 bare":         {With: testkit.ThrottledBare},
		"page 2 cut":       {With: testkit.Truncated, Skip: 1},
		"empty":            {With: testkit.EmptyList},
		"40 %":             {With: testkit.SomeOfThem, Percent: 40},
		"40 % with total":  {With: testkit.SomeWithTotal, Percent: 40},
		"79 %":             {With: testkit.SomeOfThem, Percent: 79},
		"none but total":   {With: testkit.SomeWithTotal},
		"cursors expire":   {With: testkit.CursorExpired, Skip: 1},
		"challenge page":   {With: testkit.ChallengePage},
		"answers are lost": {With: testkit.DropsAfterwards},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, testkit.PatreonConfig{PerMinute: -1}, "campaign: \"700142\"")
			n := 110
			if trouble.Skip > 0 {
				n = 1001 // there is a second page
			}
			w.campaign.Populate(n)
			w.mustSync(t)
			before := slices.Clone(w.store.patrons)
			trouble.On = "members"
			w.Break(trouble)
			for range 3 {
				w.Advance(5 * day)
				if d, err := w.sync(t.Context()); err == nil {
					t.Fatalf("the sync went well: %+v", d)
				}
			}
			if !slices.Equal(before, w.store.patrons) || len(w.store.absent) != 0 {
				t.Error("somebody was changed")
			}
			w.Mend()
			if d := w.mustSync(t); !d.Empty() || d.Unchanged != n {
				t.Errorf("afterwards: %d added, %d changed", len(d.Add), len(d.Update))
			}
		})
	}
}

// TestHooks is F24 of the protocols: a thousand webhooks at once, replayed, in
// any order, some wrongly signed, while the campaign changes and syncs run. Each
// is only a reason to sync, and in the end what is stored is what Patreon says.
func TestHooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{PerMinute: -1}, "campaign: \"700142\"")
	secret := w.campaign.Hook("https://feeds.example/hooks/patreon")
	w.campaign.Populate(200)
	w.mustSync(t)
	users := stir(w.campaign)
	calls, forged := hooks(w)

	var taken, refused atomic.Int64
	hook := handler(func(rw http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil || !patreonapi.VerifyWebhook(raw, r.Header.Get(patreonapi.SignatureHeader), "old-secret", secret) {
			refused.Add(1)
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		if _, err := patreonapi.ParseEvent(r.Header.Get(patreonapi.EventHeader), raw); err != nil {
			t.Error(err)
		}
		taken.Add(1)
		if taken.Load()%100 == 0 {
			if _, err := w.sync(r.Context()); err != nil && !errors.Is(err, domain.ErrConflict) {
				t.Error(err)
			}
		}
	})
	var sending sync.WaitGroup
	for part := range slices.Chunk(calls, 50) {
		sending.Go(func() {
			if _, err := w.Send(t.Context(), hook, part...); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	if len(calls) < 1000 || refused.Load() != int64(forged) || taken.Load() != int64(len(calls)-forged) || len(w.Calls()) != 0 {
		t.Errorf("%d calls, %d forged: %d taken, %d refused, %d left", len(calls), forged, taken.Load(), refused.Load(), len(w.Calls()))
	}
	for range 7 { // the grace of those who left
		w.mustSync(t)
		w.Advance(day)
	}
	inStep(t, w, users)
}

// stir changes a campaign in many ways and returns its users.
func stir(c *testkit.PatreonCampaign) []string {
	var users []string
	for i := range 40 {
		user := c.Join(testkit.PatreonMember{Name: fmt.Sprint("New ", i), Email: fmt.Sprintf("new%d@x.example", i), Tier: "901"})
		users = append(users, user)
		switch i % 5 {
		case 0:
			c.Change(user, "902", 1000)
		case 1:
			c.Decline(user)
		case 2:
			c.Decline(user)
			c.Recover(user)
		case 3:
			c.Move(user, fmt.Sprintf("moved%d@x.example", i))
		case 4:
			c.Delete(user)
		}
	}
	return users
}

// hooks are the calls that are due, replayed to a thousand and more, out of order;
// so many are forged.
func hooks(w *world) (calls []testkit.PatreonCall, forged int) {
	due := w.Calls()
	for len(calls) < 1000 {
		calls = append(calls, due...)
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	for i := 0; i < len(calls); i += 10 {
		forgery := calls[i]
		forgery.Body = append([]byte(" "), forgery.Body...)
		calls, forged = append(calls, forgery), forged+1
		forgery = calls[i]
		forgery.Signature = testkit.SignPatreon(forgery.Body, "another secret")
		calls, forged = append(calls, forgery), forged+1
	}
	return calls, forged
}

// inStep compares what is stored of people with what Patreon lists.
func inStep(t *testing.T, w *world, users []string) {
	t.Helper()
	listed := map[string]domain.Patron{}
	for _, p := range w.list(t).People {
		listed[p.External] = p
	}
	for _, user := range users {
		got, want := w.store.of(user), listed[user]
		if want.Standing != domain.Active {
			if got.Standing == domain.Active {
				t.Errorf("%s is a patron here and not there", user)
			}
			continue
		}
		got.ID, got.Roster = 0, ""
		if got != want {
			t.Errorf("here %+v, there %+v", got, want)
		}
	}
	if len(listed) == 0 {
		t.Error("nobody is listed")
	}
}

// handler is a transport to a handler in the same process.
type handler http.HandlerFunc

func (h handler) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	h(rec, r)
	return rec.Result(), nil
}

// TestTwoInstances: of syncs at the same time one is applied, and the others are
// conflicts that change nothing.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.PatreonConfig{PerMinute: -1}, "campaign: \"700142\"")
	w.campaign.Populate(300)
	var syncing sync.WaitGroup
	var well atomic.Int64
	for range 8 {
		syncing.Go(func() {
			_, err := w.sync(context.WithoutCancel(t.Context()))
			switch {
			case err == nil:
				well.Add(1)
			case !errors.Is(err, domain.ErrConflict):
				t.Error(err)
			}
		})
	}
	syncing.Wait()
	if well.Load() == 0 || len(w.store.patrons) != 300 || w.store.listings != int(well.Load()) {
		t.Errorf("%d went well, %d patrons, %d listings", well.Load(), len(w.store.patrons), w.store.listings)
	}
}

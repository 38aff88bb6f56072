package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// A storm of a thousand calls of a provider, each made twice, some forged: every
// bounce is on record once, and exactly those people get no more mail.
func TestBounceStorm(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		const patrons, dead = 1200, 1000
		p := weeklyWith(t, store, "mail: {from: digest@lanternscreen.example, transport: maildir, maildir: {path: out}, webhooks: {postmark: {user: marquee, password: salt}}}")
		i := p.open(t, slotTime)
		add := make([]domain.Patron, patrons)
		for n := range add {
			add[n] = domain.Patron{Email: address(n), Audience: domain.Audience{Standing: domain.Active, Tier: "Matinee"}}
		}
		if err := i.Store().ApplyDifference(t.Context(), "members", patron.Difference{Add: add}); err != nil {
			t.Fatal(err)
		}
		site := serve(t, must(i.Site())(t))
		var calls sync.WaitGroup
		for n := range 2 * dead {
			calls.Go(func() {
				want, password, who := http.StatusNoContent, "salt", n%dead
				if n%100 == 50 { // and somebody else tries about others
					want, password, who = http.StatusUnauthorized, "pepper", dead+n%(patrons-dead)
				}
				if got := tellBounce(t, site, password, who); got != want {
					t.Errorf("call %d: %d, want %d", n, got, want)
				}
			})
		}
		calls.Wait()
		all, err := i.Store().Suppressions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if forged := 2 * dead / 100 / 2; len(all) != dead-forged {
			t.Errorf("%d get no more mail, want %d", len(all), dead-forged)
		}
		for n := range patrons - dead {
			if _, there := all[address(dead+n)]; there {
				t.Errorf("patron %d gets no more mail", dead+n)
			}
		}
	})
}

func tellBounce(t *testing.T, site, password string, who int) int {
	t.Helper()
	body := fmt.Sprintf(`{"RecordType":"Bounce","ID":%d,"Type":"HardBounce","Email":%q,"Details":"smtp;550 5.1.1 user unknown"}`, who+1, address(who))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site+"/hooks/bounce/postmark", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0
	}
	r.SetBasicAuth("marquee", password)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

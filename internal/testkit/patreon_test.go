package testkit_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

const patreonBase = "https://www.patreon.com/api/oauth2"

// patreonAsk asks as a client that means well.
func patreonAsk(t *testing.T, p *testkit.Patreon, method, target, body string) (int, map[string]any) {
	t.Helper()
	return patreonAskAs(t, p, method, target, body, http.Header{"User-Agent": {"test"}, "Authorization": {"Bearer access-0"}})
}

func patreonAskAs(t *testing.T, p *testkit.Patreon, method, target, body string, header http.Header) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, patreonBase+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	if method == http.MethodPost && strings.HasPrefix(target, "/token") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := p.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	_ = json.Unmarshal(text, &doc) // a page is no document
	return answer.StatusCode, doc
}

func newPatreon() (*testkit.Patreon, *testkit.PatreonCampaign) {
	p := testkit.NewPatreon(testkit.PatreonConfig{Access: "access-0", Refresh: "refresh-0", ClientID: "id", ClientSecret: "secret", TokenLife: 1000 * 24 * time.Hour})
	return p, p.AddCampaign("700142", "lanternscreen", testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300})
}

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "?" + q.Encode()
}

// TestPatreonIsStrict: what a careless client would get from Patreon, or worse.
func TestPatreonIsStrict(t *testing.T) {
	t.Parallel()
	const members = "/v2/campaigns/700142/members"
	agent, token := "test", "Bearer access-0"
	for name, test := range map[string]struct {
		target, agent, token string
		want                 int
	}{
		"well":                {members, agent, token, 200},
		"no agent":            {members, "", token, 403},
		"no token":            {members, agent, "", 401},
		"another token":       {members, agent, "Bearer access-1", 401},
		"bare brackets":       {members + "?fields[member]=email", agent, token, 400},
		"unknown attribute":   {members + query("fields[member]", "email,age"), agent, token, 400},
		"unknown type":        {members + query("fields[people]", "email"), agent, token, 400},
		"unknown relation":    {members + query("include", "friends"), agent, token, 400},
		"too many at once":    {members + query("page[count]", "1001"), agent, token, 400},
		"with history":        {members + query("include", "pledge_history", "page[count]", "501"), agent, token, 400},
		"unknown cursor":      {members + query("page[cursor]", "x"), agent, token, 400},
		"another campaign":    {"/v2/campaigns/1/members", agent, token, 404},
		"no such post":        {"/v2/posts/1", agent, token, 404},
		"outside of the API":  {"/v1/campaigns", agent, token, 404},
		"a campaign's basics": {"/v2/campaigns" + query("include", "tiers"), agent, token, 200},
	} {
		p, _ := newPatreon()
		header := http.Header{"User-Agent": {test.agent}, "Authorization": {test.token}}
		if got, _ := patreonAskAs(t, p, http.MethodGet, test.target, "", header); got != test.want {
			t.Errorf("%s: answered %d, want %d", name, got, test.want)
		}
	}
}

// TestPatreonGivesWhatIsAskedFor: no attribute and no relation beyond.
func TestPatreonGivesWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	p, c := newPatreon()
	user := c.Join(testkit.PatreonMember{Name: "Rowan", Email: "rowan@reader.example", Tier: "901"})
	c.Decline(user)
	for _, test := range []struct {
		query             string
		attributes, types []string
		relations         int
	}{
		{"", nil, nil, 0},
		{query("fields[member]", "email,patron_status"), []string{"email", "patron_status"}, nil, 0},
		{query("include", "user,pledge_history", "fields[pledge-event]", "type"), nil, []string{"user", "pledge-event", "pledge-event", "pledge-event"}, 2},
	} {
		_, doc := patreonAsk(t, p, http.MethodGet, "/v2/campaigns/700142/members"+test.query, "")
		entry, _ := doc["data"].([]any)[0].(map[string]any)
		attributes, _ := entry["attributes"].(map[string]any)
		relations, _ := entry["relationships"].(map[string]any)
		var types []string
		for _, in := range doc["included"].([]any) {
			types = append(types, in.(map[string]any)["type"].(string))
		}
		var names []string
		for name := range attributes {
			names = append(names, name)
		}
		slices.Sort(names)
		if !slices.Equal(names, test.attributes) || len(relations) != test.relations || !slices.Equal(types, test.types) {
			t.Errorf("%s: attributes %v, relations %v, included %v", test.query, names, relations, types)
		}
	}
}

// TestPatreonTokens: a refresh token is good once, and who insists is shut out.
func TestPatreonTokens(t *testing.T) {
	t.Parallel()
	p, _ := newPatreon()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"refresh-0"}, "client_id": {"id"}, "client_secret": {"secret"}}
	status, pair := patreonAsk(t, p, http.MethodPost, "/token", form.Encode())
	if status != 200 || pair["access_token"] == "access-0" || pair["refresh_token"] == "refresh-0" {
		t.Fatalf("answered %d %v", status, pair)
	}
	if status, _ := patreonAsk(t, p, http.MethodGet, "/v2/campaigns", ""); status != 401 {
		t.Errorf("the old access token: %d", status)
	}
	status, refused := patreonAsk(t, p, http.MethodPost, "/token", form.Encode())
	if status != 401 || refused["error"] != "invalid_grant" || p.Rotations() != 1 {
		t.Errorf("once more: %d %v", status, refused)
	}
	for range 10 {
		status, _ = patreonAsk(t, p, http.MethodGet, "/v2/campaigns", "")
	}
	if status != 403 {
		t.Errorf("who insists is answered %d", status)
	}
	p.Forgive()
	if status, _ = patreonAsk(t, p, http.MethodGet, "/v2/campaigns", ""); status != 401 {
		t.Errorf("who is forgiven is answered %d", status)
	}
}

func TestPatreonLimit(t *testing.T) {
	t.Parallel()
	p, _ := newPatreon()
	ask := func() int {
		status, _ := patreonAsk(t, p, http.MethodGet, "/v2/campaigns", "")
		return status
	}
	for i := range 101 {
		if status := ask(); (status == 429) != (i == 100) {
			t.Fatalf("request %d: %d", i+1, status)
		}
	}
	p.Advance(time.Minute)
	if status := ask(); status != 200 {
		t.Errorf("a minute later: %d", status)
	}
}

// TestPatreonHooks: what is not taken comes again, less and less often, until the
// webhook is paused; unpaused it all comes.
func TestPatreonHooks(t *testing.T) {
	t.Parallel()
	p, c := newPatreon()
	status, made := patreonAsk(t, p, http.MethodPost, "/v2/webhooks", `{"data":{"type":"webhook","attributes":{"triggers":["members:create","posts:publish"],
		"uri":"https://feeds.example/hook"},"relationships":{"campaign":{"data":{"type":"campaign","id":"700142"}}}}}`)
	hook, _ := made["data"].(map[string]any)
	secret, _ := hook["attributes"].(map[string]any)["secret"].(string)
	if status != 201 || secret == "" {
		t.Fatalf("answered %d %v", status, made)
	}
	user := c.Join(testkit.PatreonMember{Name: "Rowan", Email: "rowan@reader.example", Tier: "901"})
	c.Cancel(user) // not a trigger of this webhook
	c.Publish(testkit.PatreonPost{Title: "Picks"})

	answers := hookAnswer{status: http.StatusServiceUnavailable}
	var waits []time.Duration
	for last := p.Now(); len(waits) < 12; p.Advance(time.Hour) {
		calls := p.Calls()
		if len(calls) == 0 {
			if p.Now().Sub(last) > 30*24*time.Hour {
				break
			}
			continue
		}
		if len(calls) != 2 || calls[0].Signature != testkit.SignPatreon(calls[0].Body, secret) || calls[1].Event != "posts:publish" {
			t.Fatalf("calls %+v", calls)
		}
		if _, err := p.Send(t.Context(), &answers, calls...); err != nil {
			t.Fatal(err)
		}
		waits, last = append(waits, p.Now().Sub(last)), p.Now()
	}
	const day = 24 * time.Hour
	if want := []time.Duration{0, time.Hour, 3 * time.Hour, day, 3 * day, 7 * day, 7 * day, 7 * day}; !slices.Equal(waits, want) {
		t.Errorf("tried after %v, want %v", waits, want)
	}
	id, _ := hook["id"].(string)
	_, patched := patreonAsk(t, p, http.MethodPatch, "/v2/webhooks/"+id, `{"data":{"attributes":{"paused":"false"}}}`)
	if n := patched["data"].(map[string]any)["attributes"].(map[string]any)["num_consecutive_times_failed"]; n != 16.0 {
		t.Errorf("failed %v times", n)
	}
	answers.status = http.StatusOK
	if got, err := p.Send(t.Context(), &answers, p.Calls()...); err != nil || !slices.Equal(got, []int{200, 200}) || len(p.Calls()) != 0 {
		t.Errorf("unpaused: %v, %v", got, err)
	}
	if status, _ := patreonAsk(t, p, http.MethodDelete, "/v2/webhooks/"+id, ""); status != 204 {
		t.Errorf("deleted: %d", status)
	}
}

// hookAnswer answers every webhook alike.
type hookAnswer struct{ status int }

func (h *hookAnswer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: h.status, Body: http.NoBody}, nil
}

// TestPatreonLife follows what the API says of members through the months.
func TestPatreonLife(t *testing.T) {
	t.Parallel()
	p := testkit.NewPatreon(testkit.PatreonConfig{Access: "access-0", TokenLife: 1000 * time.Hour * 24, Blink: 6 * time.Hour})
	c := p.AddCampaign("700142", "lanternscreen", testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300})
	monthly := c.Join(testkit.PatreonMember{Name: "a", Tier: "901"})
	c.Join(testkit.PatreonMember{Name: "b", Tier: "901", Annual: true})
	c.Join(testkit.PatreonMember{Name: "c", Free: true})
	c.Join(testkit.PatreonMember{Name: "d", Tier: "901", Trial: true})
	c.Join(testkit.PatreonMember{Name: "e", Tier: "901", Gifted: true})
	type row = [4]any // status, charge, cents, tiers
	say := func() []row {
		_, doc := patreonAsk(t, p, http.MethodGet, "/v2/campaigns/700142/members"+query("include", "currently_entitled_tiers",
			"fields[member]", "patron_status,last_charge_status,currently_entitled_amount_cents"), "")
		var rows []row
		for _, e := range doc["data"].([]any) {
			a := e.(map[string]any)["attributes"].(map[string]any)
			tiers := e.(map[string]any)["relationships"].(map[string]any)["currently_entitled_tiers"].(map[string]any)["data"].([]any)
			rows = append(rows, row{a["patron_status"], a["last_charge_status"], a["currently_entitled_amount_cents"], len(tiers)})
		}
		return rows
	}
	free, gifted := row{nil, nil, 0.0, 1}, row{nil, nil, 0.0, 1}
	trial := row{"active_patron", "Free Trial", 0.0, 1}
	paid, annual := row{"active_patron", "Paid", 300.0, 1}, row{"active_patron", "Paid", 3600.0, 1}
	blank := func(r row) row { r[2], r[3] = 0.0, 0; return r }
	for _, step := range []struct {
		to   string
		do   func()
		want []row
	}{
		{"2026-11-20T17:00:00Z", func() {}, []row{paid, annual, free, trial, gifted}},
		{"2026-12-01T08:00:00Z", func() {}, []row{blank(paid), blank(annual), blank(free), blank(trial), blank(gifted)}},
		{"2026-12-01T14:00:00Z", func() {}, []row{paid, annual, free, trial, gifted}},
		{"2027-01-02T00:00:00Z", func() { c.Decline(monthly) }, []row{{"declined_patron", "Declined", 0.0, 0}, annual, free, paid, gifted}},
		{"2027-01-03T00:00:00Z", func() { c.Recover(monthly); c.Cancel(monthly) }, []row{{"former_patron", "Paid", 300.0, 1}, annual, free, paid, gifted}},
		{"2027-02-02T00:00:00Z", func() {}, []row{{"former_patron", "Paid", 0.0, 0}, annual, free, paid, gifted}},
		{"2027-12-02T00:00:00Z", func() {}, []row{{"former_patron", "Paid", 0.0, 0}, annual, free, paid, {nil, nil, 0.0, 0}}},
	} {
		to, err := time.Parse(time.RFC3339, step.to)
		if err != nil {
			t.Fatal(err)
		}
		p.Advance(to.Sub(p.Now()))
		step.do()
		if got := say(); !slices.Equal(got, step.want) {
			t.Errorf("%s:\n%v\nwant\n%v", step.to, got, step.want)
		}
	}
}

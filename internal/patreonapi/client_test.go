package patreonapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

// TestTroubles: what passes is asked again, and what does not is an error that
// says what it was. Never is half a list taken for one.
func TestTroubles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trouble testkit.PatreonTrouble
		answers []int  // of the list
		err     string // empty for none
	}{
		"500 once":             {testkit.PatreonTrouble{With: testkit.ServerError, Times: 1}, []int{500, 200, 200}, ""},
		"502 page three times": {testkit.PatreonTrouble{With: testkit.GatewayPage, Times: 3}, []int{502, 502, 502, 200, 200}, ""},
		"500 for ever":         {testkit.PatreonTrouble{With: testkit.ServerError}, []int{500, 500, 500, 500, 500}, "answered 500 Internal Server Error"},
		"429 header":           {testkit.PatreonTrouble{With: testkit.ThrottledHeader, Times: 1}, []int{429, 200, 200}, ""},
		"429 body":             {testkit.PatreonTrouble{With: testkit.ThrottledBody, Times: 1}, []int{429, 200, 200}, ""},
		"429 bare":             {testkit.PatreonTrouble{With: testkit.ThrottledBare, Times: 2}, []int{429, 429, 200, 200}, ""},
		"429 for ever":         {testkit.PatreonTrouble{With: testkit.ThrottledBoth}, []int{429, 429, 429, 429, 429}, "answered 429 Too Many Requests (RequestThrottled)"},
		"403 page":             {testkit.PatreonTrouble{With: testkit.ForbiddenPage, Times: 1}, []int{403}, "answered 403 Forbidden: a web page came"},
		"200 page":             {testkit.PatreonTrouble{With: testkit.ChallengePage}, []int{200, 200, 200, 200, 200}, "list members: a web page came"},
		"truncated page 2":     {testkit.PatreonTrouble{With: testkit.Truncated, Skip: 1, Times: 1}, []int{200, 200, 200}, ""},
		"truncated for ever":   {testkit.PatreonTrouble{With: testkit.Truncated, Skip: 1}, []int{200, 200, 200, 200, 200, 200}, "no whole JSON"},
		"cursor once":          {testkit.PatreonTrouble{With: testkit.CursorExpired, Skip: 1, Times: 1}, []int{200, 400, 200, 200}, ""},
		"cursor for ever":      {testkit.PatreonTrouble{With: testkit.CursorExpired}, []int{200, 400, 200, 400, 200, 400}, "the cursor expired each time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(testkit.PatreonConfig{})
			w.campaign.Populate(1500)
			test.trouble.On = "members"
			w.Break(test.trouble)
			all, err := members(t.Context(), w.client())
			equal(t, "answers", w.statuses(membersPath), test.answers)
			if test.err == "" && (err != nil || len(all) != 1500) {
				t.Errorf("%d members, %v", len(all), err)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "patreon: list members: ")) {
				t.Errorf("error %v, want %s", err, test.err)
			}
		})
	}
}

// TestWaits: a server that says how long is waited for so long, one that does not
// longer each time.
func TestWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		with     testkit.PatreonMishap
		atLeast  []time.Duration
		atMost   time.Duration // the longest
		patience time.Duration
	}{
		"header": {with: testkit.ThrottledHeader, atLeast: []time.Duration{9 * time.Second, 9 * time.Second}, atMost: 10 * time.Second},
		"body":   {with: testkit.ThrottledBody, atLeast: []time.Duration{9 * time.Second, 9 * time.Second}, atMost: 10 * time.Second},
		"bare":   {with: testkit.ThrottledBare, atLeast: []time.Duration{time.Minute, time.Minute}, atMost: 66 * time.Second},
		"broken": {with: testkit.ServerError, atLeast: []time.Duration{time.Second, 2 * time.Second}, atMost: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(testkit.PatreonConfig{})
			w.Break(testkit.PatreonTrouble{With: test.with, Times: 2})
			if _, err := members(t.Context(), w.client()); err != nil {
				t.Fatal(err)
			}
			if len(w.waited) != len(test.atLeast) {
				t.Fatalf("waited %v", w.waited)
			}
			for i, least := range test.atLeast {
				if w.waited[i] < least || w.waited[i] > test.atMost {
					t.Errorf("wait %d was %v, want %v to %v", i+1, w.waited[i], least, test.atMost)
				}
			}
		})
	}
}

// TestLongRetryAfterIsTheCallers: an hour is not waited for here.
func TestLongRetryAfterIsTheCallers(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	cfg.Transport = answering(http.StatusServiceUnavailable, "text/html", "<html>", "Retry-After", "3600")
	_, err := members(t.Context(), patreonapi.New(cfg))
	known, ok := errors.AsType[*answer.Error](err)
	if !ok || known.RetryAfter != time.Hour || known.Status != 503 || !known.Page || len(w.waited) != 0 {
		t.Errorf("%v, waited %v", err, w.waited)
	}
}

// TestAnswers: what an answer must hold, and what may be missing.
func TestAnswers(t *testing.T) {
	t.Parallel()
	const attributes = `"patron_status":null,"currently_entitled_amount_cents":0,"email":null`
	const relations = `"currently_entitled_tiers":{"data":[]},"user":{"data":{"id":"5","type":"user"}}`
	member := func(attributes, relations string) string {
		return fmt.Sprintf(`{"data":[{"id":"m1","type":"member","attributes":{%s},"relationships":{%s}}]}`, attributes, relations)
	}
	for name, test := range map[string]struct{ body, err string }{
		"whole":            {member(attributes, relations), ""},
		"nobody":           {`{"data":[]}`, ""},
		"no data":          {`{"meta":{}}`, "invalid answer: it holds no data"},
		"null data":        {`{"data":null}`, "it holds no data"},
		"one, not a list":  {`{"data":{"id":"m1"}}`, "invalid answer: it holds a"},
		"another type":     {`{"data":[{"id":"m1","type":"user"}]}`, "a member in it is none"},
		"no id":            {`{"data":[{"type":"member"}]}`, "a member in it is none"},
		"no attributes":    {`{"data":[{"id":"m1","type":"member"}]}`, "lacks the members' patron_status"},
		"no cents":         {member(`"patron_status":null`, relations), "lacks the members' currently_entitled_amount_cents"},
		"no tiers":         {member(attributes, `"user":{"data":{"id":"5","type":"user"}}`), "lacks the members' tiers"},
		"no user":          {member(attributes, `"currently_entitled_tiers":{"data":[]}`), "lacks the members' accounts"},
		"cents as text":    {member(`"patron_status":null,"currently_entitled_amount_cents":"12"`, relations), "holds a int as"},
		"tier of no price": {`{"data":[{"id":"m1","type":"member","attributes":{` + attributes + `},"relationships":{` + relations + `}}],"included":[{"id":"901","type":"tier","attributes":{"title":"x"}}]}`, "lacks a tier's price"},
		"nothing":          {"", "no whole JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(testkit.PatreonConfig{})
			cfg := w.config()
			cfg.Transport = answering(http.StatusOK, "application/json", test.body)
			_, err := members(t.Context(), patreonapi.New(cfg))
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if strings.Contains(test.err, "invalid") && !errors.Is(err, domain.ErrInvalid) {
				t.Errorf("error %v is not invalid", err)
			}
		})
	}
}

// TestNobodysMembership: one member without an account costs only themselves.
func TestNobodysMembership(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	cfg.Transport = answering(http.StatusOK, "application/json", `{"data":[{"id":"m1","type":"member",
		"attributes":{"patron_status":null,"currently_entitled_amount_cents":0},
		"relationships":{"currently_entitled_tiers":{"data":[]},"user":{"data":null}}}]}`)
	var got patreonapi.Page[patreonapi.Member]
	err := patreonapi.New(cfg).Members(t.Context(), "700142", func(p patreonapi.Page[patreonapi.Member]) error { got = p; return nil })
	if err != nil || len(got.Items) != 0 || len(got.Broken) != 1 || got.Broken[0].ID != "m1" || got.Total != -1 {
		t.Errorf("page %+v, %v", got, err)
	}
}

func TestCircles(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	cfg.Transport = answering(http.StatusOK, "application/json", `{"data":[],"meta":{"pagination":{"cursors":{"next":"again"}}}}`)
	if _, err := members(t.Context(), patreonapi.New(cfg)); err == nil || !strings.Contains(err.Error(), "leads in circles") {
		t.Errorf("error %v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	cfg.Transport = answering(http.StatusFound, "text/html", "<html>", "Location", "https://elsewhere.example/")
	if _, err := members(t.Context(), patreonapi.New(cfg)); err == nil || !strings.Contains(err.Error(), "answered 302 Found") {
		t.Errorf("error %v", err)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	var asked []*http.Request
	cfg.Transport = doing{w.Transport(), func(r *http.Request) { asked = append(asked, r) }}
	if _, err := members(t.Context(), patreonapi.New(cfg)); err != nil || len(asked) != 1 {
		t.Fatal(err, len(asked))
	}
	r := asked[0]
	if r.Header.Get("User-Agent") != "Lantern Screen - Test" || r.Header.Get("Authorization") != "Bearer access-0" || r.URL.Host != "www.patreon.com" {
		t.Errorf("asked %s with %v", r.URL, r.Header)
	}
	if strings.ContainsAny(r.URL.RawQuery, "[]") || !strings.Contains(r.URL.RawQuery, "fields%5Bmember%5D=") {
		t.Errorf("query %s", r.URL.RawQuery)
	}
}

func TestMissingCampaignAndScope(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{Scopes: []string{"campaigns", "campaigns.members"}})
	err := w.client().Members(t.Context(), "999", func(patreonapi.Page[patreonapi.Member]) error { return nil })
	if !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("of another campaign: %v", err)
	}
	err = w.client().Posts(t.Context(), "700142", false, func(patreonapi.Page[patreonapi.Post]) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "the token may not see this") {
		t.Errorf("without the scope: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	ctx, cancel := context.WithCancel(t.Context())
	cfg := w.config()
	cfg.Transport = doing{w.Transport(), func(*http.Request) { cancel() }}
	if _, err := members(ctx, patreonapi.New(cfg)); !errors.Is(err, context.Canceled) || len(w.waited) > 0 {
		t.Errorf("error %v, waited %v", err, w.waited)
	}
}

// TestLogsAndErrorsHoldNoSecrets goes through every mishap and looks for what
// must not be told.
func TestLogsAndErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	var told bytes.Buffer
	for mishap := testkit.ServerError; mishap <= testkit.DropsAfterwards; mishap++ {
		w := newWorld(testkit.PatreonConfig{})
		w.campaign.Join(testkit.PatreonMember{Name: "Rowan Vale", Email: "rowan@reader.example", Tier: "901"})
		w.campaign.Populate(1001) // two pages
		for _, on := range []string{"members", "token"} {
			w.Mend()
			w.Break(testkit.PatreonTrouble{With: mishap, On: on, Percent: 40})
			w.ExpireToken()
			cfg := w.config()
			cfg.Log = slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))
			_, err := members(t.Context(), patreonapi.New(cfg))
			fmt.Fprintln(&told, err, credentials(), fmt.Sprintf("%#v %+v", w.tokens.saved, cfg.Credentials))
			cfg.Log.InfoContext(t.Context(), "credentials", "all", cfg.Credentials, "pair", patreonapi.Tokens{Access: "access-0"})
		}
	}
	for _, secret := range []string{"access-", "refresh-", "client-secret", "CURSOR", "rowan", "Rowan"} {
		if strings.Contains(told.String(), secret) {
			t.Errorf("%q is told in\n%s", secret, told.String())
		}
	}
}

// answering is a transport that gives one answer to everything.
func answering(status int, mediaType, body string, headers ...string) http.RoundTripper {
	return handler(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

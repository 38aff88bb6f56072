package patreonapi_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

const (
	hookBody      = `{"data":{"id":"d485d5ac-0000-4000-8000-c50cf01b73d7","type":"member"}}`
	hookSecret    = "whsec-paper-lanterns"
	hookSignature = "84b0265fdb9a6ce661affd2a4038bc3a"
)

func TestVerifyWebhook(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, signature string
		secrets         []string
		want            bool
	}{
		"as documented":        {hookBody, hookSignature, []string{hookSecret}, true},
		"upper case":           {hookBody, strings.ToUpper(hookSignature), []string{hookSecret}, true},
		"one of two secrets":   {hookBody, hookSignature, []string{"other", hookSecret}, true},
		"the first of two":     {hookBody, hookSignature, []string{hookSecret, "other"}, true},
		"another secret":       {hookBody, hookSignature, []string{"whsec-paper-lantern"}, false},
		"no secret":            {hookBody, hookSignature, nil, false},
		"a byte more":          {hookBody + "\n", hookSignature, []string{hookSecret}, false},
		"no signature":         {hookBody, "", []string{hookSecret}, false},
		"half of it":           {hookBody, hookSignature[:16], []string{hookSecret}, false},
		"no hex":               {hookBody, strings.Repeat("zz", 16), []string{hookSecret}, false},
		"one bit off":          {hookBody, "94b0265fdb9a6ce661affd2a4038bc3a", []string{hookSecret}, false},
		"SHA-256, as some do":  {hookBody, strings.Repeat("ab", 32), []string{hookSecret}, false},
		"signed without one":   {hookBody, testkit.SignPatreon([]byte(hookBody), ""), []string{""}, false},
		"an empty one besides": {hookBody, testkit.SignPatreon([]byte(hookBody), ""), []string{"", hookSecret}, false},
	} {
		if got := patreonapi.VerifyWebhook([]byte(test.body), test.signature, test.secrets...); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestParseEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	secret := w.campaign.Hook("https://feeds.example/hooks/patreon")
	user := w.campaign.Join(testkit.PatreonMember{Name: "Rowan", Email: "rowan@reader.example", Tier: "902"})
	w.campaign.Publish(testkit.PatreonPost{ID: "99001122", Title: "Picks"})
	var got []patreonapi.Event
	keys := map[string]bool{}
	for _, call := range w.Calls() {
		if !patreonapi.VerifyWebhook(call.Body, call.Signature, secret) {
			t.Errorf("%s is not signed", call.Event)
		}
		e, err := patreonapi.ParseEvent(call.Event, call.Body)
		again, _ := patreonapi.ParseEvent(call.Event, call.Body)
		if err != nil || e != again || len(e.Key) != 64 {
			t.Errorf("%s: %+v, %v", call.Event, e, err)
		}
		keys[e.Key] = true
		e.Key = ""
		got = append(got, e)
	}
	const membership = "6e8d5b84-0000-4000-8000-000000000001"
	want := []patreonapi.Event{
		{Trigger: "members:create", ID: membership, User: user, Campaign: "700142"},
		{Trigger: "members:pledge:create", ID: membership, User: user, Campaign: "700142"},
		{Trigger: "posts:publish", ID: "99001122"},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(keys) != 3 {
		t.Errorf("events (-want +got):\n%s%d keys", diff, len(keys))
	}
	if got[0].About() != "member" || got[2].About() != "post" {
		t.Errorf("about %s and %s", got[0].About(), got[2].About())
	}
}

func TestParseEventRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range [][2]string{
		{"", hookBody},
		{"members:explode", hookBody},
		{"members:update", ""},
		{"members:update", "{"},
		{"members:update", "[]"},
		{"members:update", `{"data":[]}`},
		{"members:update", `{"data":{"type":"member"}}`},
		{"posts:delete", `{"data":{"id":7}}`},
	} {
		if e, err := patreonapi.ParseEvent(test[0], []byte(test[1])); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: %+v, %v", test, e, err)
		}
	}
}

// FuzzParseEvent: whatever comes, there is an error or an id, and nothing is
// said twice in two ways.
func FuzzParseEvent(f *testing.F) {
	f.Add("members:update", []byte(hookBody))
	f.Add("posts:delete", []byte(`{"data":{"id":"1","relationships":{"user":{"data":null}}}}`))
	f.Fuzz(func(t *testing.T, trigger string, raw []byte) {
		e, err := patreonapi.ParseEvent(trigger, raw)
		if err == nil && (e.ID == "" || e.Trigger != trigger || len(e.Key) != 64) {
			t.Errorf("event %+v", e)
		}
		if err != nil && !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("error %v", err)
		}
		if patreonapi.VerifyWebhook(raw, trigger, hookSecret) && trigger != testkit.SignPatreon(raw, hookSecret) && !strings.EqualFold(strings.TrimSpace(trigger), testkit.SignPatreon(raw, hookSecret)) {
			t.Error("a wrong signature was taken")
		}
	})
}

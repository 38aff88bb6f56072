package testkit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// PatreonCall is one delivery of a webhook. A test may send calls in another
// order, more than once, or with other signatures.
type PatreonCall struct {
	URI       string
	Event     string // the trigger
	Body      []byte
	Signature string

	hook    *patreonHook
	pending *patreonPending
}

// patreonHook is a registered webhook.
type patreonHook struct {
	id       string
	uri      string
	secret   string
	triggers []string
	campaign *PatreonCampaign
	pending  []*patreonPending
	failed   int // deliveries in a row
	paused   bool
	tried    time.Time
}

// patreonPending is an event that was not delivered yet.
type patreonPending struct {
	event    string
	body     []byte
	attempts int
	due      time.Time
}

// patreonRetries is how long after each failed attempt the next one comes. After
// the last the webhook is paused.
func patreonRetries() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{time.Hour, 3 * time.Hour, day, 3 * day, 7 * day, 7 * day, 7 * day}
}

// Hook registers a webhook, for some triggers or for all, and returns its secret.
func (c *PatreonCampaign) Hook(uri string, triggers ...string) (secret string) {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	return c.hook(uri, triggers).secret
}

func (c *PatreonCampaign) hook(uri string, triggers []string) *patreonHook {
	h := &patreonHook{id: c.patreon.id("hook"), uri: uri, triggers: triggers, campaign: c}
	h.secret = c.patreon.id("whsec-paper-lanterns")
	c.patreon.hooks = append(c.patreon.hooks, h)
	return h
}

// tell queues an event about a member for every webhook that wants it.
func (c *PatreonCampaign) tell(trigger string, m *PatreonMember) {
	if len(c.patreon.hooks) == 0 {
		return
	}
	doc := newPatreonDocument(c, everything())
	doc.addMember(m)
	c.queue(trigger, map[string]any{
		"data": doc.data[0], "included": doc.included,
		"links": map[string]any{"self": "https://www.patreon.com/api/oauth2/v2/members/" + m.id()},
	})
}

// tellPost queues an event about a post, of which only the id is said.
func (c *PatreonCampaign) tellPost(trigger, id string) {
	if len(c.patreon.hooks) > 0 {
		c.queue(trigger, map[string]any{"data": patreonRef("post", id)})
	}
}

// everything asks for all that a webhook's body holds.
func everything() patreonQuery {
	q := newPatreonQuery(map[string][]string{"include": {"campaign,currently_entitled_tiers,user"}})
	for of, fields := range map[string][]string{
		"member": patreonMemberFields, "user": patreonUserFields, "tier": patreonTierFields, "campaign": patreonCampaignFields,
	} {
		q.values.Set("fields["+of+"]", strings.Join(fields, ","))
	}
	return q
}

func (c *PatreonCampaign) queue(trigger string, payload map[string]any) {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // of maps and strings
	}
	for _, h := range c.patreon.hooks {
		if h.campaign == c && (len(h.triggers) == 0 || slices.Contains(h.triggers, trigger)) {
			h.pending = append(h.pending, &patreonPending{event: trigger, body: body, due: c.patreon.now})
		}
	}
}

// Calls are the deliveries that are due now, oldest first.
func (p *Patreon) Calls() []PatreonCall {
	p.mu.Lock()
	defer p.mu.Unlock()
	var calls []PatreonCall
	for _, h := range p.hooks {
		for _, e := range h.pending {
			if !h.paused && !e.due.After(p.now) {
				calls = append(calls, PatreonCall{
					URI: h.uri, Event: e.event, Body: bytes.Clone(e.body), Signature: SignPatreon(e.body, h.secret), hook: h, pending: e,
				})
			}
		}
	}
	return calls
}

// SignPatreon is the signature of a webhook's body.
func SignPatreon(body []byte, secret string) string {
	mac := hmac.New(md5.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Send delivers calls in their order, and says how each was answered. What is
// not answered with 2xx is due again later.
func (p *Patreon) Send(ctx context.Context, transport http.RoundTripper, calls ...PatreonCall) ([]int, error) {
	var answers []int
	for _, call := range calls {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, call.URI, bytes.NewReader(call.Body))
		if err != nil {
			return answers, fmt.Errorf("send webhook: %w", err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Patreon-Event", call.Event)
		r.Header.Set("X-Patreon-Signature", call.Signature)
		status := 0
		if answer, err := transport.RoundTrip(r); err == nil {
			status = answer.StatusCode
			_ = answer.Body.Close() // nobody reads it
		}
		answers = append(answers, status)
		p.settle(call, status/100 == 2)
	}
	return answers, nil
}

// settle writes down how a delivery went.
func (p *Patreon) settle(call PatreonCall, taken bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, e := call.hook, call.pending
	if h == nil {
		return // the test's own
	}
	h.tried = p.now
	if taken {
		h.failed = 0
		h.pending = slices.DeleteFunc(h.pending, func(other *patreonPending) bool { return other == e })
		return
	}
	h.failed++
	retries := patreonRetries()
	if e.attempts >= len(retries) {
		h.paused = true
		return
	}
	e.due = p.now.Add(retries[e.attempts])
	e.attempts++
}

package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // WebSub §7.1.1 has hubs that know no other
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// The shortest lease that is believed: less would be to ask all the time.
const shortestLease = 5 * time.Minute

// Confirm answers a hub that wants to know whether we meant it (WebSub §5.3): with
// what is to be echoed, for a subscription that waits or is to be renewed, and for
// none else: domain.ErrNotFound. We never ask to be let go: what we do not want any
// more ends with its lease.
func (s *Subscriber) Confirm(ctx context.Context, token string, q url.Values) (echo string, err error) {
	sub, err := s.Store.SubscriptionAt(ctx, hashed(token))
	if err != nil {
		return "", err
	}
	if q.Get("hub.topic") != sub.Topic {
		return "", fmt.Errorf("%w: another topic", domain.ErrNotFound)
	}
	switch q.Get("hub.mode") {
	case "denied": // §5.2
		sub.State, sub.Error, sub.Due = Denied, "denied by the hub", s.Now().Add(deniedRest)
		s.Log.WarnContext(ctx, "subscription denied", "source", sub.Source)
		return "", s.Store.SaveSubscription(ctx, sub)
	case "subscribe":
	default:
		return "", fmt.Errorf("%w: nobody asked for that", domain.ErrNotFound)
	}
	if sub.Failures == 0 {
		return "", fmt.Errorf("%w: nothing was asked for", domain.ErrNotFound)
	}
	seconds, _ := strconv.Atoi(q.Get("hub.lease_seconds")) // none is none
	granted := lease
	if seconds > 0 {
		granted = max(time.Duration(min(seconds, 1<<31))*time.Second, shortestLease)
	}
	now := s.Now()
	sub.State, sub.Until, sub.Failures, sub.Error = Active, now.Add(granted), 0, ""
	sub.Due = now.Add(granted - granted/4) // in time for some tries before the lease ends
	s.Log.InfoContext(ctx, "subscription confirmed", "source", sub.Source, "until", sub.Until)
	return q.Get("hub.challenge"), s.Store.SaveSubscription(ctx, sub)
}

// Told takes what a hub has sent to one of our addresses: domain.ErrNotFound for
// an address that is none. Only what is signed is a reason to read the source
// (WebSub §7.1: the rest is to be ignored, and not told apart).
func (s *Subscriber) Told(ctx context.Context, token, signature string, body []byte) error {
	sub, err := s.Store.SubscriptionAt(ctx, hashed(token))
	if err != nil {
		return err
	}
	if sub.State == Denied || !signed(signature, s.secret(&sub), body) {
		s.Log.WarnContext(ctx, "unsigned word of a hub ignored", "source", sub.Source)
		return nil
	}
	return s.Store.PokeSource(ctx, sub.Source, s.Now())
}

// signed checks "method=hex" (WebSub §7.1), in constant time.
func signed(signature, secret string, body []byte) bool {
	method, value, _ := strings.Cut(strings.TrimSpace(signature), "=")
	made := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}[strings.ToLower(method)]
	got, err := hex.DecodeString(value)
	if made == nil || err != nil {
		return false
	}
	mac := hmac.New(made, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), got)
}

package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// Path is where hubs call, on our server: the secret of a subscription follows.
const Path = "/hooks/websub/"

const (
	lease       = 10 * 24 * time.Hour // that we ask for
	confirmed   = 10 * time.Minute    // within which a hub confirms; then it is asked again
	deniedRest  = 24 * time.Hour
	longestRest = 24 * time.Hour   // between two tries
	askTime     = 20 * time.Second // for one hub
)

// Subscriber subscribes and takes what hubs say.
type Subscriber struct {
	Store     Store
	Transport http.RoundTripper // leads to strangers
	Agent     string            // User-Agent
	Server    string            // our public address, https://…
	Key       []byte            // of which the subscriptions' secrets are made
	Sources   map[string]bool   // that are configured
	Now       func() time.Time
	Log       *slog.Logger
}

// Offered notes that a source is told of by a hub. One that is known already is
// left as it is; another takes its place, at an address of its own.
func (s *Subscriber) Offered(ctx context.Context, name string, hub source.Hub) error {
	is, err := s.Store.Subscription(ctx, name)
	if err == nil && is.Hub == hub.URL && is.Topic == hub.Topic || err != nil && !errors.Is(err, domain.ErrNotFound) {
		return err
	}
	sub := Subscription{Source: name, Hub: hub.URL, Topic: hub.Topic, State: Pending, Due: s.Now()}
	sub.Callback = hashed(s.token(&sub))
	return s.Store.SaveSubscription(ctx, sub)
}

// token is what makes a subscription's address unguessable, and its own
// (WebSub §5.1): always the same for the same source, hub and topic.
func (s *Subscriber) token(sub *Subscription) string {
	return base64.RawURLEncoding.EncodeToString(s.derive("callback", sub)[:18])
}

// secret is what the hub signs with (WebSub §5.1: less than 200 bytes).
func (s *Subscriber) secret(sub *Subscription) string {
	return hex.EncodeToString(s.derive("secret", sub))
}

func (s *Subscriber) derive(purpose string, sub *Subscription) []byte {
	mac := hmac.New(sha256.New, s.Key)
	for _, part := range []string{"websub", purpose, sub.Source, sub.Hub, sub.Topic} {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return mac.Sum(nil)
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Due tells whether any hub is to be asked.
func (s *Subscriber) Due(ctx context.Context) (bool, error) {
	due, err := s.due(ctx)
	return len(due) > 0, err
}

func (s *Subscriber) due(ctx context.Context) ([]Subscription, error) {
	due, err := s.Store.SubscriptionsDue(ctx, s.Now())
	return slices.DeleteFunc(due, func(sub Subscription) bool { return !s.Sources[sub.Source] }), err
}

// Renew asks the hubs of all subscriptions that are due. One hub's trouble keeps
// the others from nothing.
func (s *Subscriber) Renew(ctx context.Context) error {
	due, err := s.due(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, sub := range due {
		errs = append(errs, s.ask(ctx, sub))
	}
	return errors.Join(errs...)
}

// ask sends one request for a subscription, or for more of it (WebSub §5.1). What
// the hub decides it says later, to our address.
func (s *Subscriber) ask(ctx context.Context, sub Subscription) error {
	sub.Failures++ // until the hub confirms
	sub.Due = s.Now().Add(min(confirmed<<min(sub.Failures-1, 10), longestRest))
	if sub.State != Active {
		sub.State = Pending
	}
	// Before the hub is asked: it may confirm before it has answered.
	if err := s.Store.SaveSubscription(ctx, sub); err != nil {
		return err
	}
	err := s.post(ctx, &sub)
	if err == nil {
		return nil
	}
	is, readErr := s.Store.SubscriptionAt(ctx, sub.Callback)
	if readErr != nil {
		return readErr
	}
	is.Error = err.Error()
	s.Log.WarnContext(ctx, "hub not asked", "source", sub.Source, "failures", is.Failures, "err", err)
	return s.Store.SaveSubscription(ctx, is)
}

func (s *Subscriber) post(ctx context.Context, sub *Subscription) error {
	return send(ctx, s.Transport, s.Agent, sub.Hub, url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {sub.Topic}, "hub.callback": {s.Server + Path + s.token(sub)},
		"hub.secret": {s.secret(sub)}, "hub.lease_seconds": {strconv.Itoa(int(lease / time.Second))},
	})
}

// Package websub subscribes to hubs that tell when a source has something new, and
// tells our own hub when our feeds have (W3C WebSub). What a hub sends is never
// looked at: it is a reason to read the source, which is read by its schedule all
// the same.
package websub

import (
	"context"
	"time"
)

// State is where a subscription stands.
type State string

// The states.
const (
	Pending State = "pending" // the hub is to be asked, or has not confirmed yet
	Active  State = "active"
	Denied  State = "denied" // the hub does not want to; it is asked again after a day
)

// Subscription is one source's with one hub.
type Subscription struct {
	Source   string
	Hub      string
	Topic    string
	Callback string // hash of the secret in our address that the hub calls
	State    State
	Until    time.Time // when the lease ends; zero before there is one
	Due      time.Time // when the hub is to be asked, again
	Failures int       // times that the hub was asked and has not confirmed
	Error    string    // of the last
}

// Store keeps subscriptions.
type Store interface {
	// Subscription is a source's, or ErrNotFound.
	Subscription(ctx context.Context, source string) (Subscription, error)
	// SubscriptionAt is the one whose address has a hash, or ErrNotFound.
	SubscriptionAt(ctx context.Context, callback string) (Subscription, error)
	// SubscriptionsDue are those whose hubs are to be asked, at an instant.
	SubscriptionsDue(ctx context.Context, now time.Time) ([]Subscription, error)
	// SaveSubscription puts a subscription in the place of its source's.
	SaveSubscription(ctx context.Context, s Subscription) error
	// PokeSource notes that somebody says there is something new in a source.
	PokeSource(ctx context.Context, name string, at time.Time) error
}

package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/websub"
)

const subscriptionColumns = "source, hub, topic, callback, state, until, due, failures, error"

// Subscription is a source's, or domain.ErrNotFound.
func (s *Store) Subscription(ctx context.Context, source string) (websub.Subscription, error) {
	sub, err := one(ctx, s.reads, readSubscription, "select "+subscriptionColumns+" from subscriptions where source = $1", source)
	if err != nil {
		return sub, fmt.Errorf("subscription of source %s: %w", source, err)
	}
	return sub, nil
}

// SubscriptionAt is the one whose address has a hash, or domain.ErrNotFound.
func (s *Store) SubscriptionAt(ctx context.Context, callback string) (websub.Subscription, error) {
	sub, err := one(ctx, s.reads, readSubscription, "select "+subscriptionColumns+" from subscriptions where callback = $1", callback)
	if err != nil {
		return sub, fmt.Errorf("subscription at an address: %w", err)
	}
	return sub, nil
}

// SubscriptionsDue are those whose hubs are to be asked, at an instant.
func (s *Store) SubscriptionsDue(ctx context.Context, now time.Time) ([]websub.Subscription, error) {
	due, err := all(ctx, s.reads, readSubscription, "select "+subscriptionColumns+" from subscriptions where due <= $1 order by source", instant(now))
	if err != nil {
		return nil, fmt.Errorf("read subscriptions that are due: %w", err)
	}
	return due, nil
}

func readSubscription(r row) (websub.Subscription, error) {
	var sub websub.Subscription
	err := r.Scan(&sub.Source, &sub.Hub, &sub.Topic, &sub.Callback, &sub.State, (*instant)(&sub.Until), (*instant)(&sub.Due), &sub.Failures, &sub.Error)
	return sub, err
}

// SaveSubscription puts a subscription in the place of its source's.
func (s *Store) SaveSubscription(ctx context.Context, sub websub.Subscription) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, "insert into subscriptions ("+subscriptionColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict (source) do update set hub = excluded.hub, topic = excluded.topic, callback = excluded.callback, state = excluded.state,
				until = excluded.until, due = excluded.due, failures = excluded.failures, error = excluded.error`,
			sub.Source, foreign(sub.Hub), foreign(sub.Topic), sub.Callback, sub.State, instant(sub.Until), instant(sub.Due), sub.Failures, foreign(sub.Error))
		return err
	})
	if err != nil {
		return fmt.Errorf("save the subscription of source %s: %w", sub.Source, err)
	}
	return nil
}

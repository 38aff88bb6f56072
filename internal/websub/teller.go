package websub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

const (
	tellEvery     = time.Minute // about one topic, at most: what changes meanwhile is told together
	longestSilent = 6 * time.Hour
)

// Topic is a public feed in one format, at its address.
type Topic struct {
	URL     string
	Version string // changes when what is at the address does
}

// Telling is what our hub was told of a topic.
type Telling struct {
	Topic    string
	Version  string    // that it was told of, last
	Due      time.Time // before which it is told nothing
	Failures int       // in a row
	Error    string    // of the last; empty after a success
}

// TellingStore keeps what was told, so that a change is told once, also over
// restarts, and by one instance of several.
type TellingStore interface {
	// Tellings are all, by topic.
	Tellings(ctx context.Context) (map[string]Telling, error)
	// SaveTelling puts a telling in the place of its topic's.
	SaveTelling(ctx context.Context, t Telling) error
}

// Teller tells our hub when a public feed has changed, so that it passes the change
// on to whoever subscribed there (WebSub §4). Private feeds are no topics: a hub
// would fetch them and pass them on.
type Teller struct {
	Store     TellingStore
	Hub       string
	Topics    func(ctx context.Context) ([]Topic, error)
	Transport http.RoundTripper // leads to strangers
	Agent     string            // User-Agent
	Now       func() time.Time
	Log       *slog.Logger
}

// Due tells whether there is anything to tell.
func (t *Teller) Due(ctx context.Context) (bool, error) {
	changed, err := t.changed(ctx)
	return len(changed) > 0, err
}

// Tell tells the hub of all that has changed. One topic's trouble keeps the others
// from nothing; it is told again, each time after a longer rest.
func (t *Teller) Tell(ctx context.Context) error {
	changed, err := t.changed(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range changed {
		errs = append(errs, t.tell(ctx, c))
	}
	return errors.Join(errs...)
}

// changed is what the hub has not been told yet, as it is to be told.
func (t *Teller) changed(ctx context.Context) ([]Telling, error) {
	topics, err := t.Topics(ctx)
	if err != nil {
		return nil, fmt.Errorf("find out what to tell the hub: %w", err)
	}
	told, err := t.Store.Tellings(ctx)
	if err != nil {
		return nil, err
	}
	var changed []Telling
	for _, topic := range topics {
		is := told[topic.URL]
		if is.Version != topic.Version && !t.Now().Before(is.Due) {
			changed = append(changed, Telling{Topic: topic.URL, Version: topic.Version, Failures: is.Failures})
		}
	}
	return changed, nil
}

func (t *Teller) tell(ctx context.Context, telling Telling) error {
	err := send(ctx, t.Transport, t.Agent, t.Hub, url.Values{
		"hub.mode": {"publish"}, "hub.url": {telling.Topic}, "hub.topic": {telling.Topic}, // hubs differ in which they read
	})
	if err != nil {
		t.Log.WarnContext(ctx, "hub not told", "topic", telling.Topic, "failures", telling.Failures+1, "err", err)
		telling.Version, telling.Error = "", err.Error()
		telling.Due = t.Now().Add(min(tellEvery<<min(telling.Failures, 10), longestSilent))
		telling.Failures++
		return t.Store.SaveTelling(ctx, telling)
	}
	telling.Failures, telling.Due = 0, t.Now().Add(tellEvery)
	t.Log.InfoContext(ctx, "hub told", "topic", telling.Topic)
	return t.Store.SaveTelling(ctx, telling)
}

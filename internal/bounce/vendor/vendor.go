// Package vendor reads what providers of mail tell by webhook: that a letter
// bounced, or was complained about. Each provider is a file, and passes the suite
// in this package's tests. A call counts only when it is the provider's own, by
// whatever the provider proves it with.
package vendor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// Call is a request as it came.
type Call struct {
	Header         http.Header
	User, Password string // of HTTP's basic authentication; may be empty
	Body           []byte
	At             time.Time
}

// Vendor is one provider.
type Vendor interface {
	// Name is its part of the address that it calls, and of facts.
	Name() string
	// Read reads what a call tells; often nothing that is of interest.
	// domain.ErrNotEntitled when it is not the provider's, or too old to be believed;
	// domain.ErrInvalid when it is, and makes no sense. After any other error it
	// is to be made again.
	Read(ctx context.Context, c Call) ([]bounce.Event, error)
}

// forged is the answer to a call that is not the provider's, and does not say why.
func forged() error { return fmt.Errorf("webhook: %w", domain.ErrNotEntitled) }

// decode reads a document.
func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("webhook: %w: %w", domain.ErrInvalid, err)
	}
	return nil
}

// permanent is the class of what a provider calls permanent: then it has given the
// address up, unless the refusal that it quotes says otherwise.
func permanent(r bounce.Refusal) domain.BounceClass {
	if class := r.Class(); class != domain.BounceUnknown {
		return class
	}
	return domain.BounceDead
}

// transient is the class of what a provider calls transient: the address is not
// given up, whatever the refusal says.
func transient(r bounce.Refusal) domain.BounceClass {
	if class := r.Class(); class != domain.BounceDead && class != domain.BounceUnknown {
		return class
	}
	return domain.BounceTemporary
}

// event is one about a letter.
func event(name, key, email string, at time.Time, class domain.BounceClass, r bounce.Refusal) bounce.Event {
	return bounce.Event{
		Key: name + "/" + key, Email: email, At: at,
		Bounce: domain.Bounce{Class: class, Status: r.Complete().Status, Reason: bounce.Redacted(r.Text), Way: name},
	}
}

// fresh reports whether a signed time is near enough to now.
func fresh(signed, now time.Time, past time.Duration) bool {
	const ahead = 5 * time.Minute // clocks differ
	return signed.After(now.Add(-past)) && signed.Before(now.Add(ahead))
}

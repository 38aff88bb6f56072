package vendor

import (
	"context"
	"crypto/subtle"
	"strconv"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// Postmark proves itself by a name and a password in the address that it calls.
type Postmark struct{ User, Password string }

// Name is "postmark".
func (Postmark) Name() string { return "postmark" }

type postmarkCall struct {
	RecordType        string
	ID                int64
	Type              string
	MessageID         string
	Email, Recipient  string
	Details           string
	Description       string
	BouncedAt         time.Time
	ChangedAt         time.Time
	SuppressSending   bool
	SuppressionReason string
}

// Read reads a bounce, a complaint or an unsubscription.
func (p Postmark) Read(_ context.Context, c Call) ([]bounce.Event, error) {
	user := subtle.ConstantTimeCompare([]byte(c.User), []byte(p.User))
	if user&subtle.ConstantTimeCompare([]byte(c.Password), []byte(p.Password)) != 1 {
		return nil, forged()
	}
	var call postmarkCall
	if err := decode(c.Body, &call); err != nil {
		return nil, err
	}
	r := bounce.Refusal{Text: call.Details}
	switch call.RecordType {
	case "Bounce":
		return call.one(p, call.Email, strconv.FormatInt(call.ID, 10), call.BouncedAt, postmarkClass(call.Type, r), r), nil
	case "SpamComplaint":
		return call.one(p, call.Email, strconv.FormatInt(call.ID, 10), call.BouncedAt, domain.Complaint, bounce.Refusal{}), nil
	case "SubscriptionChange":
		key := call.MessageID + "/" + call.Recipient + "/" + call.ChangedAt.Format(time.RFC3339Nano)
		return call.one(p, call.Recipient, key, call.ChangedAt, call.subscription(), bounce.Refusal{}), nil
	}
	return nil, nil
}

func (call *postmarkCall) one(p Postmark, email, key string, at time.Time, class domain.BounceClass, r bounce.Refusal) []bounce.Event {
	if class == "" {
		return nil
	}
	return []bounce.Event{event(p.Name(), key, email, at, class, r)}
}

// postmarkClass is what a type of bounce means, empty when nothing.
func postmarkClass(kind string, r bounce.Refusal) domain.BounceClass {
	switch kind {
	case "HardBounce":
		return permanent(r)
	case "BadEmailAddress", "ManuallyDeactivated":
		return domain.BounceDead
	case "SoftBounce", "Transient", "DnsError":
		return transient(r)
	case "SpamNotification", "Blocked", "VirusNotification", "DMARCPolicy":
		return domain.BounceOurs
	case "SpamComplaint":
		return domain.Complaint
	case "Unsubscribe":
		return domain.Unsubscription
	case "Unknown":
		return domain.BounceUnknown
	}
	return "" // automatic answers, challenges, changes of address
}

// subscription is what it means that Postmark sends to somebody no more.
func (call *postmarkCall) subscription() domain.BounceClass {
	if !call.SuppressSending {
		return ""
	}
	switch call.SuppressionReason {
	case "HardBounce":
		return domain.BounceDead
	case "SpamComplaint":
		return domain.Complaint
	}
	return domain.Unsubscription
}

package vendor

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// SendGrid signs its calls with ECDSA.
type SendGrid struct{ key *ecdsa.PublicKey }

// NewSendGrid returns SendGrid with the key that it verifies by, as its settings
// show it: base64 of a public key in DER. domain.ErrInvalid when it is none.
func NewSendGrid(key string) (SendGrid, error) {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(key))
	if err != nil {
		return SendGrid{}, fmt.Errorf("%w: the key is not base64: %w", domain.ErrInvalid, err)
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return SendGrid{}, fmt.Errorf("%w: no public key: %w", domain.ErrInvalid, err)
	}
	public, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		return SendGrid{}, fmt.Errorf("%w: not an ECDSA key", domain.ErrInvalid)
	}
	return SendGrid{public}, nil
}

// Name is "sendgrid".
func (SendGrid) Name() string { return "sendgrid" }

type sendgridEvent struct {
	Email          string  `json:"email"`
	Timestamp      float64 `json:"timestamp"`
	Event          string  `json:"event"`
	Type           string  `json:"type"`
	Status         string  `json:"status"`
	Reason         string  `json:"reason"`
	Classification string  `json:"bounce_classification"`
	ID             string  `json:"sg_event_id"`
	MessageID      string  `json:"smtp-id"`
}

// Read reads a list of events.
func (s SendGrid) Read(_ context.Context, c Call) ([]bounce.Event, error) {
	signature, err := base64.StdEncoding.DecodeString(c.Header.Get("X-Twilio-Email-Event-Webhook-Signature"))
	signed := sha256.Sum256(append([]byte(c.Header.Get("X-Twilio-Email-Event-Webhook-Timestamp")), c.Body...))
	if err != nil || !ecdsa.VerifyASN1(s.key, signed[:], signature) {
		return nil, forged()
	}
	var all []sendgridEvent
	if err := decode(c.Body, &all); err != nil {
		return nil, err
	}
	var events []bounce.Event
	for _, e := range all {
		r := bounce.Refusal{Status: e.Status, Text: e.Reason}
		if class := e.class(r); class != "" {
			told := event(s.Name(), e.ID, e.Email, time.Unix(int64(e.Timestamp), 0).UTC(), class, r)
			told.MessageID = e.MessageID
			events = append(events, told)
		}
	}
	return events, nil
}

// class is what an event means, empty when nothing.
func (e *sendgridEvent) class(r bounce.Refusal) domain.BounceClass {
	switch e.Event {
	case "bounce":
		return e.bounced(r)
	case "dropped": // it was not even tried
		switch e.Reason {
		case "Bounced Address", "Invalid":
			return domain.BounceDead
		case "Spam Reporting Address":
			return domain.Complaint
		case "Unsubscribed Address":
			return domain.Unsubscription
		}
	case "spamreport":
		return domain.Complaint
	case "unsubscribe", "group_unsubscribe":
		return domain.Unsubscription
	}
	return ""
}

func (e *sendgridEvent) bounced(r bounce.Refusal) domain.BounceClass {
	switch e.Classification {
	case "Content", "Reputation":
		return domain.BounceOurs
	case "Technical", "Frequency or Volume Too High", "Mailbox Unavailable":
		return transient(r)
	}
	if e.Type == "blocked" {
		return transient(r)
	}
	return permanent(r)
}

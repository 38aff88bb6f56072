package vendor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// Mailgun signs a time and a token, and not what it tells: so each token counts
// once, for whatever came with it first, and not for long.
type Mailgun struct{ Key string }

// Name is "mailgun".
func (Mailgun) Name() string { return "mailgun" }

type mailgunCall struct {
	Signature struct{ Timestamp, Token, Signature string } `json:"signature"`
	Event     struct {
		Event     string  `json:"event"`
		Timestamp float64 `json:"timestamp"`
		Severity  string  `json:"severity"`
		Reason    string  `json:"reason"`
		Recipient string  `json:"recipient"`
		Status    struct {
			Code        int    `json:"code"`
			Message     string `json:"message"`
			Description string `json:"description"`
			Enhanced    string `json:"enhanced-code"`
		} `json:"delivery-status"`
		Message struct {
			Headers struct {
				ID string `json:"message-id"`
			} `json:"headers"`
		} `json:"message"`
	} `json:"event-data"`
}

// mailgunRetries is how long Mailgun tells a thing again.
const mailgunRetries = 12 * time.Hour

// Read reads one event.
func (m Mailgun) Read(_ context.Context, c Call) ([]bounce.Event, error) {
	var call mailgunCall
	if err := decode(c.Body, &call); err != nil {
		return nil, forged() // what is signed is in it
	}
	if !m.signed(&call, c.At) {
		return nil, forged()
	}
	e := &call.Event
	text := e.Status.Message
	if text == "" {
		text = e.Status.Description
	}
	r := bounce.Refusal{Code: e.Status.Code, Status: e.Status.Enhanced, Text: text}
	class := mailgunClass(e.Event, e.Severity, e.Reason, r)
	if class == "" {
		return nil, nil
	}
	told := event(m.Name(), call.Signature.Token, e.Recipient, time.UnixMilli(int64(e.Timestamp*1000)).UTC(), class, r)
	told.MessageID = e.Message.Headers.ID
	return []bounce.Event{told}, nil
}

func (m Mailgun) signed(call *mailgunCall, now time.Time) bool {
	s := call.Signature
	mac := hmac.New(sha256.New, []byte(m.Key))
	mac.Write([]byte(s.Timestamp + s.Token))
	claimed, err := hex.DecodeString(s.Signature)
	if err != nil || !hmac.Equal(claimed, mac.Sum(nil)) || s.Token == "" {
		return false
	}
	seconds, err := strconv.ParseInt(s.Timestamp, 10, 64)
	return err == nil && fresh(time.Unix(seconds, 0), now, mailgunRetries)
}

// mailgunClass is what an event means, empty when nothing: of temporary failures
// Mailgun tells while it still tries.
func mailgunClass(event, severity, reason string, r bounce.Refusal) domain.BounceClass {
	switch event {
	case "complained":
		return domain.Complaint
	case "unsubscribed":
		return domain.Unsubscription
	case "failed":
		if severity != "permanent" {
			return ""
		}
	default:
		return ""
	}
	switch reason {
	case "suppress-bounce":
		return domain.BounceDead
	case "suppress-complaint":
		return domain.Complaint
	case "suppress-unsubscribe":
		return domain.Unsubscription
	case "old":
		return transient(r)
	}
	return r.Class() // "permanent" is also what is only about us
}

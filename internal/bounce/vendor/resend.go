package vendor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// Resend signs its calls in the manner of Svix.
type Resend struct{ secret []byte }

// NewResend returns Resend with the secret that it signs with, "whsec_…";
// domain.ErrInvalid when it is none.
func NewResend(secret string) (Resend, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(secret), "whsec_"))
	if err != nil || len(raw) == 0 {
		return Resend{}, fmt.Errorf("%w: the secret is not whsec_ and base64", domain.ErrInvalid)
	}
	return Resend{raw}, nil
}

// Name is "resend".
func (Resend) Name() string { return "resend" }

type resendCall struct {
	Type    string    `json:"type"`
	Created time.Time `json:"created_at"`
	Data    struct {
		MessageID string   `json:"message_id"`
		To        []string `json:"to"`
		Bounce    struct{ Type, SubType, Message string }
	} `json:"data"`
}

// svixTolerance is how far a signed time may be away.
const svixTolerance = 5 * time.Minute

// Read reads one event, of which the signature's id is the name.
func (s Resend) Read(_ context.Context, c Call) ([]bounce.Event, error) {
	if !s.signed(c.Header, c.Body, c.At) {
		return nil, forged()
	}
	var call resendCall
	if err := decode(c.Body, &call); err != nil {
		return nil, err
	}
	r := bounce.Refusal{Text: call.Data.Bounce.Message}
	class := resendClass(call.Type, call.Data.Bounce.Type, call.Data.Bounce.SubType, r)
	if class == "" {
		return nil, nil
	}
	var events []bounce.Event
	for i, to := range call.Data.To {
		told := event(s.Name(), c.Header.Get("Svix-Id")+"/"+strconv.Itoa(i), to, call.Created, class, r)
		told.MessageID = call.Data.MessageID
		events = append(events, told)
	}
	return events, nil
}

func (s Resend) signed(h http.Header, body []byte, now time.Time) bool {
	id, at := h.Get("Svix-Id"), h.Get("Svix-Timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if id == "" || err != nil || !fresh(time.Unix(seconds, 0), now, svixTolerance) {
		return false
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	want := mac.Sum(nil)
	for one := range strings.FieldsSeq(h.Get("Svix-Signature")) {
		encoded, known := strings.CutPrefix(one, "v1,")
		claimed, err := base64.StdEncoding.DecodeString(encoded)
		if known && err == nil && hmac.Equal(claimed, want) {
			return true
		}
	}
	return false
}

// resendClass is what an event means, empty when nothing.
func resendClass(kind, bounceType, subType string, r bounce.Refusal) domain.BounceClass {
	switch kind {
	case "email.bounced":
		return amazonClass(bounceType, subType, r)
	case "email.complained":
		return domain.Complaint
	case "email.suppressed":
		return domain.BounceDead
	}
	return ""
}

// amazonClass is what SES's types of bounce mean, which Resend has taken over.
func amazonClass(bounceType, subType string, r bounce.Refusal) domain.BounceClass {
	switch subType {
	case "MailboxFull":
		return domain.BounceFull
	case "MessageTooLarge", "ContentRejected", "AttachmentRejected":
		return domain.BounceOurs
	case "NoEmail", "Suppressed", "OnAccountSuppressionList":
		if bounceType == "Permanent" {
			return domain.BounceDead
		}
	}
	switch bounceType {
	case "Permanent":
		return permanent(r)
	case "Transient", "Temporary":
		if r.Status == "5.4.4" { // the domain cannot be found, which SES takes for transient
			return domain.BounceDead
		}
		return transient(r)
	}
	return domain.BounceUnknown
}

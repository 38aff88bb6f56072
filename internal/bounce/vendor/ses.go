package vendor

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// SES is Amazon's Simple Email Service, which tells through its Simple
// Notification Service (SNS).
type SES struct {
	topics  []string
	through http.RoundTripper
	certs   certificates
}

// NewSES returns SES for notifications of some topics, by their ARN. through
// leads to Amazon.
func NewSES(topics []string, through http.RoundTripper) *SES {
	return &SES{topics: topics, through: through, certs: certificates{through: through}}
}

// Name is "ses".
func (*SES) Name() string { return "ses" }

// Read reads a notification, or confirms the subscription to a topic of ours.
func (s *SES) Read(ctx context.Context, c Call) ([]bounce.Event, error) {
	var e envelope
	if err := decode(c.Body, &e); err != nil {
		return nil, forged() // what is signed is in it
	}
	if !slices.Contains(s.topics, e.TopicArn) {
		return nil, forged()
	}
	if err := s.certs.verify(ctx, &e); err != nil {
		return nil, err
	}
	switch e.Type {
	case "SubscriptionConfirmation":
		return nil, s.confirm(ctx, &e)
	case "Notification":
		return s.notification(&e)
	}
	return nil, nil
}

// confirm says to SNS that we have asked for it, by a GET at its own server.
func (s *SES) confirm(ctx context.Context, e *envelope) error {
	if !amazon(e.SubscribeURL, "/") {
		return forged()
	}
	if _, err := get(ctx, s.through, e.SubscribeURL); err != nil {
		return fmt.Errorf("confirm the subscription to a topic of SNS: %w", err)
	}
	return nil
}

type sesMessage struct {
	NotificationType string `json:"notificationType"`
	EventType        string `json:"eventType"`
	Bounce           struct {
		Type       string         `json:"bounceType"`
		SubType    string         `json:"bounceSubType"`
		Recipients []sesRecipient `json:"bouncedRecipients"`
		Timestamp  time.Time      `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		Recipients []sesRecipient `json:"complainedRecipients"`
		Type       string         `json:"complaintFeedbackType"`
		Timestamp  time.Time      `json:"timestamp"`
	} `json:"complaint"`
	Mail struct {
		Headers []struct{ Name, Value string } `json:"headers"`
	} `json:"mail"`
}

type sesRecipient struct {
	Email      string `json:"emailAddress"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnosticCode"`
}

func (s *SES) notification(e *envelope) ([]bounce.Event, error) {
	var m sesMessage
	if err := decode([]byte(e.Message), &m); err != nil {
		return nil, err
	}
	var events []bounce.Event
	add := func(to sesRecipient, at time.Time, class domain.BounceClass, r bounce.Refusal) {
		told := event(s.Name(), e.MessageID+"/"+strconv.Itoa(len(events)), to.Email, at, class, r)
		told.MessageID = m.messageID()
		events = append(events, told)
	}
	switch m.NotificationType + m.EventType {
	case "Bounce":
		for _, to := range m.Bounce.Recipients {
			r := bounce.Refusal{Status: to.Status, Text: to.Diagnostic}
			add(to, m.Bounce.Timestamp, amazonClass(m.Bounce.Type, m.Bounce.SubType, r), r)
		}
	case "Complaint":
		if m.Complaint.Type == "not-spam" || m.Complaint.Type == "auth-failure" {
			return nil, nil
		}
		for _, to := range m.Complaint.Recipients {
			add(to, m.Complaint.Timestamp, domain.Complaint, bounce.Refusal{Text: m.Complaint.Type})
		}
	}
	return events, nil
}

// messageID is our own, if SES was told to pass headers on: its own is another.
func (m *sesMessage) messageID() string {
	for _, h := range m.Mail.Headers {
		if http.CanonicalHeaderKey(h.Name) == "Message-Id" {
			return h.Value
		}
	}
	return ""
}

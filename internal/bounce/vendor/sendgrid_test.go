package vendor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

const (
	sendgridSignature = "X-Twilio-Email-Event-Webhook-Signature"
	sendgridTime      = "X-Twilio-Email-Event-Webhook-Timestamp"
)

func sendgrid(t *testing.T) suite {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vendor.NewSendGrid(public(t, &key.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	of := func(event, kind, classification, reason string) string {
		return `[{"email":"gone@reader.example","timestamp":1795183358,"event":"` + event + `","type":"` + kind + `","bounce_classification":"` + classification + `","reason":"` + reason + `","sg_event_id":"ev"}]`
	}
	return suite{
		vendor: v,
		sign: func(body string) vendor.Call {
			sum := sha256.Sum256([]byte("1795183358" + body))
			signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
			if err != nil {
				t.Fatal(err)
			}
			h := http.Header{}
			h.Set(sendgridSignature, base64.StdEncoding.EncodeToString(signature))
			h.Set(sendgridTime, "1795183358")
			return vendor.Call{Header: h, Body: []byte(body), At: signedAt}
		},
		forge: map[string]func(*vendor.Call){
			"another body":  func(c *vendor.Call) { c.Body = append(c.Body, ' ') },
			"another time":  func(c *vendor.Call) { c.Header.Set(sendgridTime, "1795183359") },
			"no signature":  func(c *vendor.Call) { c.Header.Del(sendgridSignature) },
			"no base64":     func(c *vendor.Call) { c.Header.Set(sendgridSignature, "*") },
			"bad signature": func(c *vendor.Call) { c.Header.Set(sendgridSignature, "MEUCIQ==") },
		},
		body: `[{"email":"gone@reader.example","timestamp":1795183358,"event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 user unknown","bounce_classification":"Invalid Address","sg_event_id":"ev-0001","sg_message_id":"msg-0001.filter","smtp-id":"<weekly-2026-11-20-1700.x@lanternscreen.example>"},{"email":"a@reader.example","event":"delivered","sg_event_id":"ev-0002"}]`,
		first: bounce.Event{
			Key: "sendgrid/ev-0001", Email: "gone@reader.example", MessageID: "<weekly-2026-11-20-1700.x@lanternscreen.example>",
			At:     time.Unix(1795183358, 0).UTC(),
			Bounce: domain.Bounce{Class: domain.BounceDead, Status: "5.1.1", Reason: "550 5.1.1 user unknown", Way: "sendgrid"},
		},
		means: map[string]string{
			of("bounce", "bounce", "Invalid Address", ""):                           "gone@reader.example dead",
			of("bounce", "bounce", "Content", "550 5.1.1 user unknown"):             "gone@reader.example ours 5.1.1",
			of("bounce", "bounce", "Reputation", ""):                                "gone@reader.example ours",
			of("bounce", "bounce", "Technical", "550 5.1.1 unknown user"):           "gone@reader.example temporary 5.1.1",
			of("bounce", "bounce", "Mailbox Unavailable", "552 5.2.2 mailbox full"): "gone@reader.example full 5.2.2",
			of("bounce", "blocked", "", "550 5.1.1 user unknown"):                   "gone@reader.example temporary 5.1.1",
			of("bounce", "blocked", "", "554 5.7.1 blocked using spamhaus"):         "gone@reader.example ours 5.7.1",
			of("dropped", "", "", "Bounced Address"):                                "gone@reader.example dead",
			of("dropped", "", "", "Spam Reporting Address"):                         "gone@reader.example complaint",
			of("dropped", "", "", "Unsubscribed Address"):                           "gone@reader.example unsubscription",
			of("dropped", "", "", "Invalid SMTPAPI header"):                         "",
			of("deferred", "", "", "450 4.1.1 user unknown"):                        "",
			of("spamreport", "", "", ""):                                            "gone@reader.example complaint",
			of("unsubscribe", "", "", ""):                                           "gone@reader.example unsubscription",
			of("group_resubscribe", "", "", ""):                                     "",
			of("open", "", "", ""):                                                  "",
			`[]`:                                                                    "",
			`{}`:                                                                    "invalid",
			`[{"email":1}]`:                                                         "invalid",
		},
	}
}

func public(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func TestNewSendGrid(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "*", "c2FsdA==", public(t, &other.PublicKey)} {
		if _, err := vendor.NewSendGrid(bad); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}

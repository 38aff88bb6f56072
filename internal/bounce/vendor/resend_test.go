package vendor_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

const resendSecret = "whsec_cGFwZXItbGFudGVybnMtd2ViaG9vay1zZWNyZXQ="

func resend(t *testing.T) suite {
	t.Helper()
	v, err := vendor.NewResend(resendSecret)
	if err != nil {
		t.Fatal(err)
	}
	of := func(kind, bounceType, subType, message string) string {
		return `{"type":"` + kind + `","created_at":"2026-11-20T14:02:54.126+00:00","data":{"to":["a@reader.example"],"bounce":{"type":"` + bounceType + `","subType":"` + subType + `","message":"` + message + `"},"tags":[{"name":"x","value":"y"}]}}`
	}
	return suite{
		vendor: v,
		sign: func(body string) vendor.Call {
			mac := hmac.New(sha256.New, []byte("paper-lanterns-webhook-secret"))
			mac.Write([]byte("msg_2lantern.1795183200." + body))
			return svix("v1,c2FsdA== v2,x v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)), body)
		},
		forge: map[string]func(*vendor.Call){
			"another body":    func(c *vendor.Call) { c.Body = append(c.Body, ' ') },
			"another id":      func(c *vendor.Call) { c.Header.Set("Svix-Id", "msg_3lantern") },
			"another time":    func(c *vendor.Call) { c.Header.Set("Svix-Timestamp", "1795183201") },
			"another version": func(c *vendor.Call) { c.Header.Set("Svix-Signature", "v2"+c.Header.Get("Svix-Signature")[19:]) },
			"no signature":    func(c *vendor.Call) { c.Header.Del("Svix-Signature") },
			"no time":         func(c *vendor.Call) { c.Header.Set("Svix-Timestamp", "now") },
		},
		body: `{"type":"email.bounced","created_at":"2026-11-20T14:02:54.126Z","data":{"broadcast_id":null,"created_at":"2026-11-20T14:02:30.894Z","email_id":"56761188-0000-4000-8000-ff6fc54ce618","message_id":"<weekly-2026-11-20-1700.x@lanternscreen.example>","from":"Lantern Screen <digest@lanternscreen.example>","to":["gone@reader.example"],"subject":"Lantern Screen Weekly","bounce":{"message":"The recipient's mail server rejected the message.","subType":"General","type":"Permanent"},"tags":{"send":"2026-11-20"}}}`,
		first: bounce.Event{
			Key: "resend/msg_2lantern/0", Email: "gone@reader.example", MessageID: "<weekly-2026-11-20-1700.x@lanternscreen.example>",
			At:     time.Date(2026, 11, 20, 14, 2, 54, 126_000_000, time.UTC),
			Bounce: domain.Bounce{Class: domain.BounceDead, Reason: "The recipient's mail server rejected the message.", Way: "resend"},
		},
		stale: 5 * time.Minute,
		means: map[string]string{
			of("email.bounced", "Permanent", "General", "550 5.7.1 spam"):                       "a@reader.example ours 5.7.1",
			of("email.bounced", "Transient", "MailboxFull", ""):                                 "a@reader.example full",
			of("email.bounced", "Temporary", "General", "try later"):                            "a@reader.example temporary",
			of("email.bounced", "Transient", "ContentRejected", ""):                             "a@reader.example ours",
			of("email.bounced", "Undetermined", "", ""):                                         "a@reader.example unknown",
			of("email.bounced", "Permanent", "Suppressed", ""):                                  "a@reader.example dead",
			of("email.complained", "", "", ""):                                                  "a@reader.example complaint",
			of("email.suppressed", "", "", ""):                                                  "a@reader.example dead",
			of("email.delivery_delayed", "", "", ""):                                            "",
			of("email.opened", "", "", ""):                                                      "",
			`{"type":"email.complained","data":{"to":["a@reader.example","b@reader.example"]}}`: "a@reader.example complaint, b@reader.example complaint",
			`{"type":"email.complained","data":{"to":[]}}`:                                      "",
			`{"type":1}`: "invalid",
		},
	}
}

func svix(signature, body string) vendor.Call {
	h := http.Header{}
	h.Set("Svix-Id", "msg_2lantern")
	h.Set("Svix-Timestamp", "1795183200")
	h.Set("Svix-Signature", signature)
	return vendor.Call{Header: h, Body: []byte(body), At: signedAt}
}

// The vector of Svix's documented scheme for this secret.
func TestResendVector(t *testing.T) {
	t.Parallel()
	v, err := vendor.NewResend(resendSecret)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Read(t.Context(), svix("v1,vC9tsMkM8A72hJYzna6MH7/4yD2Wa2NmxK1MMfzrPlU=", `{"type":"email.bounced"}`)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "whsec_", "whsec_*"} {
		if _, err := vendor.NewResend(bad); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

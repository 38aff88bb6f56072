package vendor_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

const (
	topic     = "arn:aws:sns:us-east-1:111122223333:bounces"
	certURL   = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem"
	subscribe = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=abc"
)

// amazon is SNS: it signs, shows its certificate, and takes confirmations.
type amazon struct {
	key  *rsa.PrivateKey
	cert []byte

	mu    sync.Mutex
	asked []string
	down  bool
}

func newAmazon(t *testing.T) *amazon {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &amazon{key: key, cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

func (a *amazon) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.URL.String())
	body := a.cert
	if r.URL.Path == "/" {
		body = []byte("<ConfirmSubscriptionResponse/>")
	}
	status := http.StatusOK
	if a.down {
		status = http.StatusServiceUnavailable
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(string(body)))}, nil
}

// sign signs an envelope, in a version, over what its type has it.
func (a *amazon) sign(t *testing.T, e map[string]string, version string) {
	t.Helper()
	e["SignatureVersion"] = version
	keys := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if e["Type"] != "Notification" {
		keys = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var text strings.Builder
	for _, k := range keys {
		if v, ok := e[k]; ok {
			text.WriteString(k + "\n" + v + "\n")
		}
	}
	hash, digest := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	sum := digest[:]
	if version == "1" {
		old := sha1.Sum([]byte(text.String()))
		hash, sum = crypto.SHA1, old[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.key, hash, sum)
	if err != nil {
		t.Fatal(err)
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(signature)
}

func envelope(message string) map[string]string {
	return map[string]string{
		"Type": "Notification", "MessageId": "m-1", "TopicArn": topic, "Subject": "Amazon SES", "Message": message,
		"Timestamp": "2026-11-20T14:02:39.000Z", "SigningCertURL": certURL,
	}
}

func asCall(t *testing.T, e map[string]string) vendor.Call {
	t.Helper()
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return vendor.Call{Header: http.Header{}, Body: body, At: signedAt}
}

const sesBounce = `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"gone@reader.example","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}],"timestamp":"2026-11-20T14:02:38.237Z","feedbackId":"0100019a"},"mail":{"timestamp":"2026-11-20T14:02:30.000Z","messageId":"0100019a-message-000000","destination":["gone@reader.example"],"headers":[{"name":"Message-ID","value":"<weekly-2026-11-20-1700.x@lanternscreen.example>"}]}}`

func ses(t *testing.T) suite {
	t.Helper()
	a := newAmazon(t)
	v := vendor.NewSES([]string{"arn:other", topic}, a)
	resign := func(change func(e map[string]string)) func(*vendor.Call) {
		return func(c *vendor.Call) {
			e := envelope(sesBounce)
			change(e)
			if e["Signature"] == "" {
				a.sign(t, e, "2")
			}
			*c = asCall(t, e)
		}
	}
	after := func(key, value string) func(*vendor.Call) {
		return func(c *vendor.Call) {
			e := envelope(sesBounce)
			a.sign(t, e, "2")
			e[key] = value
			*c = asCall(t, e)
		}
	}
	stranger := newAmazon(t)
	of := func(kind, sub, status, diagnostic string) string {
		return `{"eventType":"Bounce","bounce":{"bounceType":"` + kind + `","bounceSubType":"` + sub + `","bouncedRecipients":[{"emailAddress":"a@reader.example","status":"` + status + `","diagnosticCode":"` + diagnostic + `"}]}}`
	}
	return suite{
		vendor: v,
		sign: func(body string) vendor.Call {
			e := envelope(body)
			a.sign(t, e, "2")
			return asCall(t, e)
		},
		forge: map[string]func(*vendor.Call){
			"another message":       after("Message", strings.Replace(sesBounce, "gone@", "mara@", 1)),
			"another time":          after("Timestamp", "2026-11-21T14:02:39.000Z"),
			"another subject":       after("Subject", "x"),
			"another version":       after("SignatureVersion", "1"),
			"unknown version":       after("SignatureVersion", "3"),
			"no base64":             after("Signature", "*"),
			"another's topic":       resign(func(e map[string]string) { e["TopicArn"] = "arn:aws:sns:us-east-1:999:bounces" }),
			"another's certificate": resign(func(e map[string]string) { stranger.sign(t, e, "2") }),
			"certificate elsewhere": resign(func(e map[string]string) {
				e["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0a.pem"
			}),
			"certificate in a bucket": resign(func(e map[string]string) {
				e["SigningCertURL"] = "https://s3.amazonaws.com/SimpleNotificationService-0a.pem"
			}),
			"certificate over http": resign(func(e map[string]string) { e["SigningCertURL"] = strings.Replace(certURL, "https", "http", 1) }),
			"certificate by login": resign(func(e map[string]string) {
				e["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0a.pem"
			}),
			"certificate at a port": resign(func(e map[string]string) {
				e["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0a.pem"
			}),
			"another path":   resign(func(e map[string]string) { e["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com/x/../a.pem" }),
			"no certificate": resign(func(e map[string]string) { e["SigningCertURL"] = "" }),
		},
		body: sesBounce,
		first: bounce.Event{
			Key: "ses/m-1/0", Email: "gone@reader.example", MessageID: "<weekly-2026-11-20-1700.x@lanternscreen.example>",
			At:     time.Date(2026, 11, 20, 14, 2, 38, 237_000_000, time.UTC),
			Bounce: domain.Bounce{Class: domain.BounceDead, Status: "5.1.1", Reason: "smtp; 550 5.1.1 user unknown", Way: "ses"},
		},
		means: map[string]string{
			of("Permanent", "NoEmail", "", ""):                             "a@reader.example dead",
			of("Permanent", "General", "", ""):                             "a@reader.example dead",
			of("Permanent", "OnAccountSuppressionList", "", ""):            "a@reader.example dead",
			of("Permanent", "General", "5.7.1", "smtp; 550 5.7.1 spam"):    "a@reader.example ours 5.7.1",
			of("Transient", "General", "5.1.1", "smtp; 550 5.1.1 no user"): "a@reader.example temporary 5.1.1",
			of("Transient", "General", "5.4.4", ""):                        "a@reader.example dead 5.4.4",
			of("Transient", "MailboxFull", "5.2.2", ""):                    "a@reader.example full 5.2.2",
			of("Transient", "ContentRejected", "", ""):                     "a@reader.example ours",
			of("Transient", "MessageTooLarge", "", ""):                     "a@reader.example ours",
			of("Undetermined", "Undetermined", "", ""):                     "a@reader.example unknown",
			`{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@reader.example"},{"emailAddress":"b@reader.example"}],"complaintFeedbackType":"abuse"}}`: "a@reader.example complaint, b@reader.example complaint",
			`{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@reader.example"}]}}`:                                                                     "a@reader.example complaint",
			`{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@reader.example"}],"complaintFeedbackType":"not-spam"}}`:                                  "",
			`{"notificationType":"Delivery"}`:                                   "",
			`{"eventType":"DeliveryDelay"}`:                                     "",
			`Successfully validated SNS topic for Amazon SES event publishing.`: "invalid",
		},
	}
}

// Both versions of SNS's signature count, with and without a subject; the
// certificate is asked for once.
func TestSESVersions(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	v := vendor.NewSES([]string{topic}, a)
	var calls sync.WaitGroup
	for _, version := range []string{"1", "2"} {
		for _, subject := range []bool{true, false} {
			e := envelope(sesBounce)
			if !subject {
				delete(e, "Subject")
			}
			a.sign(t, e, version)
			calls.Go(func() {
				if events, err := v.Read(t.Context(), asCall(t, e)); err != nil || len(events) != 1 {
					t.Errorf("version %s: %v, %v", version, events, err)
				}
			})
		}
	}
	calls.Wait()
	if !slices.Equal(a.asked, []string{certURL}) {
		t.Errorf("asked for %q", a.asked)
	}
}

// A subscription to a topic of ours is confirmed at Amazon, and nowhere else; what
// Amazon cannot answer now is told again.
func TestSESConfirms(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	v := vendor.NewSES([]string{topic}, a)
	confirmation := func(at string) vendor.Call {
		e := envelope("You have chosen to subscribe to the topic.")
		delete(e, "Subject")
		e["Type"], e["Token"], e["SubscribeURL"] = "SubscriptionConfirmation", "abc", at
		a.sign(t, e, "1")
		return asCall(t, e)
	}
	a.down = true
	if _, err := v.Read(t.Context(), confirmation(subscribe)); err == nil || errors.Is(err, domain.ErrNotEntitled) || errors.Is(err, domain.ErrInvalid) {
		t.Errorf("while Amazon is down: %v", err)
	}
	a.down = false
	if events, err := v.Read(t.Context(), confirmation(subscribe)); err != nil || len(events) != 0 {
		t.Errorf("%v, %v", events, err)
	}
	if last := a.asked[len(a.asked)-1]; last != subscribe {
		t.Errorf("asked for %q", a.asked)
	}
	before := len(a.asked)
	for _, elsewhere := range []string{"https://evil.example/", "http://sns.us-east-1.amazonaws.com/", "https://sns.us-east-1.amazonaws.com.evil.example/", ""} {
		if _, err := v.Read(t.Context(), confirmation(elsewhere)); !errors.Is(err, domain.ErrNotEntitled) {
			t.Errorf("%s: %v", elsewhere, err)
		}
	}
	if len(a.asked) != before {
		t.Errorf("asked for %q", a.asked[before:])
	}
}

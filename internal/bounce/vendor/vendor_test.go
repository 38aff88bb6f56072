package vendor_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

// signedAt is when every call of the tests was made.
var signedAt = time.Unix(1795183200, 0).UTC()

// suite is what is asked of every provider.
type suite struct {
	vendor vendor.Vendor
	sign   func(body string) vendor.Call   // as the provider does
	forge  map[string]func(c *vendor.Call) // what must not pass
	means  map[string]string               // a body → "email class status", one for each event
	first  bounce.Event                    // what the first of the bodies below means in full
	body   string                          // a bounce
	stale  time.Duration                   // a call so old is not believed; 0: any
}

func suites(t *testing.T) map[string]suite {
	return map[string]suite{"ses": ses(t), "postmark": postmark(), "sendgrid": sendgrid(t), "mailgun": mailgun(), "resend": resend(t)}
}

func TestVendors(t *testing.T) {
	t.Parallel()
	for name, s := range suites(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if s.vendor.Name() != name {
				t.Errorf("name %q", s.vendor.Name())
			}
			t.Run("good", func(t *testing.T) { s.good(t) })
			t.Run("forged", func(t *testing.T) { s.forged(t) })
			t.Run("replayed", func(t *testing.T) { s.replayed(t) })
			t.Run("stale", func(t *testing.T) { s.old(t) })
			t.Run("meanings", func(t *testing.T) { s.meanings(t) })
		})
	}
}

func (s suite) good(t *testing.T) {
	events, err := s.vendor.Read(t.Context(), s.sign(s.body))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bounce.Event{s.first}, events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// forged also changes each byte of the body that is signed.
func (s suite) forged(t *testing.T) {
	s.forge["nothing"] = func(c *vendor.Call) { c.Header, c.User, c.Password, c.Body = http.Header{}, "", "", nil }
	s.forge["no header"] = func(c *vendor.Call) {
		c.Header, c.User = http.Header{}, ""
		c.Body = bytes.ReplaceAll(c.Body, []byte("ignature"), []byte("ignatur"))
	}
	for name, forge := range s.forge {
		c := s.sign(s.body)
		forge(&c)
		if events, err := s.vendor.Read(t.Context(), c); !errors.Is(err, domain.ErrNotEntitled) || len(events) > 0 {
			t.Errorf("%s: %v, %v", name, events, err)
		}
	}
}

// replayed: what is told twice bears the same key, whatever else was changed.
func (s suite) replayed(t *testing.T) {
	c := s.sign(s.body)
	first, err := s.vendor.Read(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.vendor.Read(t.Context(), c)
	if err != nil || first[0].Key == "" || first[0].Key != again[0].Key {
		t.Errorf("%+v, then %+v, %v", first, again, err)
	}
}

func (s suite) old(t *testing.T) {
	if s.stale == 0 {
		return
	}
	for _, away := range []time.Duration{s.stale + time.Second, -6 * time.Minute} {
		c := s.sign(s.body)
		c.At = c.At.Add(away)
		if events, err := s.vendor.Read(t.Context(), c); !errors.Is(err, domain.ErrNotEntitled) {
			t.Errorf("%s later: %v, %v", away, events, err)
		}
	}
}

func (s suite) meanings(t *testing.T) {
	for body, want := range s.means {
		events, err := s.vendor.Read(t.Context(), s.sign(body))
		var got []string
		for _, e := range events {
			got = append(got, strings.TrimSpace(e.Email+" "+string(e.Bounce.Class)+" "+e.Bounce.Status))
			if e.Bounce.Way != s.vendor.Name() || strings.Contains(e.Bounce.Reason, "@") || !strings.HasPrefix(e.Key, s.vendor.Name()+"/") {
				t.Errorf("%s: %+v", body, e)
			}
		}
		said := strings.Join(got, ", ")
		if err != nil {
			said = "invalid"
			if !errors.Is(err, domain.ErrInvalid) {
				t.Errorf("%s: %v", body, err)
			}
		}
		if said != want {
			t.Errorf("%s\n\tmeans %q, want %q", body, said, want)
		}
	}
}

// Whatever is sent without a signature, nothing is believed and nothing falls over.
func FuzzVendors(f *testing.F) {
	s := map[string]vendor.Vendor{"mailgun": vendor.Mailgun{Key: "another key"}, "postmark": vendor.Postmark{User: "u", Password: "p"}}
	r, err := vendor.NewResend(resendSecret)
	if err != nil {
		f.Fatal(err)
	}
	s["resend"] = r
	s["ses"] = vendor.NewSES([]string{topic}, nowhere{})
	f.Add([]byte(mailgun().body), "u", "x", "1795183200")
	f.Add([]byte(`{"Type":"Notification","TopicArn":"`+topic+`","SigningCertURL":"https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-a.pem"}`), "svix", "v1,", "1")
	f.Fuzz(func(t *testing.T, body []byte, user, signature, at string) {
		h := http.Header{}
		h.Set("Svix-Id", user)
		h.Set("Svix-Timestamp", at)
		h.Set("Svix-Signature", signature)
		for name, v := range s {
			events, err := v.Read(context.Background(), vendor.Call{Header: h, User: user, Body: body, At: signedAt})
			if err == nil || len(events) > 0 {
				t.Errorf("%s believes %q: %v", name, body, events)
			}
		}
	})
}

// nowhere is a network without anything in it.
type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no network") }

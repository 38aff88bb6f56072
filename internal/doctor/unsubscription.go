package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	whyUnsubscribe = "Mail programs unsubscribe people by this very request (RFC 8058); where it fails they press “spam” instead."
	fewDays        = 14 * 24 * time.Hour
)

// client makes one request of each, and follows no redirect.
func (d *Doctor) client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: d.Roots, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// unsubscription does what a mail program does whose user leaves, in the name of
// nobody, over the public address.
func (d *Doctor) unsubscription(ctx context.Context) Report {
	if d.Unsubscribe == "" {
		return nil
	}
	of, err := url.Parse(d.Unsubscribe)
	if err != nil {
		return Report{{Exam: "unsubscribe", Of: "server.url", Level: Fault, Says: err.Error()}}
	}
	f := Finding{Exam: "unsubscribe", Of: of.Host, Level: Fault, Why: whyUnsubscribe}
	if of.Scheme != "https" {
		f.Level, f.Says = Warning, "is reached over plain http: mail programs do not unsubscribe there"
		f.Do, f.Paste = "Put a web server that speaks TLS in front, and say its address:", "server:\n  url: https://feeds.your-domain.example"
		return Report{f}
	}
	resp, err := d.leave(ctx) //nolint:bodyclose // leave has read and closed it
	if err != nil {
		f.Says, f.Do = "does not answer: "+reason(err), "See that the daemon runs, that the web server in front of it passes on what it gets, and that its certificate is good."
		return Report{f}
	}
	f.Says, f.Do = refusal(resp), "Let the web server in front pass POST requests for /u/ on as they are, without a login and without a redirect."
	if f.Says == "" {
		f.Level, f.Says, f.Do = OK, "unsubscribes by one click", ""
	}
	return Report{d.expiring(f, resp.TLS)}
}

// leave is RFC 8058 §3.2's request. It says who asks, so that the answer of a
// page with a login is known for what it is.
func (d *Doctor) leave(ctx context.Context) (*http.Response, error) {
	body := strings.NewReader("List-Unsubscribe=One-Click")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Unsubscribe, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := d.client().Do(req)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp, errors.Join(err, resp.Body.Close())
}

// refusal is what is wrong with an answer; empty when nothing is.
func refusal(resp *http.Response) string {
	switch {
	case resp.StatusCode/100 == 3:
		return "redirects those who unsubscribe, which mail programs do not follow"
	case resp.StatusCode/100 != 2:
		return fmt.Sprintf("answers %s to those who unsubscribe", resp.Status)
	}
	return ""
}

// expiring turns a finding into a warning where the certificate runs out.
func (d *Doctor) expiring(f Finding, state *tls.ConnectionState) Finding {
	if f.Level != OK || state == nil || len(state.PeerCertificates) == 0 {
		return f
	}
	if left := state.PeerCertificates[0].NotAfter.Sub(d.Now()); left < fewDays {
		f.Level = Warning
		f.Says = fmt.Sprintf("has a certificate that ends in %d days", int(left.Hours()/24))
		f.Do = "See that it is renewed by itself: links in old letters hang on it."
	}
	return f
}

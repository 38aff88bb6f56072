package vendor

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // what SNS signs with where it is not told otherwise (SignatureVersion 1)
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// envelope is what SNS puts around a message.
type envelope struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicArn         string
	Subject          *string
	Message          string
	Timestamp        string
	SignatureVersion string
	Signature        string
	SigningCertURL   string
	Token            string
	SubscribeURL     string
}

// signed is what the signature is over: some members, in this order.
func (e *envelope) signed() string {
	var b strings.Builder
	add := func(key, value string) { b.WriteString(key + "\n" + value + "\n") }
	add("Message", e.Message)
	add("MessageId", e.MessageID)
	if e.Type == "Notification" {
		if e.Subject != nil {
			add("Subject", *e.Subject)
		}
		add("Timestamp", e.Timestamp)
	} else {
		add("SubscribeURL", e.SubscribeURL)
		add("Timestamp", e.Timestamp)
		add("Token", e.Token)
	}
	add("TopicArn", e.TopicArn)
	add("Type", e.Type)
	return b.String()
}

// certificates are those that SNS has signed with lately.
type certificates struct {
	through http.RoundTripper

	mu    sync.Mutex
	known map[string]*x509.Certificate // by their address
}

// verify finds out whether an envelope is SNS's own: whether it is signed by the
// certificate at an address of Amazon's. domain.ErrNotEntitled when it is not.
func (c *certificates) verify(ctx context.Context, e *envelope) error {
	signature, err := base64.StdEncoding.DecodeString(e.Signature)
	if err != nil || !amazon(e.SigningCertURL, "/SimpleNotificationService-") || !strings.HasSuffix(e.SigningCertURL, ".pem") {
		return forged()
	}
	cert, err := c.get(ctx, e.SigningCertURL)
	if err != nil {
		return fmt.Errorf("certificate of SNS: %w", err)
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return forged()
	}
	hash := crypto.SHA256
	var digest []byte
	switch text := []byte(e.signed()); e.SignatureVersion {
	case "1":
		sum := sha1.Sum(text) //nolint:gosec // as above
		hash, digest = crypto.SHA1, sum[:]
	case "2":
		sum := sha256.Sum256(text)
		digest = sum[:]
	default:
		return forged()
	}
	if rsa.VerifyPKCS1v15(key, hash, digest, signature) != nil {
		return forged()
	}
	return nil
}

// maxCertificates is how many are remembered; SNS changes its own once a year.
const maxCertificates = 16

func (c *certificates) get(ctx context.Context, address string) (*x509.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock() // a storm of calls asks once
	if cert := c.known[address]; cert != nil {
		return cert, nil
	}
	text, err := get(ctx, c.through, address)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("it is not PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	if c.known == nil || len(c.known) >= maxCertificates {
		c.known = map[string]*x509.Certificate{}
	}
	c.known[address] = cert
	return cert, nil
}

// amazonHost is where SNS is.
var amazonHost = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // compiled once
	return regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)
})

// amazon reports whether an address is below a path at SNS, over https and
// without anything by which it could lead elsewhere.
func amazon(address, path string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && amazonHost().MatchString(u.Host) &&
		strings.HasPrefix(u.Path, path) && !strings.Contains(u.Path, "..")
}

// get fetches something small from Amazon. It follows no redirects.
func get(ctx context.Context, through http.RoundTripper, address string) (body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := through.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", req.URL.Host, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, 64<<10))
}

package faults

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// TestSecrecy is fault F13: servers that cannot be trusted, or do not trust us.
// Nothing is said in clear, the operator hears of it, nobody's record shows it;
// and once it is mended, everybody gets their letter.
func TestSecrecy(t *testing.T) {
	t.Parallel()
	const logIn = ", user: mara, password: top-secret"
	trusted, others := newCertificate(t, net.IPv4(127, 0, 0, 1)), newCertificate(t, net.IPv4(192, 0, 2, 1))
	for name, c := range map[string]struct {
		server manners
		tls    string
		smtp   string
		says   string
		mended bool // in the end
		rests  bool // the relay does, until the operator says otherwise
	}{
		"STARTTLS stripped": {server: manners{offer: pipelined}, tls: "starttls", says: "offers no STARTTLS"},
		"STARTTLS refused": {
			server: manners{offer: []string{"STARTTLS"}, answer: at("STARTTLS", testkit.SinkAnswer{Say: "454 4.7.0 TLS not available"})},
			tls:    "starttls", says: "454 4.7.0",
		},
		"unknown authority":       {server: manners{secret: trusted}, tls: "implicit", says: "certificate"},
		"somebody else's":         {server: manners{secret: others}, tls: "implicit", smtp: ", ca: ca.pem", says: "certificate"},
		"no TLS":                  {server: manners{offer: pipelined}, tls: "implicit", says: "does not begin with TLS"},
		"no AUTH":                 {server: manners{secret: trusted}, tls: "implicit", smtp: ", ca: ca.pem" + logIn, says: "offers no AUTH"},
		"password refused":        {server: auth(trusted, "535 5.7.8 Bad credentials"), tls: "implicit", smtp: ", ca: ca.pem" + logIn, says: "535 5.7.8", mended: true},
		"password not looked up":  {server: auth(trusted, "454 4.7.0 Try again"), tls: "implicit", smtp: ", ca: ca.pem" + logIn, says: "454 4.7.0", mended: true},
		"password not asked for":  {server: manners{secret: trusted, answer: at("MAIL", testkit.SinkAnswer{Say: "530 5.7.0 Log in first"})}, tls: "implicit", smtp: ", ca: ca.pem", says: "530 5.7.0", mended: true, rests: true},
		"an address of no others": {server: manners{answer: at("MAIL", testkit.SinkAnswer{Say: "550 5.7.1 Not your domain"})}, tls: "none", says: "550 5.7.1", mended: true, rests: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var heard transcript
			c.server.heard = &heard
			w := newWitness(t, c.server)
			h := settleIn(t, w, rules{patrons: 50, tls: c.tls, smtp: c.smtp})
			h.write(t, "ca.pem", string(pemOf(c.server.secret)))
			h.moveIn(t)
			h.refused(t, c.says, "digest", "send", "weekly", "--at", slot)
			if said := heard.String(); strings.Contains(said, "patron") || strings.Contains(said, "DATA") ||
				c.server.secret == nil && strings.Contains(said, "AUTH") {
				t.Errorf("the server heard\n%s", said)
			}
			h.settle(t, account{pending: h.patrons})
			if got := fmt.Sprint(h.reasons(t)); got != fmt.Sprintf("map[queued:%d]", h.patrons) {
				t.Errorf("the ledger says %s", got)
			}
			if rests := strings.Contains(h.must(t, "status"), "relay main"); rests != c.rests {
				t.Errorf("the relay rests: %t", rests)
			}
			if c.rests {
				h.must(t, "mail", "resume", "relay main")
			}
			if c.mended {
				w.turn(at("AUTH", testkit.SinkAnswer{Say: "235 2.7.0 Welcome"}))
				h.finish(t)
				h.settle(t, h.everybody(crashes{}))
			}
		})
	}
}

// auth is a server that asks who is there, and then says so.
func auth(secret *tls.Certificate, say string) manners {
	return manners{secret: secret, offer: []string{"AUTH PLAIN"}, answer: at("AUTH", testkit.SinkAnswer{Say: say})}
}

// transcript is what all clients say.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (s *transcript) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

// String is all of it.
func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// newCertificate is one that vouches for itself, for an address.
func newCertificate(t *testing.T, ip net.IP) *tls.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{ip}, IsCA: true, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: private}
}

// pemOf is a certificate for a file; none is as good as any.
func pemOf(c *tls.Certificate) []byte {
	if c == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})
}

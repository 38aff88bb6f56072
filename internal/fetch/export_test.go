package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"net"

	"code.dny.dev/ssrf"
)

// Trust makes the client accept a test server's certificate.
func (c *Client) Trust(roots *x509.CertPool) {
	c.transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

// AnyPort leaves the judgement to the address alone.
func (c *Client) AnyPort() { c.guard.public = ssrf.New(ssrf.WithAnyPort()) }

// Resolve makes the client ask another name server.
func (c *Client) Resolve(r *net.Resolver) { c.dialer.Resolver = r }

var Control = func(network, address string) error { return newGuard(nil).control(network, address, nil) }

package fetch

import (
	"context"
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

// Seem makes every server look as if it were at an address.
func (c *Client) Seem(addr net.Addr) {
	dial := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, to string) (net.Conn, error) {
		conn, err := dial(ctx, network, to)
		return seeming{conn, addr}, err
	}
}

type seeming struct {
	net.Conn
	addr net.Addr
}

func (s seeming) RemoteAddr() net.Addr { return s.addr }

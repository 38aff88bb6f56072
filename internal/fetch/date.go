package fetch

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// hear passes on what a server on the web takes the time for (RFC 9110 §6.6.1),
// and how long the answer has lain in caches since (RFC 9111 §5.1).
func (c *Client) hear(from net.Addr, answer *http.Response) {
	if c.cfg.Heard == nil || !c.guard.foreign(from) {
		return
	}
	at, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return
	}
	age, _ := strconv.Atoi(answer.Header.Get("Age")) // without one it is as fresh as it says
	c.cfg.Heard(answer.Request.URL.Hostname(), at.Add(time.Duration(max(age, 0))*time.Second))
}

// foreign reports whether an address is on the web and not in a network of ours.
func (g *guard) foreign(a net.Addr) bool {
	if a == nil {
		return false
	}
	to, err := netip.ParseAddrPort(a.String())
	ip := to.Addr().Unmap()
	return err == nil && !g.allowed(ip) && ip.IsGlobalUnicast() && !ip.IsPrivate()
}

package fetch

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard refuses connections to addresses that are no business of strangers:
// everything IANA calls special, what embeds it (IPv4-mapped, 6to4, Teredo,
// NAT64), and every port but 80 and 443.
type guard struct {
	allow  []netip.Prefix
	public *ssrf.Guardian
}

func newGuard(allow []netip.Prefix) *guard {
	return &guard{allow: allow, public: ssrf.New()}
}

// control is a net.Dialer's Control. It sees the address that is about to be
// connected to, after names were resolved, so that no name server and no
// redirect can talk us into another one.
func (g *guard) control(network, address string, conn syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err == nil && g.allowed(to.Addr()) {
		return nil
	}
	if err := g.public.Safe(network, address, conn); err != nil {
		return fmt.Errorf("%w; if it is yours, allow its network under fetch.allow", err)
	}
	return nil
}

func (g *guard) allowed(ip netip.Addr) bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(ip) })
}

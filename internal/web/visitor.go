package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the operator's own networks: what a proxy there says of where a
// request came from is believed. Anybody else could say anything.
type Proxies []netip.Prefix

// Visitor is the network that a request came from, for counting: an address of
// IPv4, and of IPv6 the /64 that a household has. It is the zero Prefix when
// nobody knows.
func (p Proxies) Visitor(r *http.Request) netip.Prefix {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	from := peer.Addr()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.Trust(from); i-- { // each proxy adds its peer at the end
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		from = hop
	}
	return network(from)
}

// Trust reports whether an address is in one of the networks.
func (p Proxies) Trust(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, trusted := range p {
		if trusted.Contains(a) {
			return true
		}
	}
	return false
}

func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked()
}

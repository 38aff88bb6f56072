package config

import (
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v4"
)

type fetchKeys struct {
	Contact string   `yaml:"contact"`
	Allow   []string `yaml:"allow"`
}

func (r *reader) fetch(node *yaml.Node) Fetch {
	at := path{"fetch"}
	var k fetchKeys
	r.decode(node, at, &k)
	if strings.Contains(k.Contact, "@") {
		r.mailAddress(k.Contact, at.Key("contact"))
	} else {
		r.webAddress(k.Contact, at.Key("contact"))
	}
	for i, network := range k.Allow {
		r.network(network, at.Key("allow").Element(i))
	}
	return Fetch(k)
}

// network reads an address range in CIDR notation (RFC 4632 §3.1).
func (r *reader) network(s string, at path) netip.Prefix {
	if ip, err := netip.ParseAddr(s); err == nil {
		r.mistake(at, "%s is one address: write the network %s/%d", s, s, ip.BitLen())
		return netip.Prefix{}
	}
	prefix, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		r.mistake(at, "%q is no network: write it in CIDR form, as in 192.168.1.0/24", s)
	case prefix != prefix.Masked():
		r.mistake(at, "%s is no network's first address: write %s", s, prefix.Masked())
	}
	return prefix
}

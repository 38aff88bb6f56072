package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

type serverKeys struct {
	Listen  string   `yaml:"listen"`
	URL     string   `yaml:"url"`
	Proxies []string `yaml:"proxies"`
	Hub     string   `yaml:"hub"`
}

func (r *reader) server(node *yaml.Node, s Server) Server {
	at := path{"server"}
	k := serverKeys{Listen: s.Listen}
	r.decode(node, at, &k)
	host, port, err := net.SplitHostPort(k.Listen)
	if _, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil {
		r.mistake(at.Key("listen"), "%q is no place to listen: write HOST:PORT, as in 127.0.0.1:8080, or :8080 for every interface", k.Listen)
	}
	r.webAddress(k.URL, at.Key("url"))
	r.webAddress(k.Hub, at.Key("hub"))
	if k.URL == "" {
		k.URL = "http://" + net.JoinHostPort(reachable(host), port)
	}
	return Server{Listen: k.Listen, URL: strings.TrimRight(k.URL, "/"), Hub: k.Hub, Proxies: r.proxies(k.Proxies, s, at.Key("proxies"))}
}

// proxies are the networks that the file names, if it does.
func (r *reader) proxies(networks []string, s Server, at path) []netip.Prefix {
	if networks == nil {
		return s.Proxies
	}
	proxies := []netip.Prefix{}
	for i, network := range networks {
		proxies = append(proxies, r.network(network, at.Element(i)))
	}
	return proxies
}

// reachable is a host under which what listens on host can be reached from the
// same machine.
func reachable(host string) string {
	ip, err := netip.ParseAddr(host)
	if host == "" || err == nil && ip.IsUnspecified() {
		return "localhost"
	}
	return host
}

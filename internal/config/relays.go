package config

import (
	"cmp"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

type relayKeys struct {
	Transport  string `yaml:"transport"`
	limitsKeys `yaml:",inline"`
}

type limitsKeys struct {
	Connections int     `yaml:"connections"`
	Messages    int     `yaml:"messages"`
	Rate        float64 `yaml:"rate"`
}

type spareKeys struct {
	Name      string `yaml:"name"`
	relayKeys `yaml:",inline"`
}

type domainKeys struct {
	Connections int     `yaml:"connections"`
	Rate        float64 `yaml:"rate"`
}

// maxConnections is more than any relay bears from one sender.
const maxConnections = 64

func keysOf(r Relay) relayKeys {
	return relayKeys{r.Transport, limitsKeys{r.Limits.Connections, r.Limits.Messages, r.Limits.Rate}}
}

// relay checks what all relays have.
func (r *reader) relay(k relayKeys, name string, at path) Relay {
	r.required(k.Transport, at.Key("transport"), "how mail leaves, such as smtp, or remove the key")
	if k.Connections < 1 || k.Connections > maxConnections {
		r.mistake(at.Key("connections"), "%d is out of range: write a number from 1 to %d", k.Connections, maxConnections)
	}
	if k.Messages < 0 {
		r.mistake(at.Key("messages"), "%d is out of range: write how many letters a connection carries, or 0 for any number", k.Messages)
	}
	r.rate(k.Rate, at.Key("rate"))
	return Relay{Name: name, Transport: k.Transport, Limits: Limits{k.Connections, k.Messages, k.Rate}}
}

func (r *reader) rate(perSecond float64, at path) {
	if !(perSecond >= 0) {
		r.mistake(at, "%v is out of range: write how many letters a second, such as 10 or 0.5, or 0 for no limit", perSecond)
	}
}

// spares are the relays that carry on when those before them cannot be had. The
// keys of an entry that are not every relay's are its transport's.
func (r *reader) spares(list listed, at path) []Relay {
	var all []Relay
	names := map[string]bool{defaultRelay().Name: true}
	for i, e := range elements(list, at) {
		k := spareKeys{relayKeys: keysOf(defaultRelay())}
		opts := r.options(e, &k)
		name := cmp.Or(k.Name, fmt.Sprintf("spare-%d", i+1))
		if names[name] {
			r.mistake(e.at.Key("name"), "%q is another relay's name: write a different one", name)
		}
		names[name] = true
		relay := r.relay(k.relayKeys, name, e.at)
		relay.Options = opts
		all = append(all, relay)
	}
	return all
}

// domains are the limits towards recipients' domains, by their names in lower
// case; "*" is for all that are not named.
func (r *reader) domains(node *yaml.Node, at path) map[string]Limits {
	all := map[string]Limits{}
	for _, e := range r.entries(node, at) {
		var k domainKeys
		r.decode(e.node, e.at, &k)
		if strings.ContainsAny(e.name, " @/") || e.name != "*" && !strings.Contains(e.name, ".") {
			r.mistake(e.at, `is no domain: write what stands behind the @ of addresses, such as example.org, or "*" for all others`)
		}
		if k.Connections < 0 || k.Connections > maxConnections {
			r.mistake(e.at.Key("connections"), "%d is out of range: write a number from 1 to %d, or 0 for no limit", k.Connections, maxConnections)
		}
		r.rate(k.Rate, e.at.Key("rate"))
		all[strings.ToLower(e.name)] = Limits{Connections: k.Connections, Rate: k.Rate}
	}
	return all
}

package config

import (
	"net"
	"net/mail"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
	"marquee/internal/yamlfile"
)

type dkimKeys struct {
	Selector string `yaml:"selector"`
	Key      Secret `yaml:"key"`
}

type inboundKeys struct {
	Address string `yaml:"address"`
	Listen  string `yaml:"listen"`
	LMTP    bool   `yaml:"lmtp"`
	Maildir string `yaml:"maildir"`
}

// dkim reads the keys that sign letters. A selector is a DNS label, or several
// (RFC 6376 §3.1).
func (r *reader) dkim(list listed, at path) []DKIM {
	label := regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
	seen := map[string]bool{}
	var all []DKIM
	for _, e := range elements(list, at) {
		var k dkimKeys
		r.decode(e.node, e.at, &k)
		switch {
		case !r.required(k.Selector, e.at.Key("selector"), "the key's name in the DNS, such as m2026"):
		case !label.MatchString(k.Selector) || len(k.Selector) > 63:
			r.mistake(e.at.Key("selector"), "%q is no selector: write letters, digits and -, such as m2026", k.Selector)
		case seen[strings.ToLower(k.Selector)]:
			r.mistake(e.at.Key("selector"), "%q has a key already: give each key a selector of its own", k.Selector)
		}
		seen[strings.ToLower(k.Selector)] = true
		if k.Key.IsZero() {
			r.mistake(e.at.Key("key"), "missing: make a key with marquee mail key, and name its file with key_file")
		}
		all = append(all, DKIM(k))
	}
	return all
}

// inbound reads where mail comes back to. Without an address nothing does.
func (r *reader) inbound(node *yaml.Node, at path, in Inbound) Inbound {
	k := inboundKeys{}
	r.decode(node, at, &k)
	if yamlfile.IsNull(node) {
		return in
	}
	k.Maildir = r.Abs(k.Maildir)
	switch {
	case k.Listen == "" && k.Maildir != "":
		k.Listen = ListenNone
	case k.Listen == "":
		k.Listen = in.Listen
	}
	if r.required(k.Address, at.Key("address"), "the address that mail comes back to, such as return@in.lanternscreen.example") {
		a, err := mail.ParseAddress(k.Address)
		if err != nil || a.Address != k.Address || strings.ContainsAny(k.Address, `+" `) {
			r.mistake(at.Key("address"), "is no plain mail address: write it without a name and without +, as in return@in.lanternscreen.example")
		}
		if local, _, _ := domain.CutAddress(k.Address); len(local) > maxInboundLocal {
			r.mistake(at.Key("address"), "leaves no room for a token: write at most %d letters before the @", maxInboundLocal)
		}
	}
	if _, _, err := net.SplitHostPort(k.Listen); err != nil && k.Listen != ListenNone {
		r.mistake(at.Key("listen"), "%q is no place to listen: write host:port, such as 127.0.0.1:2525, or none", k.Listen)
	}
	return Inbound(k)
}

// maxInboundLocal leaves room for "+" and a token within the 64 octets of a
// local part (RFC 5321 §4.5.3.1.1).
const maxInboundLocal = 16

package config

import (
	"net/textproto"
	"regexp"

	"go.yaml.in/yaml/v4"

	"marquee/internal/yamlfile"
)

// How the operator's pages are reached.
const (
	AdminSecure = "secure" // from this machine, and from afar over TLS
	AdminLocal  = "local"  // from this machine alone
	AdminOpen   = "open"   // also over plain HTTP
	AdminOff    = "off"    // not at all
)

type adminKeys struct {
	Access string    `yaml:"access"`
	Proxy  yaml.Node `yaml:"proxy_login"`
}

type proxyLoginKeys struct {
	Header   string `yaml:"header"`
	Identity string `yaml:"identity"`
}

func (r *reader) admin(node *yaml.Node, a Admin) Admin {
	at := path{"admin"}
	k := adminKeys{Access: a.Access}
	r.decode(node, at, &k)
	r.oneOf(k.Access, at.Key("access"), []string{AdminSecure, AdminLocal, AdminOpen, AdminOff})
	a.Access = k.Access
	if yamlfile.IsNull(&k.Proxy) {
		return a
	}
	login, in := proxyLoginKeys{}, at.Key("proxy_login")
	r.decode(&k.Proxy, in, &login)
	r.required(login.Identity, in.Key("identity"), "what the header says when it is you, such as mara@lanternscreen.example")
	if r.required(login.Header, in.Key("header"), "the header in which the proxy tells who is logged in, such as X-Forwarded-User") &&
		!regexp.MustCompile(`^[A-Za-z0-9-]+$`).MatchString(login.Header) {
		r.mistake(in.Key("header"), "%q is no name of a header: write X-Forwarded-User", login.Header)
	}
	a.Header, a.Identity = textproto.CanonicalMIMEHeaderKey(login.Header), login.Identity
	return a
}

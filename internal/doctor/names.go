package doctor

import (
	"context"
	"fmt"
	"net"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

const whyNames = "Receivers refuse servers whose address has no name, or a name that does not lead back to it."

// names examines whether the addresses that letters come from have names.
func (d *Doctor) names(ctx context.Context) Report {
	var r Report
	for _, relay := range d.Relays {
		r = append(r, d.named(ctx, relay.Server)...)
	}
	return r
}

func (d *Doctor) named(ctx context.Context, server mail.Server) Report {
	addresses, err := d.sending(ctx, server)
	if err != nil {
		return Report{unasked("names", server.Host, err)}
	}
	if len(addresses) == 0 && server.Local() {
		return Report{{
			Exam: "names", Of: server.HELO, Level: Warning, Says: "is what this machine calls itself, and has no public address in the DNS", Why: whyNames,
			Do: "Unless your mail server hands letters to another relay: give this machine a name in the DNS, and say it:", Paste: "mail:\n  smtp:\n    helo: mail.your-domain.example",
		}}
	}
	var r Report
	for _, a := range addresses {
		r = append(r, d.leadsBack(ctx, server, a))
	}
	return r
}

// leadsBack examines an address's name (RFC 1912 §2.1). At somebody else's relay it is
// theirs to mend.
func (d *Doctor) leadsBack(ctx context.Context, server mail.Server, address net.IP) Finding {
	f := Finding{Exam: "names", Of: address.String(), Level: Warning, Why: whyNames, Do: "Have whoever runs " + server.Host + " see to it; letters may leave from other addresses."}
	if server.Local() {
		f.Level, f.Do = Fault, fmt.Sprintf("Have your provider set the reverse record of %s to %s.", address, server.HELO)
	}
	names, err := d.Resolver.LookupAddr(ctx, address.String())
	if err != nil && !absent(err) {
		return unasked("names", address.String(), err)
	}
	for _, name := range names {
		if d.resolves(ctx, name, address) {
			return Finding{Exam: "names", Of: address.String(), Level: OK, Says: "is called " + strings.TrimSuffix(name, ".") + ", and that leads back", Why: whyNames}
		}
	}
	f.Says = "has no name (a PTR record)"
	if len(names) > 0 {
		f.Says = "is called " + strings.TrimSuffix(names[0], ".") + ", which does not lead back to it"
	}
	return f
}

func (d *Doctor) resolves(ctx context.Context, name string, address net.IP) bool {
	found, err := d.Resolver.LookupIPAddr(ctx, name)
	if err != nil {
		return false
	}
	for _, a := range found {
		if a.IP.Equal(address) {
			return true
		}
	}
	return false
}

const whyReturns = "Answers and bounces come to this domain; mail from one that takes none is refused by many."

// returns examines whether mail can come back to the sender and to where bounces
// go.
func (d *Doctor) returns(ctx context.Context) Report {
	r := Report{d.takesMail(ctx, domain.HostOf(d.From), Warning)}
	if bounces := d.bounceDomain(); bounces != domain.HostOf(d.From) {
		r = append(r, d.takesMail(ctx, bounces, Fault))
	}
	return r
}

// takesMail examines a domain's MX records, or the address that stands in for
// them (RFC 5321 §5.1). A lone dot is a domain that takes none (RFC 7505).
func (d *Doctor) takesMail(ctx context.Context, host string, level Level) Finding {
	f := Finding{Exam: "mx", Of: host, Level: OK, Why: whyReturns}
	servers, err := d.Resolver.LookupMX(ctx, host)
	if err != nil && !absent(err) {
		return unasked("mx", host, err)
	}
	if len(servers) == 1 && servers[0].Host == "." {
		f.Level, f.Says, f.Do = level, "says that it takes no mail", "Remove its empty MX record, and name a mail server."
		return f
	}
	for _, s := range servers {
		if found, err := d.Resolver.LookupIPAddr(ctx, s.Host); err == nil && len(found) > 0 {
			f.Says = "takes mail at " + strings.TrimSuffix(s.Host, ".")
			return f
		}
	}
	if found, err := d.Resolver.LookupIPAddr(ctx, host); len(servers) == 0 && err == nil && len(found) > 0 {
		f.Says = "takes mail at its own address"
		return f
	}
	f.Level, f.Says = level, "takes no mail: it has no mail server in the DNS"
	f.Do, f.Paste = "Name the server that takes it:", host+". IN MX 10 mail."+organisation(host)+"."
	return f
}

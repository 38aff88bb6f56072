package doctor

import (
	"context"
	"errors"

	"github.com/emersion/go-msgauth/dmarc"
	"golang.org/x/net/publicsuffix"

	"marquee/internal/domain"
)

const whyDMARC = "It says that mail from your domain is yours; Google, Yahoo and Microsoft ask it of everyone who sends much (RFC 7489)."

// dmarc examines the policy of the From domain, and whether what authenticates
// letters is aligned with it.
func (d *Doctor) dmarc(ctx context.Context) Report {
	host := domain.HostOf(d.From)
	policy, err := d.policy(ctx, host)
	f := Finding{Exam: "dmarc", Of: host, Level: Warning, Why: whyDMARC}
	if d.isBulk() {
		f.Level = Fault
	}
	switch {
	case errors.Is(err, dmarc.ErrNoPolicy):
		f.Says, f.Do = "has no DMARC record", "Put this record into the DNS; reports come to the address in it:"
		f.Paste = record("_dmarc."+organisation(host), "v=DMARC1; p=none; rua=mailto:"+d.From)
		return Report{f}
	case err != nil && dmarc.IsTempFail(err):
		return Report{unasked("dmarc", host, err)}
	case err != nil:
		f.Level, f.Says = Fault, "has a DMARC record that cannot be read: "+err.Error()
		f.Do, f.Paste = "Write it so:", record("_dmarc."+organisation(host), "v=DMARC1; p=none; rua=mailto:"+d.From)
		return Report{f}
	}
	return Report{d.alignment(host, policy)}
}

// policy is that of a domain, or of the organisation that it belongs to
// (RFC 7489 §6.6.3).
func (d *Doctor) policy(ctx context.Context, host string) (*dmarc.Record, error) {
	options := &dmarc.LookupOptions{LookupTXT: func(name string) ([]string, error) { return d.Resolver.LookupTXT(ctx, name) }}
	found, err := dmarc.LookupWithOptions(host, options)
	if parent := organisation(host); errors.Is(err, dmarc.ErrNoPolicy) && parent != host {
		return dmarc.LookupWithOptions(parent, options)
	}
	return found, err
}

// alignment is whether a passing SPF or DKIM counts for the From domain
// (RFC 7489 §3.1). Signatures are made in its very name.
func (d *Doctor) alignment(host string, policy *dmarc.Record) Finding {
	bounces := d.bounceDomain()
	signed := len(d.Keys) > 0
	aligned := bounces == host || policy.SPFAlignment != dmarc.AlignmentStrict && organisation(bounces) == organisation(host)
	f := Finding{Exam: "dmarc", Of: host, Level: OK, Says: "has a policy (" + string(policy.Policy) + ") that letters comply with", Why: whyDMARC}
	switch {
	case aligned || signed:
	case policy.Policy == dmarc.PolicyNone:
		f.Level, f.Says = Warning, "has a policy, but bounces go to "+bounces+" and letters are unsigned: nothing counts for it"
		f.Do = "Sign letters (marquee mail key), or let mail.inbound.address be below " + organisation(host) + "."
	default:
		f.Level, f.Says = Fault, "tells receivers to refuse your letters: they are unsigned, and bounces go to "+bounces
		f.Do = "Sign letters (marquee mail key), or let mail.inbound.address be below " + organisation(host) + "."
	}
	return f
}

// organisation is the domain that somebody registered.
func organisation(host string) string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return registered
}

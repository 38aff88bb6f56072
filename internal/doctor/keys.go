package doctor

import (
	"context"
	"fmt"
	"strings"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

const whyDKIM = "A signature is what survives forwarding, and what providers build a sender's reputation on (RFC 6376)."

// keys compares the keys that sign letters with those that the DNS shows.
func (d *Doctor) keys(ctx context.Context) Report {
	host := domain.HostOf(d.From)
	if len(d.Keys) == 0 {
		return Report{{
			Exam: "dkim", Of: host, Level: Warning, Says: "letters leave unsigned, unless your relay signs them as " + host, Why: whyDKIM,
			Do:    "Make a key and follow what it prints, or send a letter to yourself and see that it says dkim=pass:",
			Paste: "marquee mail key " + fmt.Sprintf("m%d", d.Now().Year()),
		}}
	}
	var r Report
	for _, k := range d.Keys {
		r = append(r, d.key(ctx, host, k))
	}
	return r
}

// key compares one.
func (d *Doctor) key(ctx context.Context, host string, k dkim.Key) Finding {
	name, value, err := dkim.Record(host, k)
	if err != nil {
		return Finding{Exam: "dkim", Of: k.Selector, Level: Fault, Says: "the key cannot be published: " + err.Error(), Why: whyDKIM}
	}
	published, err := d.Resolver.LookupTXT(ctx, name)
	if err != nil && !absent(err) {
		return unasked("dkim", name, err)
	}
	f := Finding{
		Exam: "dkim", Of: name, Level: Fault, Why: whyDKIM,
		Do: "Put this record into the DNS, in place of what is there:", Paste: name + ". IN TXT " + dkim.Quoted(value),
	}
	switch theirs := publicKey(published); {
	case len(published) == 0:
		f.Says, f.Do = "is not in the DNS: letters are signed, and nobody can tell", "Put this record into the DNS:"
	case len(published) > 1:
		f.Says = fmt.Sprintf("has %d records where there must be one", len(published))
	case theirs == "":
		f.Says = "is revoked: its record holds no key"
	case theirs != publicKey([]string{value}):
		f.Says = "shows another key than the one that signs: every signature fails"
	default:
		return Finding{Exam: "dkim", Of: name, Level: OK, Says: "shows the key that signs", Why: whyDKIM}
	}
	return f
}

// publicKey is a record's p= without blanks (RFC 6376 §3.6.1).
func publicKey(records []string) string {
	for _, r := range records {
		for tag := range strings.SplitSeq(r, ";") {
			if name, value, _ := strings.Cut(tag, "="); strings.TrimSpace(name) == "p" {
				return strings.Join(strings.Fields(value), "")
			}
		}
	}
	return ""
}

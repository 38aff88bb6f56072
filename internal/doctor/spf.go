package doctor

import (
	"context"
	"fmt"
	"net"
	"strings"

	"blitiri.com.ar/go/spf"

	"marquee/internal/mail"
)

const whySPF = "Receivers ask the DNS of the sending domain which servers may send for it (RFC 7208)."

// spf examines the record of the envelope sender's domain for every relay.
func (d *Doctor) spf(ctx context.Context) Report {
	host := d.bounceDomain()
	records, err := d.policies(ctx, host)
	if err != nil {
		return Report{unasked("spf", host, err)}
	}
	f := Finding{Exam: "spf", Of: host, Level: Fault, Why: whySPF}
	switch len(records) {
	case 0:
		f.Says = "has no SPF record"
		f.Do, f.Paste = "Put this record into the DNS:", record(host, "v=spf1 "+d.admissions()+" ~all")
		return Report{f}
	case 1:
	default:
		f.Says = fmt.Sprintf("has %d SPF records, which counts as having none (RFC 7208 §4.5)", len(records))
		f.Do = "Join them into one that holds the parts of all."
		return Report{f}
	}
	if admitsAll(records[0]) {
		f.Says, f.Do = "lets the whole world send in its name", "Replace +all in this record by ~all:"
		f.Paste = record(host, records[0])
		return Report{f}
	}
	var r Report
	for _, relay := range d.Relays {
		r = append(r, d.admitted(ctx, host, records[0], relay))
	}
	return r
}

// policies are a domain's SPF records.
func (d *Doctor) policies(ctx context.Context, host string) ([]string, error) {
	texts, err := d.Resolver.LookupTXT(ctx, host)
	if err != nil && !absent(err) {
		return nil, err
	}
	var found []string
	for _, t := range texts {
		if word, _, _ := strings.Cut(strings.ToLower(t), " "); word == "v=spf1" {
			found = append(found, t)
		}
	}
	return found, nil
}

// admitsAll reports whether a record passes everybody.
func admitsAll(policy string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(policy)) {
		if word == "all" || word == "+all" {
			return true
		}
	}
	return false
}

// admitted examines whether a domain's record admits a relay.
func (d *Doctor) admitted(ctx context.Context, host, policy string, relay Relay) Finding {
	f := Finding{Exam: "spf", Of: host, Level: OK, Says: "admits " + relay.Server.Host, Why: whySPF}
	include := includeOf(relay.Server.Host)
	if include != "" && d.includes(ctx, policy, include, 10) {
		return f
	}
	result, err := d.checkHost(ctx, relay.Server, host)
	if result == spf.Pass {
		return f
	}
	if result == spf.TempError {
		return unasked("spf", host, err)
	}
	if result == spf.PermError {
		f.Level, f.Says = Fault, "has an SPF record that receivers cannot use: "+err.Error()
		f.Do, f.Paste = "Mend this record; it may ask the DNS ten times at most (RFC 7208 §4.6.4):", record(host, policy)
		return f
	}
	f.Do, f.Paste = "Write the record so:", record(host, admitting(policy, d.admission(relay.Server)))
	if include != "" || result == spf.Fail {
		f.Level, f.Says = Fault, "does not admit "+relay.Server.Host
		return f
	}
	f.Level, f.Says = Warning, "does not name "+relay.Server.Host+", unless it sends from other addresses"
	f.Do = "If its manual names something to include, include that. Else write the record so:"
	return f
}

// includes reports whether a record includes another one, itself or through those
// that it includes.
func (d *Doctor) includes(ctx context.Context, policy, wanted string, depth int) bool {
	for word := range strings.FieldsSeq(strings.ToLower(policy)) {
		name, ok := strings.CutPrefix(strings.TrimLeft(word, "+?~"), "include:")
		if !ok {
			name, ok = strings.CutPrefix(word, "redirect=")
		}
		if !ok || depth == 0 {
			continue
		}
		if name == wanted {
			return true
		}
		if further, err := d.policies(ctx, name); err == nil && len(further) == 1 && d.includes(ctx, further[0], wanted, depth-1) {
			return true
		}
	}
	return false
}

// checkHost evaluates the record for each of a server's addresses, as receivers
// do, and returns the worst result; none when it has no address.
func (d *Doctor) checkHost(ctx context.Context, server mail.Server, host string) (spf.Result, error) {
	addresses, err := d.sending(ctx, server)
	if err != nil {
		return spf.TempError, err
	}
	if len(addresses) == 0 {
		return spf.None, nil
	}
	for _, a := range addresses {
		result, err := spf.CheckHostWithSender(a, server.HELO, "bounces@"+host, spf.WithContext(ctx), spf.WithResolver(d.Resolver))
		if result != spf.Pass {
			return result, err
		}
	}
	return spf.Pass, nil
}

// sending are the addresses that receivers see: those of the relay, or of this
// machine when the relay is on it.
func (d *Doctor) sending(ctx context.Context, server mail.Server) ([]net.IP, error) {
	name := server.Host
	if server.Local() {
		name = server.HELO
	}
	found, err := d.Resolver.LookupIPAddr(ctx, name)
	if err != nil && !absent(err) {
		return nil, err
	}
	var addresses []net.IP
	for _, a := range found {
		if a.IP.IsGlobalUnicast() {
			addresses = append(addresses, a.IP)
		}
	}
	return addresses, nil
}

// admission is what admits a server: what its provider says, or its addresses.
func (d *Doctor) admission(server mail.Server) string {
	if include := includeOf(server.Host); include != "" {
		return "include:" + include
	}
	name := server.Host
	if server.Local() {
		name = server.HELO
	}
	if ip := net.ParseIP(name); ip != nil {
		if ip.To4() == nil {
			return "ip6:" + name
		}
		return "ip4:" + name
	}
	return "a:" + name
}

// admissions admit all relays.
func (d *Doctor) admissions() string {
	var words []string
	for _, relay := range d.Relays {
		words = append(words, d.admission(relay.Server))
	}
	return strings.Join(words, " ")
}

// admitting is a record with one more part, before what it says of all others.
func admitting(policy, part string) string {
	words := strings.Fields(policy)
	for i, w := range words {
		w = strings.ToLower(w)
		if strings.HasSuffix(w, "all") && len(w) <= len("~all") || strings.HasPrefix(w, "redirect=") {
			return strings.Join(append(append(append([]string{}, words[:i]...), part), words[i:]...), " ")
		}
	}
	return policy + " " + part
}

// record is a TXT record as a zone file holds it.
func record(name, value string) string { return fmt.Sprintf("%s. IN TXT %q", name, value) }

package doctor

import "strings"

// provider is a mail service: what its servers' names end in, and what SPF
// records of its customers include.
type provider struct{ suffix, include string }

// providers are services whose outgoing addresses are others than the server's
// that is handed the letters, so that only their own word for SPF will do.
func providers() []provider {
	return []provider{
		{"amazonaws.com", "amazonses.com"},
		{"postmarkapp.com", "spf.mtasv.net"},
		{"sendgrid.net", "sendgrid.net"},
		{"mailgun.org", "mailgun.org"},
		{"mailjet.com", "spf.mailjet.com"},
		{"brevo.com", "spf.brevo.com"},
		{"mailersend.net", "_spf.mailersend.net"},
		{"resend.com", "amazonses.com"},
		{"gmail.com", "_spf.google.com"},
		{"office365.com", "spf.protection.outlook.com"},
		{"fastmail.com", "spf.messagingengine.com"},
		{"migadu.com", "spf.migadu.com"},
		{"mailbox.org", "mailbox.org"},
	}
}

// includeOf is what an SPF record includes to admit a server; empty where that is
// not known.
func includeOf(host string) string {
	for _, p := range providers() {
		if within(host, p.suffix) {
			return p.include
		}
	}
	return ""
}

// within reports whether a host is a domain or below it.
func within(host, domain string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == domain || strings.HasSuffix(host, "."+domain)
}

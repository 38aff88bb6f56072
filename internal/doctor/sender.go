package doctor

import (
	"context"
	"strings"

	"marquee/internal/domain"
)

// mailboxes are providers that tell receivers to refuse mail in their name which
// comes from anybody else.
func mailboxes() []string {
	return []string{
		"gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "aol.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
		"icloud.com", "me.com", "mac.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "proton.me", "protonmail.com", "mail.ru", "qq.com",
	}
}

// sender examines the address that letters come from.
func (d *Doctor) sender(context.Context) Report {
	host := domain.HostOf(d.From)
	f := Finding{Exam: "sender", Of: host, Level: OK, Says: "is a domain of your own", Why: "Receivers judge a sender by the domain in From."}
	for _, m := range mailboxes() {
		if within(host, m) || strings.HasPrefix(host, "yahoo.") {
			f.Level = Fault
			f.Says = "belongs to a provider that tells everybody to refuse letters in its name which come from elsewhere"
			f.Do, f.Paste = "Send from a domain of your own, and let answers go to your mailbox:", "mail:\n  from: \"Your Name <letters@your-domain.example>\"\n  reply_to: "+d.From
			break
		}
	}
	return Report{f}
}

// postal examines what the law wants in every letter.
func (d *Doctor) postal(context.Context) Report {
	f := Finding{
		Exam: "address", Of: "publication.address", Level: OK, Says: "stands in every letter",
		Why: "The law of many countries wants a postal address in commercial mail (CAN-SPAM, CASL); filters look for one.",
	}
	if strings.TrimSpace(d.Postal) == "" {
		f.Level, f.Says, f.Do, f.Paste = Fault, "is empty", "Write your address, or a box's:", "publication:\n  address: \"PO Box …\""
	}
	return Report{f}
}

// rules says which of the large providers' rules hold.
func (d *Doctor) rules(context.Context) Report {
	f := Finding{
		Exam: "bulk", Of: people(d.Patrons), Level: Note,
		Says: "is below the 5,000 letters a day from which providers count you as a bulk sender",
		Why:  "Until then they want SPF or DKIM, names that match addresses, TLS, and few complaints (under 0.3 %, better 0.1 %).",
	}
	if d.isBulk() {
		f.Says = "can be 5,000 letters a day, from which you are a bulk sender for good"
		f.Why = "Google, Yahoo and Microsoft want SPF and DKIM and DMARC of you, one-click unsubscription, and few complaints (under 0.3 %)."
	}
	return Report{f}
}

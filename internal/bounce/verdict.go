package bounce

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"marquee/internal/domain"
)

// Sort is what a mail is.
type Sort string

// The sorts. Only failures and complaints count for anybody's address.
const (
	Failure   Sort = "failure"     // a letter did not arrive
	Complaint Sort = "complaint"   // a letter was not wanted
	Delay     Sort = "delay"       // a letter has not arrived yet
	AutoReply Sort = "auto-reply"  // a program answered
	Leave     Sort = "unsubscribe" // somebody asks for it in so many words
	Reply     Sort = "reply"       // somebody answered
	Other     Sort = "other"       // of no consequence
)

// Verdict is what a mail means for the letter that it is about.
type Verdict struct {
	Sort   Sort
	Class  domain.BounceClass // of a failure or a complaint
	Status string             // RFC 3463; may be empty
	Reason string             // without addresses
}

// Verdict says what the mail means. Reports say it themselves; everything else
// is known by how programs write.
func (m *Mail) Verdict() Verdict {
	switch {
	case len(m.feedback.groups) > 0 && (m.feedback.depth == 0 || m.program()):
		return m.complaint()
	case len(m.status.groups) > 0 && (m.status.depth == 0 || m.program()):
		return m.delivery()
	case m.receipt || m.report == "disposition-notification":
		return Verdict{Sort: Other}
	case m.failed():
		return m.prose()
	case m.automatic():
		return Verdict{Sort: AutoReply}
	case m.header.has("list-id"), m.noSender:
		return Verdict{Sort: Other}
	case m.leaves():
		return Verdict{Sort: Leave}
	}
	return Verdict{Sort: Reply}
}

// Unasked is why a mail is nobody's wish to unsubscribe, "" if it may be one.
//
// People's mail programs and their providers send such mail, the latter often
// marked as auto-generated (RFC 3834 §5) or as a report of abuse: that is a wish
// all the same. What answers or informs by itself is none.
func (m *Mail) Unasked() string {
	auto := m.header.word("auto-submitted")
	switch {
	case m.noSender:
		return "null sender"
	case m.report == "delivery-status", len(m.status.groups) > 0, m.receipt || m.report == "disposition-notification":
		return "report of delivery"
	case auto == "auto-replied", auto == "auto-notified", m.answersItself():
		return "automatic answer"
	case m.header.has("list-id"):
		return "mailing list"
	}
	return ""
}

// complaint reads a report of abuse (RFC 5965 §3.1). Others that come in its form
// praise, or tell how letters were authenticated.
func (m *Mail) complaint() Verdict {
	switch m.feedback.groups[0].word("feedback-type") {
	case "abuse", "fraud", "other", "opt-out", "opt-out-list":
		return Verdict{Sort: Complaint, Class: domain.Complaint, Reason: m.feedback.groups[0].word("feedback-type")}
	}
	return Verdict{Sort: Other}
}

// delivery reads a report of delivery (RFC 3464). A letter has one recipient, but
// their address may lead to several: when one of those got it, it has arrived,
// and when one is only full, it may arrive again.
func (m *Mail) delivery() Verdict {
	var failures []Verdict
	late := false
	for _, group := range m.status.groups {
		switch group.word("action") {
		case "delivered", "relayed", "expanded":
			return Verdict{Sort: Other}
		case "delayed":
			late = true
		case "failed", "":
			if group.has("action", "status", "diagnostic-code") {
				failures = append(failures, failureOf(group))
			}
		}
	}
	switch {
	case late:
		return Verdict{Sort: Delay}
	case len(failures) == 0: // a report that reports nothing: what do its words say?
		return m.prose()
	}
	mildest := slices.MinFunc(failures, func(a, b Verdict) int { return cmp.Compare(gravity(a.Class), gravity(b.Class)) })
	return mildest
}

// failureOf reads what is said of one recipient (RFC 3464 §2.3). The diagnostic is
// the next server's words, of which the type comes first.
func failureOf(group header) Verdict {
	_, said, typed := strings.Cut(group.first("diagnostic-code"), ";")
	if !typed {
		said = group.first("diagnostic-code")
	}
	r := Refusal{Status: statusIn().FindString(group.first("status")), Text: said}
	return verdictOf(r)
}

func verdictOf(r Refusal) Verdict {
	full := r.Complete()
	return Verdict{Sort: Failure, Class: r.Class(), Status: full.Status, Reason: Redacted(r.Text)}
}

// gravity orders classes by what follows from them.
func gravity(c domain.BounceClass) int {
	return slices.Index([]domain.BounceClass{
		domain.BounceOurs, domain.BounceTemporary, domain.BounceUnknown, domain.BounceFull, domain.BounceDead,
	}, c)
}

func printable(r rune) rune {
	if unicode.IsPrint(r) || unicode.IsSpace(r) {
		return r
	}
	return -1
}

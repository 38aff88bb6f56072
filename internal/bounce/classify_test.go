package bounce_test

import (
	"testing"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// What servers really say, and what it means for whom.
func TestRefusalClass(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]domain.BounceClass{
		// Nobody there.
		"550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking. NoSuchUser": domain.BounceDead,
		"550 5.2.1 The email account that you tried to reach is inactive. For more information, go to ":              domain.BounceDead,
		"550-5.2.1 The email account that you tried to reach is disabled. DisabledUser":                              domain.BounceDead,
		"554 delivery error: dd This user doesn't have a yahoo.com account (0) [-5] - mta4.mail.example":             domain.BounceDead,
		"550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).":                                   domain.BounceDead,
		"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup":                      domain.BounceDead,
		"550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB1.prod.protection.outlook.com]":       domain.BounceDead,
		"550 Unrouteable address":                           domain.BounceDead,
		"556 5.1.10 Recipient address has null MX":          domain.BounceDead,
		"550 <redacted>: user unknown":                      domain.BounceDead,
		"550 5.7.1 No such user here":                       domain.BounceDead,
		"511 sorry, no mailbox here by that name (#5.1.1)":  domain.BounceDead,
		"5.1.2 Host or domain name not found":               domain.BounceDead,
		"550 #5.1.0 Address rejected. Unknown recipient":    domain.BounceDead,
		"553 5.3.0 <x>... Addressee unknown, user unknown.": domain.BounceDead,

		// Nobody can say.
		"550 5.1.0 Address rejected":        domain.BounceUnknown,
		"550 Requested action not taken":    domain.BounceUnknown,
		"554 Transaction failed":            domain.BounceUnknown,
		"5.0.0":                             domain.BounceUnknown,
		"550 5.2.0 Mailbox status":          domain.BounceUnknown,
		"":                                  domain.BounceUnknown,
		"user unknown":                      domain.BounceUnknown, // by itself it is what people write
		"553 5.6.7 cannot write to address": domain.BounceUnknown,

		// Full.
		"452 4.2.2 The email account that you tried to reach is over quota. OverQuotaTemp": domain.BounceFull,
		"552 5.2.2 Mailbox full": domain.BounceFull,
		"552-5.2.2 The email account that you tried to reach is out of storage space": domain.BounceFull,
		"554 5.7.1 Quota exceeded (mailbox for user is full)":                         domain.BounceFull,
		"550 5.1.1 Mailbox is full / over quota":                                      domain.BounceFull,

		// It may pass.
		"450 4.1.1 Recipient address rejected: unverified address":                           domain.BounceTemporary,
		"450 4.1.1 User unknown in local recipient table":                                    domain.BounceTemporary,
		"451 Greylisted, please try again later":                                             domain.BounceTemporary,
		"4.4.7 Message expired":                                                              domain.BounceTemporary,
		"5.4.6 Routing loop detected -- mail loops back to myself":                           domain.BounceTemporary,
		"5.4.7 Delivery expired (message too old) timeout":                                   domain.BounceTemporary,
		"550 4.4.7 QUEUE.Expired; message expired":                                           domain.BounceTemporary,
		"554 5.3.0 unknown mailer error 1":                                                   domain.BounceTemporary,
		"connect to mx.reader.example[192.0.2.1]:25: Connection timed out 4.4.1":             domain.BounceTemporary,
		"550 4.2.1 The user you are trying to contact is receiving mail at a rate that pre":  domain.BounceTemporary,
		"421 4.7.0 Try again later, closing connection.":                                     domain.BounceTemporary,
		"450 4.7.1 <redacted>: Recipient address rejected: Greylisting in effect, come back": domain.BounceTemporary,

		// About us.
		"550 5.7.1 Message rejected as spam":                                                                                        domain.BounceOurs,
		"550 5.1.1 Rejected: your message looks like spam":                                                                          domain.BounceOurs,
		"550 5.7.26 Unauthenticated email from lanternscreen.example is not accepted due to domain's DMARC policy":                  domain.BounceOurs,
		"550 5.7.515 Access denied, sending domain does not meet the required authentication level":                                 domain.BounceOurs,
		"550-5.7.25 The IP address sending this message does not have a PTR record setup":                                           domain.BounceOurs,
		"421 4.7.28 Our system has detected an unusual rate of unsolicited mail":                                                    domain.BounceOurs,
		"554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org":                                     domain.BounceOurs,
		"552 5.3.4 Message size exceeds fixed limit":                                                                                domain.BounceOurs,
		"552 5.2.3 Message too large for this mailbox":                                                                              domain.BounceOurs,
		"550 5.7.124 RESOLVER.RST.SenderNotInAllowedSendersList; not in the list of allowed senders":                                domain.BounceOurs,
		"553 5.1.8 Sender address rejected: Domain not found":                                                                       domain.BounceOurs,
		"550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your ISP, it is on our block list (S3150)": domain.BounceOurs,
		"554 5.6.0 Invalid message content":                                                                                         domain.BounceOurs,
		"550 5.7.1 relaying denied":                                                                                                 domain.BounceOurs,
		"501 5.5.4 Syntax error in parameters":                                                                                      domain.BounceOurs,
		"554 5.7.9 Message not accepted for policy reasons":                                                                         domain.BounceOurs,
		"550 5.1.1 User unknown; also your IP is listed at bl.example":                                                              domain.BounceOurs,
	} {
		if got := (bounce.Refusal{Text: words}).Class(); got != want {
			t.Errorf("%s\n\tis %s, want %s", words, got, want)
		}
	}
}

// A status that was given counts more than one in the words, unless it says
// nothing.
func TestRefusalStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		bounce.Refusal
		want domain.BounceClass
	}{
		{bounce.Refusal{Status: "5.1.1"}, domain.BounceDead},
		{bounce.Refusal{Status: "5.0.0", Text: "smtp; 550 5.1.1 unheard of"}, domain.BounceDead},
		{bounce.Refusal{Status: "4.0.0", Text: "smtp; 550 5.1.1 unheard of"}, domain.BounceTemporary},
		{bounce.Refusal{Status: "4.4.7", Text: "smtp; 550 5.1.1 unheard of"}, domain.BounceTemporary},
		{bounce.Refusal{Code: 550, Text: "user unknown"}, domain.BounceDead},
		{bounce.Refusal{Code: 450, Text: "user unknown"}, domain.BounceTemporary},
		{bounce.Refusal{Code: 550}, domain.BounceUnknown},
		{bounce.Refusal{Status: "5.2.1"}, domain.BounceUnknown},
		{bounce.Refusal{Status: "5.7.1"}, domain.BounceOurs},
	} {
		if got := tt.Class(); got != tt.want {
			t.Errorf("%+v is %s, want %s", tt.Refusal, got, tt.want)
		}
	}
}

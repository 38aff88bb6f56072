package vendor_test

import (
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

func postmark() suite {
	of := func(kind, details string) string {
		return `{"RecordType":"Bounce","ID":42,"Type":"` + kind + `","Email":"gone@reader.example","Details":"` + details + `","BouncedAt":"2026-11-20T14:02:54.9070259Z"}`
	}
	return suite{
		vendor: vendor.Postmark{User: "marquee", Password: "salt ledger"},
		sign: func(body string) vendor.Call {
			return vendor.Call{User: "marquee", Password: "salt ledger", Body: []byte(body), At: signedAt}
		},
		forge: map[string]func(*vendor.Call){
			"another password": func(c *vendor.Call) { c.Password = "salt" },
			"another user":     func(c *vendor.Call) { c.User = "postmark" },
			"no user":          func(c *vendor.Call) { c.User = "" },
		},
		body: `{"RecordType":"Bounce","MessageStream":"broadcast","ID":42,"Type":"HardBounce","TypeCode":1,"Name":"Hard bounce","Tag":"weekly","MessageID":"883953f4-0000-4000-8000-77a8eac79483","Metadata":{"send":"2026-11-20/5550101"},"ServerID":23,"Description":"The server was unable to deliver your message (ex: unknown user, mailbox not found).","Details":"smtp;550 5.1.1 <gone@reader.example> user unknown","Email":"gone@reader.example","From":"digest@lanternscreen.example","BouncedAt":"2026-11-20T14:02:54.9070259Z","DumpAvailable":true,"Inactive":true,"CanActivate":true,"Subject":"Lantern Screen Weekly"}`,
		first: bounce.Event{
			Key: "postmark/42", Email: "gone@reader.example", At: time.Date(2026, 11, 20, 14, 2, 54, 907025900, time.UTC),
			Bounce: domain.Bounce{Class: domain.BounceDead, Status: "5.1.1", Reason: "smtp;550 5.1.1 <address> user unknown", Way: "postmark"},
		},
		means: map[string]string{
			of("HardBounce", ""):                            "gone@reader.example dead",
			of("HardBounce", "smtp;550 5.7.1 spam"):         "gone@reader.example ours 5.7.1",
			of("SoftBounce", "smtp;452 4.2.2 over quota"):   "gone@reader.example full 4.2.2",
			of("SoftBounce", "smtp;550 5.1.1 user unknown"): "gone@reader.example temporary 5.1.1",
			of("Transient", ""):                             "gone@reader.example temporary",
			of("BadEmailAddress", ""):                       "gone@reader.example dead",
			of("ManuallyDeactivated", ""):                   "gone@reader.example dead",
			of("SpamNotification", ""):                      "gone@reader.example ours",
			of("Blocked", ""):                               "gone@reader.example ours",
			of("Unknown", ""):                               "gone@reader.example unknown",
			of("Unsubscribe", ""):                           "gone@reader.example unsubscription",
			of("AutoResponder", "user unknown 550 5.1.1"):   "",
			of("ChallengeVerification", ""):                 "",
			of("SomethingNew", ""):                          "",
			`{"RecordType":"SpamComplaint","ID":43,"Email":"a@reader.example","BouncedAt":"2026-11-20T14:02:54Z"}`:                              "a@reader.example complaint",
			`{"RecordType":"SubscriptionChange","Recipient":"a@reader.example","SuppressSending":true,"SuppressionReason":"ManualSuppression"}`: "a@reader.example unsubscription",
			`{"RecordType":"SubscriptionChange","Recipient":"a@reader.example","SuppressSending":true,"SuppressionReason":"HardBounce"}`:        "a@reader.example dead",
			`{"RecordType":"SubscriptionChange","Recipient":"a@reader.example","SuppressSending":false}`:                                        "",
			`{"RecordType":"Delivery","Recipient":"a@reader.example"}`:                                                                          "",
			`{"RecordType":"Open"}`: "",
			`{}`:                    "",
			`[]`:                    "invalid",
			`{"RecordType":`:        "invalid",
		},
	}
}

package vendor_test

import (
	"bytes"
	"time"

	"marquee/internal/bounce"
	"marquee/internal/bounce/vendor"
	"marquee/internal/domain"
)

// mailgunSignature is the vector of Mailgun's documented scheme for this key.
const mailgunSignature = `"signature":{"timestamp":"1795183200","token":"0123456789abcdef0123456789abcdef0123456789abcdef01","signature":"3df5d063400a5849835ed48f6b80a244bad5272f5118ae83c7e2e9868e8e1cb6"}`

func mailgun() suite {
	of := func(event, severity, reason, code, message string) string {
		return `{` + mailgunSignature + `,"event-data":{"event":"` + event + `","severity":"` + severity + `","reason":"` + reason + `","recipient":"gone@reader.example","delivery-status":{"code":` + code + `,"message":"` + message + `"}}}`
	}
	replace := func(from, to string) func(*vendor.Call) {
		return func(c *vendor.Call) { c.Body = bytes.Replace(c.Body, []byte(from), []byte(to), 1) }
	}
	return suite{
		vendor: vendor.Mailgun{Key: "mg-signing-key"},
		sign:   func(body string) vendor.Call { return vendor.Call{Body: []byte(body), At: signedAt.Add(time.Minute)} },
		forge: map[string]func(*vendor.Call){
			"another token":     replace(`abcdef01"`, `abcdef02"`),
			"another time":      replace(`1795183200`, `1795183201`),
			"another signature": replace(`3df5`, `3df6`),
			"no hex":            replace(`3df5`, `xyz!`),
			"no token":          replace(`"token"`, `"tokem"`),
			"no document":       func(c *vendor.Call) { c.Body = []byte("[") },
		},
		body: `{` + mailgunSignature + `,"event-data":{"event":"failed","id":"pl271Fzx-invented","timestamp":1795183369.8183,"log-level":"error","severity":"permanent","reason":"bounce","recipient":"gone@reader.example","recipient-domain":"reader.example","delivery-status":{"attempt-no":1,"code":550,"message":"5.1.1 user unknown","description":""},"message":{"headers":{"to":"gone@reader.example","message-id":"weekly-2026-11-20-1700.x@lanternscreen.example","subject":"Lantern Screen Weekly"},"size":38112},"flags":{"is-test-mode":false},"tags":["weekly"]}}`,
		first: bounce.Event{
			Key: "mailgun/0123456789abcdef0123456789abcdef0123456789abcdef01", Email: "gone@reader.example",
			MessageID: "weekly-2026-11-20-1700.x@lanternscreen.example", At: time.UnixMilli(1795183369818).UTC(),
			Bounce: domain.Bounce{Class: domain.BounceDead, Status: "5.1.1", Reason: "5.1.1 user unknown", Way: "mailgun"},
		},
		stale: 12 * time.Hour,
		means: map[string]string{
			of("failed", "permanent", "bounce", "550", "spam rejected"):       "gone@reader.example ours",
			of("failed", "permanent", "generic", "605", ""):                   "gone@reader.example unknown",
			of("failed", "permanent", "suppress-bounce", "605", ""):           "gone@reader.example dead",
			of("failed", "permanent", "suppress-complaint", "607", ""):        "gone@reader.example complaint",
			of("failed", "permanent", "suppress-unsubscribe", "606", ""):      "gone@reader.example unsubscription",
			of("failed", "permanent", "old", "602", "Too old"):                "gone@reader.example temporary",
			of("failed", "permanent", "bounce", "552", "5.2.2 mailbox full"):  "gone@reader.example full 5.2.2",
			of("failed", "temporary", "generic", "450", "4.2.2 mailbox full"): "",
			of("complained", "", "", "0", ""):                                 "gone@reader.example complaint",
			of("unsubscribed", "", "", "0", ""):                               "gone@reader.example unsubscription",
			of("delivered", "", "", "250", "OK"):                              "",
			of("opened", "", "", "0", ""):                                     "",
			`{` + mailgunSignature + `}`:                                      "",
		},
	}
}

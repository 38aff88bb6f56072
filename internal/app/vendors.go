package app

import (
	"marquee/internal/bounce/vendor"
	"marquee/internal/web/hook"
)

// planVendors makes the providers of mail that tell of bounces.
func (p *planner) planVendors() {
	keys := p.cfg.Mail.Webhooks
	if len(keys.Topics) > 0 {
		p.vendors = append(p.vendors, vendor.NewSES(keys.Topics, p.client.Transport()))
	}
	if keys.PostmarkUser != "" {
		p.vendors = append(p.vendors, vendor.Postmark{User: keys.PostmarkUser, Password: keys.PostmarkPassword.Reveal()})
	}
	if keys.SendGrid != "" {
		v, err := vendor.NewSendGrid(keys.SendGrid)
		p.planVendor(v, "sendgrid.key", err)
	}
	if !keys.Mailgun.IsZero() {
		p.vendors = append(p.vendors, vendor.Mailgun{Key: keys.Mailgun.Reveal()})
	}
	if !keys.Resend.IsZero() {
		v, err := vendor.NewResend(keys.Resend.Reveal())
		p.planVendor(v, "resend.secret", err)
	}
}

func (p *planner) planVendor(v vendor.Vendor, key string, err error) {
	if err != nil {
		p.errs.Add(p.cfg.Errorf("mail.webhooks."+key, "%v: copy it from the provider's settings", err))
		return
	}
	p.vendors = append(p.vendors, v)
}

// bounceHooks are where they call.
func (a *App) bounceHooks() hook.Bounces {
	return hook.Bounces{Vendors: a.vendors, Tell: a.bounces.Tell, Now: a.env.Now}
}

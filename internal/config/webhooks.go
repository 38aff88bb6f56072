package config

// webhookKeys are how providers of mail prove that it is they who call.
type webhookKeys struct {
	SES struct {
		Topics []string `yaml:"topics"`
	} `yaml:"ses"`
	Postmark struct {
		User     string `yaml:"user"`
		Password Secret `yaml:"password"`
	} `yaml:"postmark"`
	SendGrid struct {
		Key string `yaml:"key"`
	} `yaml:"sendgrid"`
	Mailgun struct {
		Key Secret `yaml:"key"`
	} `yaml:"mailgun"`
	Resend struct {
		Secret Secret `yaml:"secret"`
	} `yaml:"resend"`
}

func (r *reader) webhooks(k *webhookKeys, at path) Webhooks {
	if (k.Postmark.User == "") != k.Postmark.Password.IsZero() {
		r.mistake(at.Key("postmark"), "needs user and password: any two that you also write into the address at Postmark, as in https://user:password@...")
	}
	return Webhooks{
		Topics: k.SES.Topics, PostmarkUser: k.Postmark.User, PostmarkPassword: k.Postmark.Password,
		SendGrid: k.SendGrid.Key, Mailgun: k.Mailgun.Key, Resend: k.Resend.Secret,
	}
}

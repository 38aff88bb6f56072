package config

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"marquee/internal/yamlfile"
)

type patreonKeys struct {
	Token          Secret `yaml:"token"`
	RefreshToken   Secret `yaml:"refresh_token"`
	ClientID       string `yaml:"client_id"`
	ClientSecret   Secret `yaml:"client_secret"`
	WebhookSecrets Secret `yaml:"webhook_secrets"`
}

// patreon reads what Patreon knows us by. The three parts that renew the token
// are good for nothing one without the other.
func (r *reader) patreon(node *yaml.Node) Patreon {
	at := path{"patreon"}
	var k patreonKeys
	r.decode(node, at, &k)
	if yamlfile.IsNull(node) {
		return Patreon{}
	}
	if k.Token.IsZero() && node.Kind == yaml.MappingNode {
		r.mistake(at.Key("token"), "missing: write the creator's access token, from patreon.com/portal/registration/register-clients")
	}
	parts := []struct {
		key   string
		there bool
	}{
		{"refresh_token", !k.RefreshToken.IsZero()}, {"client_id", k.ClientID != ""}, {"client_secret", !k.ClientSecret.IsZero()},
	}
	some := parts[0].there || parts[1].there || parts[2].there
	for _, part := range parts {
		if some && !part.there {
			r.mistake(at.Key(part.key), "missing: a token is renewed with refresh_token, client_id and client_secret together: write all three or none")
		}
	}
	p := Patreon{Token: k.Token, RefreshToken: k.RefreshToken, ClientID: k.ClientID, ClientSecret: k.ClientSecret}
	for secret := range strings.FieldsSeq(k.WebhookSecrets.Reveal()) {
		p.WebhookSecrets = append(p.WebhookSecrets, NewSecret(secret))
	}
	return p
}

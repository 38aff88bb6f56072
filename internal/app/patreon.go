package app

import (
	"cmp"

	"marquee/internal/patreonapi"
	patreonroster "marquee/internal/patron/patreon"
	"marquee/internal/web/hook"
)

// lateTokens is a place for tokens that is known only when the store is open.
type lateTokens struct{ patreonapi.TokenStore }

// planPatreon makes the one client that sources and rosters ask Patreon with.
func (p *planner) planPatreon() {
	c := p.cfg.Patreon
	if c.Token.IsZero() {
		return
	}
	p.tokens = &lateTokens{}
	p.patreon = patreonapi.New(patreonapi.Config{
		Credentials: patreonapi.Credentials{
			AccessToken: c.Token.Reveal(), RefreshToken: c.RefreshToken.Reveal(),
			ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(),
		},
		Tokens: p.tokens, Transport: cmp.Or(p.env.Patreon, p.client.Transport()), Agent: p.client.Agent(),
		Now: p.env.Now, Log: p.env.Log,
	})
}

// patreonHook is where Patreon's webhooks call. What they say of members is a
// reason to sync the rosters that are Patreon's.
func (a *App) patreonHook() hook.Patreon {
	h := hook.Patreon{Store: a.store, Now: a.env.Now}
	for _, s := range a.cfg.Patreon.WebhookSecrets {
		h.Secrets = append(h.Secrets, s.Reveal())
	}
	for _, r := range a.cfg.Rosters {
		if r.Kind == patreonroster.Kind(nil).Name && a.schedules["roster/"+r.Name] != nil {
			h.Rosters = append(h.Rosters, r.Name)
		}
	}
	return h
}

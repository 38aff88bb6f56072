package testkit

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// patreonPatience is how many tokens that are not taken in a row shut a client out.
const patreonPatience = 10

// patreonOAuth is the pair of tokens that is taken.
type patreonOAuth struct {
	access, refresh string
	expires         time.Time // of the access token
	denied          int       // requests refused in a row
	rotations       int
}

// Rotations are how often a refresh token was used.
func (p *Patreon) Rotations() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.oauth.rotations
}

// ExpireToken ends the life of the access token. The refresh token stays good.
func (p *Patreon) ExpireToken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.oauth.expires = p.now
}

// ReplaceTokens makes a pair of tokens and takes no other, as happens when the
// creator logs in to a site with Patreon, or asks for them in the portal.
func (p *Patreon) ReplaceTokens() (access, refresh string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rotate()
	return p.oauth.access, p.oauth.refresh
}

// Forgive lets a client in again that was shut out.
func (p *Patreon) Forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.oauth.denied = 0
}

func (p *Patreon) rotate() {
	p.oauth.access, p.oauth.refresh = p.id("access"), p.id("refresh")
	p.oauth.expires = p.now.Add(p.cfg.TokenLife)
}

// id is a text that was never given before.
func (p *Patreon) id(of string) string {
	p.ids++
	return fmt.Sprintf("%s-%d", of, p.ids)
}

func (p *Patreon) authorized(r *http.Request) bool {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || token == "" || token != p.oauth.access || !p.now.Before(p.oauth.expires) {
		p.oauth.denied++
		return false
	}
	p.oauth.denied = 0
	return true
}

// token is the token endpoint. A refresh token is taken once.
func (p *Patreon) token(r *http.Request) *patreonAnswer {
	if r.Method != http.MethodPost || r.ParseForm() != nil {
		return patreonError(http.StatusMethodNotAllowed, "MethodNotAllowed", "")
	}
	form := func(key string) string { return r.PostForm.Get(key) }
	switch {
	case form("client_id") != p.cfg.ClientID || form("client_secret") != p.cfg.ClientSecret:
		p.oauth.denied++
		return patreonJSON(http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
	case form("grant_type") != "refresh_token" || form("refresh_token") == "" || form("refresh_token") != p.oauth.refresh:
		p.oauth.denied++
		return patreonJSON(http.StatusUnauthorized, map[string]any{"error": "invalid_grant"})
	}
	p.rotate()
	p.oauth.rotations++
	return patreonJSON(http.StatusOK, map[string]any{
		"access_token": p.oauth.access, "refresh_token": p.oauth.refresh, "token_type": "Bearer",
		"expires_in": int(p.cfg.TokenLife / time.Second), "scope": strings.Join(p.cfg.Scopes, " "),
	})
}

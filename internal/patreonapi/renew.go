package patreonapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

const (
	coolDown   = 10 * time.Minute // after a refresh that failed
	renewTime  = time.Minute
	saveTries  = 3
	saveRepeat = time.Second
)

// refused is the error of tokens that Patreon does not take, in the operator's words.
func refused() error {
	return fmt.Errorf("%w: the creator's tokens are not taken any more (logging in to a site with the creator's account, for one, replaces them): "+
		"copy the creator's access token and refresh token from patreon.com/portal/registration/register-clients into the configuration",
		domain.ErrPermanent)
}

// current is the pair in use: as this process last saw it, else as it is stored,
// else as it is configured.
func (c *Client) current(ctx context.Context) (Tokens, error) {
	c.mu.Lock()
	known := c.tokens
	c.mu.Unlock()
	if known == nil {
		stored, err := c.stored(ctx)
		if err != nil {
			return Tokens{}, err
		}
		c.keep(stored)
		known = &stored
	}
	if known.Refused {
		return Tokens{}, refused()
	}
	return *known, nil
}

func (c *Client) keep(t Tokens) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = &t
}

// stored is the stored pair, or the configured one when that is newer.
func (c *Client) stored(ctx context.Context) (Tokens, error) {
	set := c.cfg.Credentials
	fresh := Tokens{Access: set.AccessToken, Refresh: set.RefreshToken, Origin: set.origin()}
	if c.cfg.Tokens == nil {
		return fresh, nil
	}
	kept, err := c.cfg.Tokens.Load(ctx)
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return fresh, nil
	case err != nil:
		return Tokens{}, fmt.Errorf("load the tokens: %w", err)
	case kept.Origin != fresh.Origin:
		return fresh, nil
	}
	return kept, nil
}

// renew replaces a pair whose access token was not taken. Whoever comes second,
// here or on another instance, finds what the first one brought.
func (c *Client) renew(ctx context.Context, used string) (Tokens, error) {
	select {
	case <-c.renewing:
		defer func() { c.renewing <- struct{}{} }()
	case <-ctx.Done():
		return Tokens{}, ctx.Err()
	}
	if known, err := c.current(ctx); err != nil || known.Access != used {
		return known, err
	}
	if !c.renewable() {
		return Tokens{}, c.refuse(ctx, Tokens{Access: used, Origin: c.cfg.Credentials.origin()})
	}
	var pair Tokens
	err := c.cfg.Tokens.WithLock(ctx, func(ctx context.Context) (err error) {
		pair, err = c.renewAlone(ctx, used)
		return err
	})
	return pair, err
}

// renewAlone renews under the lock. From the moment that the refresh token is
// sent, the pair that comes back is the only one there is: the caller's
// impatience must not lose it.
func (c *Client) renewAlone(ctx context.Context, used string) (Tokens, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTime)
	defer cancel()
	if c.unsaved != nil {
		return c.save(ctx, *c.unsaved)
	}
	stored, err := c.stored(ctx)
	if err != nil {
		return Tokens{}, err
	}
	pause := stored.NotBefore.Sub(c.cfg.Now())
	switch {
	case stored.Refused || stored.Access != used:
		c.keep(stored)
		return c.current(ctx)
	case pause > 0:
		return Tokens{}, &answer.Error{RetryAfter: pause, Err: errors.New("the last refresh of the tokens failed: waiting before the next")}
	}
	fresh, err := c.exchange(ctx, stored)
	if err != nil {
		return c.failed(ctx, stored, err)
	}
	c.cfg.Log.InfoContext(ctx, "patreon tokens renewed")
	return c.save(ctx, fresh)
}

// exchange uses up a refresh token, as OAuth 2.0 has it.
func (c *Client) exchange(ctx context.Context, t Tokens) (Tokens, error) {
	form := url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {t.Refresh},
		"client_id": {c.cfg.Credentials.ClientID}, "client_secret": {c.cfg.Credentials.ClientSecret},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.Base+"/api/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return Tokens{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var pair struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := c.api.Do(r, &pair); err != nil {
		return Tokens{}, err
	}
	if pair.Access == "" || pair.Refresh == "" {
		return Tokens{}, errors.New("the answer lacks a token")
	}
	return Tokens{Access: pair.Access, Refresh: pair.Refresh, Origin: t.Origin}, nil
}

// failed says what a refresh that failed means. A refusal is final, unless
// somebody else used the token first: then theirs is the pair. Anything else may
// pass.
func (c *Client) failed(ctx context.Context, t Tokens, err error) (Tokens, error) {
	known, _ := errors.AsType[*answer.Error](err)
	if known == nil || known.Status != http.StatusUnauthorized && known.Name != "invalid_grant" {
		t.NotBefore = c.cfg.Now().Add(coolDown)
		return Tokens{}, &answer.Error{RetryAfter: coolDown, Err: errors.Join(c.api.Named("refresh the tokens", err), c.cfg.Tokens.Save(ctx, t))}
	}
	if now, err := c.stored(ctx); err == nil && now.Refresh != t.Refresh {
		c.keep(now)
		return c.current(ctx)
	}
	return Tokens{}, c.refuse(ctx, t)
}

// refuse remembers that a pair is worth nothing, and returns the error that says
// so. Of an access token alone only this process remembers it: there is no
// refresh to hold back.
func (c *Client) refuse(ctx context.Context, t Tokens) error {
	t.Refused = true
	c.keep(t)
	c.cfg.Log.ErrorContext(ctx, "patreon tokens refused")
	if !c.renewable() {
		return refused()
	}
	return errors.Join(refused(), c.cfg.Tokens.Save(ctx, t))
}

func (c *Client) renewable() bool {
	return c.cfg.Tokens != nil && c.cfg.Credentials.refreshable()
}

// save stores a fresh pair and only then lets it be used. A pair that cannot be
// stored stays in memory and is stored before anything else is tried.
func (c *Client) save(ctx context.Context, t Tokens) (Tokens, error) {
	c.unsaved = &t
	var err error
	for range saveTries {
		if err = c.cfg.Tokens.Save(ctx, t); err == nil {
			c.unsaved = nil
			c.keep(t)
			return t, nil
		}
		if c.api.Pause(ctx, saveRepeat) != nil {
			break
		}
	}
	return Tokens{}, fmt.Errorf("store the tokens that Patreon gave, which are not used before they are: %w", err)
}

package patreonapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Credentials are what Patreon shows to who registers a client for a campaign
// (patreon.com/portal/registration/register-clients). They never print.
type Credentials struct {
	AccessToken  string // the creator's access token
	RefreshToken string // the creator's refresh token; empty never refreshes
	ClientID     string
	ClientSecret string
}

// refreshable reports whether an expired access token can be replaced.
func (c Credentials) refreshable() bool {
	return c.RefreshToken != "" && c.ClientID != "" && c.ClientSecret != ""
}

// origin names the configured tokens without telling them: other ones make a
// stored pair worthless.
func (c Credentials) origin() string {
	sum := sha256.Sum256([]byte(c.ClientID + "\x00" + c.AccessToken + "\x00" + c.RefreshToken))
	return hex.EncodeToString(sum[:8])
}

// Format hides the credentials from every verb.
func (Credentials) Format(state fmt.State, _ rune) { hide(state) }

// LogValue hides the credentials.
func (Credentials) LogValue() slog.Value { return slog.StringValue(masked) }

// Tokens are the pair in use, and what is known of it. They never print.
type Tokens struct {
	Access  string
	Refresh string // single use: who has used it has to store what came of it
	// Origin names the configured tokens that the pair descends from.
	Origin string
	// NotBefore is when the next refresh may be tried, after one that failed.
	NotBefore time.Time
	// Refused says that Patreon does not take the pair any more. Nothing is
	// asked with it: who insists is shut out by address.
	Refused bool
}

// Format hides the tokens from every verb.
func (Tokens) Format(state fmt.State, _ rune) { hide(state) }

// LogValue hides the tokens.
func (Tokens) LogValue() slog.Value { return slog.StringValue(masked) }

const masked = "<secret>"

func hide(state fmt.State) {
	_, _ = io.WriteString(state, masked) // fmt keeps the errors of its writers itself
}

// TokenStore keeps one pair of tokens for all instances of an installation.
type TokenStore interface {
	// Load returns what Save kept last, or domain.ErrNotFound.
	Load(ctx context.Context) (Tokens, error)
	// Save replaces what is kept, all or nothing. It is durable when Save
	// returns: the pair that it replaces cannot be used any more.
	Save(ctx context.Context, t Tokens) error
	// WithLock runs f while nobody else, in this process or another one, runs
	// theirs, and returns f's error. It waits for its turn until ctx ends. A
	// holder that hangs for minutes may lose the lock.
	WithLock(ctx context.Context, f func(ctx context.Context) error) error
}

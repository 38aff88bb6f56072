package operator

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"marquee/internal/domain"
)

// How long a session lasts: from its first use, and from its last.
const (
	Longest = 30 * 24 * time.Hour
	Idle    = 3 * 24 * time.Hour

	// seenEvery is how often its use is written down.
	seenEvery = 5 * time.Minute
)

// ErrNoPassword says that nobody can log in yet.
var ErrNoPassword = fmt.Errorf("%w: set a password with marquee admin password", domain.ErrNotEntitled)

// Keeper lets the operator in. It may be used by many goroutines at once.
type Keeper struct {
	Store Store
	Now   func() time.Time

	guess sync.Mutex // one at a time: each takes memory
}

// SetPassword makes a password the operator's, and ends every session:
// domain.ErrInvalid when it cannot be one.
func (k *Keeper) SetPassword(ctx context.Context, password string) error {
	hashed, err := hash(password)
	if err != nil {
		return err
	}
	return k.Store.SetOperatorPassword(ctx, hashed)
}

// Login begins a session and returns its secret: domain.ErrNotEntitled when the
// password is not the operator's, ErrNoPassword when there is none.
func (k *Keeper) Login(ctx context.Context, password string) (secret string, err error) {
	stored, err := k.Store.OperatorPassword(ctx)
	if err != nil {
		return "", err
	}
	if stored == "" {
		return "", ErrNoPassword
	}
	if err := k.check(password, stored); err != nil {
		return "", err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	secret = base64.RawURLEncoding.EncodeToString(raw)
	now := k.Now()
	err = k.Store.BeginSession(ctx, Session{Key: keyOf(secret), Begun: now, Seen: now}, stored, now.Add(-Longest))
	if errors.Is(err, domain.ErrConflict) {
		err = fmt.Errorf("the password was changed meanwhile: %w", domain.ErrNotEntitled)
	}
	return secret, err
}

func (k *Keeper) check(password, stored string) error {
	k.guess.Lock()
	defer k.guess.Unlock()
	ok, err := matches(password, stored)
	if err == nil && !ok {
		err = fmt.Errorf("password: %w", domain.ErrNotEntitled)
	}
	return err
}

// Known reports whether a secret is that of a session that lasts.
func (k *Keeper) Known(ctx context.Context, secret string) (bool, error) {
	s, err := k.Store.Session(ctx, keyOf(secret))
	if errors.Is(err, domain.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now := k.Now()
	if now.Sub(s.Begun) >= Longest || now.Sub(s.Seen) >= Idle {
		return false, k.Store.EndSession(ctx, s.Key)
	}
	if now.Sub(s.Seen) >= seenEvery {
		return true, k.Store.SeeSession(ctx, s.Key, now)
	}
	return true, nil
}

// Logout ends a session.
func (k *Keeper) Logout(ctx context.Context, secret string) error {
	return k.Store.EndSession(ctx, keyOf(secret))
}

// keyOf is what a secret of 256 random bits is stored as: nothing that could be
// used to log in stands in the database or its backups.
func keyOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

package operator

import (
	"context"
	"time"
)

// Store keeps the password's hash and the sessions.
type Store interface {
	// OperatorPassword is the hash of the operator's password, "" before there is
	// one.
	OperatorPassword(ctx context.Context) (string, error)
	// SetOperatorPassword replaces the hash, and ends every session.
	SetOperatorPassword(ctx context.Context, hash string) error
	// BeginSession stores a session that was opened with the password of a hash,
	// and forgets those that began before an instant. ErrConflict when the
	// password is another by now.
	BeginSession(ctx context.Context, s Session, hash string, before time.Time) error
	// Session is the session of a key, or ErrNotFound.
	Session(ctx context.Context, key string) (Session, error)
	// SeeSession notes when a session was last used.
	SeeSession(ctx context.Context, key string, at time.Time) error
	// EndSession forgets a session; it is no error when there is none.
	EndSession(ctx context.Context, key string) error
}

// Session is a browser that has shown the password.
type Session struct {
	Key   string // what its secret is found by, and cannot be told from
	Begun time.Time
	Seen  time.Time // when it was last used, to a few minutes
}

package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"marquee/internal/patreonapi"
)

const (
	tokenLease  = 3 * time.Minute        // is longer than it ever takes to renew
	tokenRepeat = 200 * time.Millisecond // between looks at who has the lock
	releaseTime = 10 * time.Second
)

// tokens is a patreonapi.TokenStore in one row.
type tokens struct {
	s    *Store
	name string
}

// Tokens keeps the pair of tokens of a name.
func (s *Store) Tokens(name string) patreonapi.TokenStore { return &tokens{s, name} }

// Load returns what Save kept last, or domain.ErrNotFound.
func (t *tokens) Load(ctx context.Context) (patreonapi.Tokens, error) {
	pair, err := one(ctx, t.s.reads, readTokens,
		"select access, refresh, origin, not_before, refused from tokens where name = $1 and origin <> ''", t.name)
	if err != nil {
		return pair, fmt.Errorf("tokens of %s: %w", t.name, err)
	}
	return pair, nil
}

func readTokens(r row) (patreonapi.Tokens, error) {
	var pair patreonapi.Tokens
	err := r.Scan(&pair.Access, &pair.Refresh, &pair.Origin, (*instant)(&pair.NotBefore), &pair.Refused)
	return pair, err
}

// Save replaces what is kept, and leaves the lock as it is.
func (t *tokens) Save(ctx context.Context, pair patreonapi.Tokens) error {
	refused := 0
	if pair.Refused {
		refused = 1
	}
	err := t.s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, `insert into tokens (name, access, refresh, origin, not_before, refused) values ($1, $2, $3, $4, $5, $6)
			on conflict (name) do update set access = excluded.access, refresh = excluded.refresh, origin = excluded.origin,
				not_before = excluded.not_before, refused = excluded.refused`,
			t.name, pair.Access, pair.Refresh, pair.Origin, instant(pair.NotBefore), refused)
		return err
	})
	if err != nil {
		return fmt.Errorf("save the tokens of %s: %w", t.name, err)
	}
	return nil
}

// WithLock runs f while nobody else runs theirs. The lock is a lease in the row,
// so that it holds between processes and machines and outlives no crash for long.
func (t *tokens) WithLock(ctx context.Context, f func(context.Context) error) (err error) {
	owner := rand.Text()
	for {
		had, err := t.take(ctx, owner)
		if err != nil {
			return fmt.Errorf("lock the tokens of %s: %w", t.name, err)
		}
		if had {
			break
		}
		if err := pause(ctx, tokenRepeat); err != nil {
			return fmt.Errorf("wait for the tokens of %s: %w", t.name, err)
		}
	}
	defer func() { err = errors.Join(err, t.release(ctx, owner)) }()
	return f(ctx)
}

// take takes the lock if nobody has it, or whoever has it has had it for too long.
func (t *tokens) take(ctx context.Context, owner string) (had bool, err error) {
	err = t.s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "insert into tokens (name) values ($1) on conflict (name) do nothing", t.name); err != nil {
			return err
		}
		now, err := t.s.engine.Clock(ctx, tx)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "update tokens set owner = $2, until = $3 where name = $1 and (owner = '' or until <= $4)",
			t.name, owner, instant(now.Add(tokenLease)), instant(now))
		had = n > 0
		return err
	})
	return had && err == nil, err
}

// release gives the lock up, also when the caller's time is over.
func (t *tokens) release(ctx context.Context, owner string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	err := t.s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, "update tokens set owner = '', until = 0 where name = $1 and owner = $2", t.name, owner)
		return err
	})
	if err != nil {
		return fmt.Errorf("unlock the tokens of %s: %w", t.name, err)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

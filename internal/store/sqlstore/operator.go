package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/operator"
)

// OperatorPassword is the hash of the operator's password, "" before there is one.
func (s *Store) OperatorPassword(ctx context.Context) (string, error) {
	found, err := all(ctx, s.reads, value[string], "select password from operator")
	if err != nil {
		return "", fmt.Errorf("read the operator's password: %w", err)
	}
	if len(found) == 0 {
		return "", nil
	}
	return found[0], nil
}

// SetOperatorPassword replaces the hash, and ends every session.
func (s *Store) SetOperatorPassword(ctx context.Context, hash string) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, `insert into operator (id, password) values (1, $1)
			on conflict (id) do update set password = excluded.password`, hash); err != nil {
			return err
		}
		_, err := exec(ctx, tx, "delete from sessions")
		return err
	})
	if err != nil {
		return fmt.Errorf("set the operator's password: %w", err)
	}
	return nil
}

// BeginSession stores a session that was opened with the password of a hash, and
// forgets those that began before an instant. domain.ErrConflict when the
// password is another by now.
func (s *Store) BeginSession(ctx context.Context, is operator.Session, hash string, before time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if err := s.engine.Lock(ctx, tx, "select 1 from operator where id = 1"); err != nil {
			return err
		}
		if _, err := exec(ctx, tx, "delete from sessions where begun < $1", instant(before)); err != nil {
			return err
		}
		n, err := exec(ctx, tx, `insert into sessions (key, begun, seen) select cast($1 as text), cast($2 as bigint), cast($3 as bigint)
			from operator where password = $4`, is.Key, instant(is.Begun), instant(is.Seen), hash)
		if err == nil && n == 0 {
			return fmt.Errorf("%w: the password is another", domain.ErrConflict)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	return nil
}

// Session is the session of a key, or domain.ErrNotFound.
func (s *Store) Session(ctx context.Context, key string) (operator.Session, error) {
	is, err := one(ctx, s.reads, func(r row) (is operator.Session, err error) {
		err = r.Scan(&is.Key, (*instant)(&is.Begun), (*instant)(&is.Seen))
		return is, err
	}, "select key, begun, seen from sessions where key = $1", key)
	if err != nil {
		return is, fmt.Errorf("session: %w", err)
	}
	return is, nil
}

// SeeSession notes when a session was last used.
func (s *Store) SeeSession(ctx context.Context, key string, at time.Time) error {
	return s.session(ctx, "note the use of", "update sessions set seen = $2 where key = $1", key, instant(at))
}

// EndSession forgets a session; it is no error when there is none.
func (s *Store) EndSession(ctx context.Context, key string) error {
	return s.session(ctx, "end", "delete from sessions where key = $1", key)
}

func (s *Store) session(ctx context.Context, what, statement string, args ...any) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, statement, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s a session: %w", what, err)
	}
	return nil
}

package sqlstore

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/jobs"
)

// CreateNotice stores a queued notice and, in the same transaction, enqueues its
// job. domain.ErrConflict when there is one of that kind and key.
func (s *Store) CreateNotice(ctx context.Context, n domain.Notice) (domain.NoticeID, error) {
	var id domain.NoticeID
	err := s.inTx(ctx, func(tx Tx) (err error) {
		id, err = one(ctx, tx, value[domain.NoticeID], `insert into notices
			(kind, key, address, name, subject, body, html, state, created, changed)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) returning id`,
			n.Kind, n.Key, n.To.Address, n.To.Name, n.Subject, n.Text, n.HTML, domain.NoticeQueued, instant(n.Created))
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, []river.InsertManyParams{{Args: jobs.NoticeArgs{ID: id}}})
	})
	if err != nil {
		return 0, fmt.Errorf("create notice of kind %s: %w", n.Kind, err)
	}
	return id, nil
}

// Notice is one notice, or domain.ErrNotFound.
func (s *Store) Notice(ctx context.Context, id domain.NoticeID) (domain.Notice, error) {
	n, err := one(ctx, s.reads, readNotice, `select id, kind, key, address, name, subject, body, html,
		state, attempts, doubts, reason, created, changed from notices where id = $1`, id)
	if err != nil {
		return n, fmt.Errorf("notice %d: %w", id, err)
	}
	return n, nil
}

func readNotice(r row) (domain.Notice, error) {
	var n domain.Notice
	err := r.Scan(&n.ID, &n.Kind, &n.Key, &n.To.Address, &n.To.Name, &n.Subject, &n.Text, &n.HTML,
		&n.State, &n.Attempts, &n.Doubts, &n.Reason, (*instant)(&n.Created), (*instant)(&n.Changed))
	return n, err
}

// UpdateNotice writes a notice's state down, its attempts, doubts and reason, and
// when that changed. domain.ErrConflict when the one that is stored is not
// queued, domain.ErrNotFound when there is none.
func (s *Store) UpdateNotice(ctx context.Context, n domain.Notice) error {
	err := s.inTx(ctx, func(tx Tx) error {
		changed, err := exec(ctx, tx, `update notices set state = $2, attempts = $3, doubts = $4, reason = $5, changed = $6
			where id = $1 and state = $7`,
			n.ID, n.State, n.Attempts, n.Doubts, foreign(n.Reason), instant(n.Changed), domain.NoticeQueued)
		if err == nil && changed > 0 {
			return forgetWords(ctx, tx, n)
		}
		if err != nil {
			return err
		}
		is, err := one(ctx, tx, value[domain.NoticeState], "select state from notices where id = $1", n.ID)
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: it is %s", domain.ErrConflict, is)
	})
	if err != nil {
		return fmt.Errorf("update notice %d: %w", n.ID, err)
	}
	return nil
}

// forgetWords lets go of a notice's words when they are a secret that needs to be
// sent no more.
func forgetWords(ctx context.Context, tx Tx, n domain.Notice) error {
	if !n.Kind.Secret() || n.State == domain.NoticeQueued {
		return nil
	}
	_, err := exec(ctx, tx, "update notices set body = '', html = '' where id = $1", n.ID)
	return err
}

// Package sqlstore holds the SQL of the store, one file for each of its
// consumers. The text is the same on every engine: $n placeholders, upserts,
// row values, JSON as text, instants as integers. What cannot be the same is
// named in Engine.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// Store is the engine-independent part of a store. Its methods promise what
// the interfaces of the store's consumers say, and wrap domain's errors.
type Store struct {
	engine Engine
	reads  *sql.DB

	quiet quiet

	// running is held for reading by every transaction, so that Close can wait.
	running sync.RWMutex
}

// New is a store that writes through the engine's transactions and reads from
// reads, which must see what was committed.
func New(engine Engine, reads *sql.DB) *Store { return &Store{engine: engine, reads: reads} }

// Wait returns when no transaction is running, and holds back all that would
// begin until release is called; an engine closes its database in between.
func (s *Store) Wait() (release func()) {
	s.running.Lock()
	return s.running.Unlock
}

// inTx runs fn in a transaction and commits it unless fn fails.
func (s *Store) inTx(ctx context.Context, fn func(Tx) error) (err error) {
	s.running.RLock()
	defer s.running.RUnlock()
	tx, err := s.engine.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Close()) }()
	if err := fn(tx); err != nil {
		return s.engine.Classify(err)
	}
	if err := tx.Commit(ctx); err != nil {
		return s.engine.Classify(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// NewInstance numbers a process among all that had the database open to work.
func NewInstance(ctx context.Context, db Querier) (int64, error) {
	return one(ctx, db, value[int64], "update counters set value = value + 1 where name = 'instances' returning value")
}

package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// open makes a pool of connections. begin is how their transactions begin, unless
// they only read.
func open(dsn, begin string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{c, begin}), nil
}

type connector struct {
	driver.Connector
	begin string
}

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s, ok := inner.(session)
	if !ok {
		_ = inner.Close() // nothing was done on it
		return nil, fmt.Errorf("the connection is a %T, which cannot do all that is needed", inner)
	}
	return &conn{session: s, begin: c.begin, known: map[string]*statement{}}, nil
}

// session is what the driver's connections can do.
type session interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection as we need it; database/sql lets one goroutine at a time
// use it.
//
// It prepares each text once: SQLite spends more on reading most of ours than on
// running them. It waits for a file that another process has locked, and as long
// as its caller does. And it does not cut short what a transaction that may write
// runs: it is over soon, and watching for that costs more than most statements.
type conn struct {
	session
	begin   string
	writing bool // in a transaction that may write
	broken  bool // in one that did not end
	known   map[string]*statement
}

const (
	mostStatements = 500  // more than the store and the queue have in their sources
	lockWait       = 1000 // milliseconds for which SQLite waits for a lock, come what may
	lockWaits      = 120  // how often
)

// statement is a prepared one. While its rows are being read, another run of the
// same text must do without.
type statement struct {
	run  prepared
	busy bool
}

type prepared interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// idle is the statement of a text; nil when the text is to be run without one.
func (c *conn) idle(ctx context.Context, text string) (*statement, error) {
	if s := c.known[text]; s != nil && !s.busy {
		return s, nil
	} else if s != nil || len(c.known) == mostStatements {
		return nil, nil
	}
	stmt, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	run, ok := stmt.(prepared)
	if !ok {
		return nil, stmt.Close()
	}
	s := &statement{run: run}
	c.known[text] = s
	return s, nil
}

// ExecContext runs a text that gives no rows.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (result driver.Result, err error) {
	err = c.patiently(ctx, func(ctx context.Context) error {
		s, err := c.idle(ctx, text)
		if err != nil {
			return err
		}
		if s == nil {
			result, err = c.session.ExecContext(ctx, text, args)
		} else {
			result, err = s.run.ExecContext(ctx, args)
		}
		return err
	})
	return result, err
}

// QueryContext runs a text that gives rows.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (found driver.Rows, err error) {
	err = c.patiently(ctx, func(ctx context.Context) error {
		s, err := c.idle(ctx, text)
		if err != nil {
			return err
		}
		if s == nil {
			found, err = c.session.QueryContext(ctx, text, args)
			return err
		}
		if found, err = s.run.QueryContext(ctx, args); err == nil {
			s.busy = true
			found = &rows{found, s}
		}
		return err
	})
	return found, err
}

// patiently tries again while another process has the file locked.
func (c *conn) patiently(ctx context.Context, run func(context.Context) error) error {
	if c.writing {
		return run(context.WithoutCancel(ctx)) // the lock is ours
	}
	for wait := 1; ; wait++ {
		err := run(ctx)
		if !says(err, sqlite3.SQLITE_BUSY) || wait == lockWaits || ctx.Err() != nil {
			return err
		}
	}
}

// BeginTx begins a transaction. Its isolation is what SQLite has: all others are
// as if they were before it or after it.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	begin := c.begin
	if opts.ReadOnly {
		begin = "begin"
	}
	if _, err := c.ExecContext(ctx, begin, nil); err != nil {
		return nil, err
	}
	c.writing = !opts.ReadOnly
	return &transaction{c}, nil
}

type transaction struct{ c *conn }

// Commit leaves no transaction behind, even when it fails.
func (t *transaction) Commit() error {
	_, err := t.c.ExecContext(context.Background(), "commit", nil)
	if err != nil {
		return errors.Join(err, t.Rollback())
	}
	t.c.writing = false
	return nil
}

// Rollback undoes all. Some errors have done so before, of which SQLite tells
// only in words.
func (t *transaction) Rollback() error {
	_, err := t.c.ExecContext(context.Background(), "rollback", nil)
	t.c.writing = false
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	t.c.broken = err != nil
	return err
}

// IsValid reports whether the connection can be used again.
func (c *conn) IsValid() bool { return !c.broken && c.session.IsValid() }

// Close closes the statements too.
func (c *conn) Close() error {
	for _, s := range c.known {
		_ = s.run.Close() // the connection's error counts
	}
	return c.session.Close()
}

// rows gives its statement back.
type rows struct {
	driver.Rows
	of *statement
}

// Close ends the reading.
func (r *rows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}

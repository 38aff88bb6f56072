package faults

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// mortal is the hasty program with points in it at which it can be made to die:
// before and after each step of a phase, and before each statement and commit of
// its transactions. Nothing is tidied up then: it kills itself with SIGKILL.
func (b *builds) mortal(t *testing.T) string {
	return b.get(t, "mortal", slices.Concat(hurry, points))
}

// The phases of an edition's making, and of the start after an upgrade.
const (
	gathering = "gather"
	syncing   = "sync"
	rendering = "render"
	cutting   = "cut"    // which pieces are in it, and the transaction that makes it
	freezing  = "freeze" // the rest of the job: marks, notices, the start
	migrating = "migration"
)

// fate is the variable of the environment that says where a mortal program dies:
// at a phase's point of some number, and so long afterwards. "count" lets it live
// and say which points it passes.
const fate = "MARQUEE_FAULTS_FATE"

func fateAt(phase string, point int, after time.Duration) string {
	return fmt.Sprintf("%s=%s %d %s", fate, phase, point, after)
}

// passed is what a program says that counts.
func passed(phase string) string { return "faults: passed " + phase + "\n" }

const mortality = `package domain

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	fatePhase string
	fateLeft  atomic.Int64
	fateAfter time.Duration
)

func init() {
	var point int64
	var after string
	_, _ = fmt.Sscan(os.Getenv("` + fate + `"), &fatePhase, &point, &after)
	fateLeft.Store(point)
	fateAfter, _ = time.ParseDuration(after)
}

// Point is a place where the program may die.
func Point(phase string) {
	if fatePhase == "count" {
		fmt.Fprint(os.Stderr, "faults: passed "+phase+"\n")
	}
	if phase != fatePhase || fateLeft.Add(-1) != 0 {
		return
	}
	die := func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	if fateAfter > 0 {
		time.AfterFunc(fateAfter, die)
		return
	}
	die()
	select {}
}

type within struct{}

// Within is a context whose statements belong to a phase.
func Within(ctx context.Context, phase string) context.Context {
	Point(phase)
	return context.WithValue(ctx, within{}, phase)
}

// At is a point of the phase that a context belongs to.
func At(ctx context.Context) {
	if phase, _ := ctx.Value(within{}).(string); phase != "" {
		Point(phase)
	}
}
`

// mortalDB lets the statements of migrations be points too.
const mortalDB = `package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"marquee/internal/domain"
)

// mortal is a database whose connections are borrowed from another, and whose
// statements are points.
func mortal(db *sql.DB) *sql.DB {
	other := sql.OpenDB(mortalConnector{db})
	other.SetMaxIdleConns(0) // what is not used goes back
	return other
}

type mortalConnector struct{ db *sql.DB }

func (c mortalConnector) Driver() driver.Driver { return c.db.Driver() }

func (c mortalConnector) Connect(ctx context.Context) (driver.Conn, error) {
	lent, err := c.db.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	conn := &mortalConn{lent: lent}
	err = lent.Raw(func(own any) error {
		conn.Conn = own.(driver.Conn)
		return nil
	})
	return conn, err
}

type mortalConn struct {
	driver.Conn
	lent *sql.Conn
}

func (c *mortalConn) Close() error { return c.lent.Close() }

func (c *mortalConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	domain.Point("migration")
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, text, args)
}

func (c *mortalConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, text, args)
}

func (c *mortalConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
	return mortalTx{tx}, err
}

func (c *mortalConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type mortalTx struct{ driver.Tx }

func (t mortalTx) Commit() error {
	domain.Point("migration")
	err := t.Tx.Commit()
	domain.Point("migration")
	return err
}
`

// points are where the program may die, and how its statements know their phase.
var points = []edit{
	{"internal/domain/mortal.go", "", mortality},
	{"internal/store/sqlstore/mortal.go", "", mortalDB},
	{"internal/store/sqlstore/migrate.go", `goose.NewProvider(m.Dialect, m.DB, `, `goose.NewProvider(m.Dialect, mortal(m.DB), `},
	{"internal/store/sqlstore/migrate.go", `if _, err := m.Migrate(`, "domain.Point(\"migration\")\n\tif _, err := m.Migrate("},
	{"internal/store/sqlstore/query.go", `result, err := q.ExecContext(ctx, text, args...)`, "domain.At(ctx)\n\tresult, err := q.ExecContext(ctx, text, args...)"},
	{"internal/store/sqlstore/store.go", "\t\"sync\"\n)", "\t\"sync\"\n\n\t\"marquee/internal/domain\"\n)"},
	{"internal/store/sqlstore/store.go", `if err := tx.Commit(ctx); err != nil {`, "domain.At(ctx)\n\tdefer domain.At(ctx)\n\tif err := tx.Commit(ctx); err != nil {"},
	{"internal/gather/gather.go", `res, err := g.cfg.Reader.Read(ctx, before)`, "ctx = domain.Within(ctx, \"gather\")\n\tres, err := g.cfg.Reader.Read(ctx, before)\n\tdomain.At(ctx)"},
	{"internal/app/sync.go", `d, err := s.sync(ctx)`, "ctx = domain.Within(ctx, \"sync\")\n\td, err := s.sync(ctx)\n\tdomain.At(ctx)"},
	{"internal/app/sync.go", `listing, err := s.roster.List(ctx)`, "listing, err := s.roster.List(ctx)\n\tdomain.At(ctx)"},
	{"internal/digest/render.go", `func (c *Compiler) composed(letter Letter) (form, plain []byte, err error) {`, "func (c *Compiler) composed(letter Letter) (form, plain []byte, err error) {\n\tdomain.Point(\"render\")\n\tdefer domain.Point(\"render\")"},
	{"internal/digest/compiler.go", `frozen, err := c.freeze(`, "domain.Point(\"render\")\n\tfrozen, err := c.freeze("},
	{"internal/digest/compiler.go", `stored, err := c.cfg.Store.EditionBySlot(`, "ctx = domain.Within(ctx, \"cut\")\n\tstored, err := c.cfg.Store.EditionBySlot("},
	{"internal/digest/compiler.go", `e, err := c.cfg.Store.CreateEdition(ctx, frozen)`, "domain.At(ctx)\n\te, err := c.cfg.Store.CreateEdition(ctx, frozen)"},
	{"internal/jobs/work.go", `frozen := c.work.Store.SetMark(`, "ctx = domain.Within(ctx, \"freeze\")\n\tfrozen := c.work.Store.SetMark("},
}

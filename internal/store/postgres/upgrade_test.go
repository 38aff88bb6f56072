package postgres_test

import (
	"database/sql"
	"os"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"marquee/internal/store"
	"marquee/internal/store/postgres"
	"marquee/internal/store/storetest"
)

func TestUpgrade(t *testing.T) {
	t.Parallel()
	storetest.Upgraded(t, openAt(t, firstRelease(t)))
}

// firstRelease is a database as the first release left it.
func firstRelease(t *testing.T) (dsn string) {
	t.Helper()
	dsn = bare(t)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for _, statement := range storetest.FirstRelease() {
		execute(t, dsn, statement)
	}
	return dsn
}

// bare is a database without any tables.
func bare(t *testing.T) string {
	t.Helper()
	dsn := cluster.Database(t, migrated)
	execute(t, dsn, "drop schema public cascade")
	execute(t, dsn, "create schema public")
	return dsn
}

func TestProof(t *testing.T) {
	t.Parallel()
	storetest.Proof(t, func(t *testing.T) (store.Store, func(string)) {
		dsn := cluster.Database(t, migrated)
		return openAt(t, dsn), func(statement string) { execute(t, dsn, statement) }
	})
}

// TestDeadOwner: the server knows who is there.
func TestDeadOwner(t *testing.T) {
	t.Parallel()
	dsn := cluster.Database(t, migrated)
	first, err := postgres.Open(t.Context(), dsn, quiet())
	if err != nil {
		t.Fatal(err)
	}
	heir := openAt(t, dsn)
	storetest.DeadOwner(t, first, heir, func() store.Store {
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return heir.Present(t.Context()) == 1 })
		return heir
	})
}

// TestPresenceComesBack cuts the connection that says that a process lives.
func TestPresenceComesBack(t *testing.T) {
	t.Parallel()
	dsn := cluster.Database(t, migrated)
	s := openAt(t, dsn)
	before := s.Keepers(t.Context())
	execute(t, dsn, "select pg_terminate_backend("+before+")")
	until(t, func() bool {
		after := s.Keepers(t.Context())
		return after != "" && after != before
	})
	storetest.DeadOwner(t, s, openAt(t, dsn), func() store.Store {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		heir := openAt(t, dsn)
		until(t, func() bool { return heir.Present(t.Context()) == 2 })
		return heir
	})
}

// until asks again and again, which the server's answers pace.
func until(t *testing.T, true func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !true(); {
		if time.Now().After(end) {
			t.Fatal("not within a minute")
		}
	}
}

func TestModel(t *testing.T) {
	t.Parallel()
	storetest.Model(t, open(t), nil)
}

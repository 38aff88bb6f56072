package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"marquee/internal/store"
	"marquee/internal/store/sqlite"
	"marquee/internal/store/storetest"
)

func TestUpgrade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "marquee.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for _, statement := range storetest.FirstRelease() {
		execute(t, path, statement)
	}
	storetest.Upgraded(t, openAt(t, path))
}

func TestProof(t *testing.T) {
	t.Parallel()
	storetest.Proof(t, func(t *testing.T) (store.Store, func(string)) {
		path := empty(t)
		return openAt(t, path), func(statement string) { execute(t, path, statement) }
	})
}

// TestDeadOwner: whoever has the file is alone.
func TestDeadOwner(t *testing.T) {
	t.Parallel()
	path := empty(t)
	first, err := sqlite.Open(t.Context(), path, options(true))
	if err != nil {
		t.Fatal(err)
	}
	storetest.DeadOwner(t, first, openWith(t, path, options(false)), func() store.Store {
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		return openAt(t, path)
	})
}

// TestModel lets the clock jump too.
func TestModel(t *testing.T) {
	t.Parallel()
	var ahead time.Duration // of one goroutine, as all that asks is
	o := options(true)
	o.Now = func() time.Time { return time.Now().Add(ahead) }
	storetest.Model(t, openWith(t, empty(t), o), func(by time.Duration) { ahead += by })
}

package faults

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"marquee/internal/store/storetest"
)

// TestKillsInMigration is the rest of fault F2: the program is killed again and
// again while it brings a database of the first release up to date, which has
// many rows. Each start goes on where it can, and in the end all is as if nothing
// had happened.
func TestKillsInMigration(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		began := time.Now()
		want, points := oldHouse(t, store).upgrade(t)
		kills := 0
		for databases := 0; kills < size().of(3, 34) && !t.Failed(); databases++ {
			if store != onFile {
				store = onServer(t, &cluster)
			}
			o := oldHouse(t, store)
			kills += o.killing(t, databases, size().of(3, 12))
			if got, _ := o.upgrade(t); got != want {
				t.Errorf("after %d kills there is\n%swant\n%s", kills, got, want)
			}
		}
		t.Logf("%d kills within the %d steps of an upgrade, %s", kills, points, since(began))
	})
}

// old is a house whose database is of the first release.
type old struct{ *house }

func oldHouse(t *testing.T, store string) old {
	t.Helper()
	h := settleIn(t, newWitness(t, manners{}), rules{store: store, program: programs.mortal(t), patrons: 1})
	db := h.open(t)
	defer db.Close()
	dialect, files := goose.DialectSQLite3, "sqlite"
	if store != onFile {
		dialect, files = goose.DialectPostgres, "postgres"
		execute(t, db, "drop schema public cascade", "create schema public")
	}
	p, err := goose.NewProvider(dialect, db, os.DirFS(filepath.Join("..", "store", files, "migrations")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	execute(t, db, storetest.FirstRelease()...)
	execute(t, db, many(size().of(2_000, 50_000))...)
	return old{h}
}

// many are statements for so many patrons more, with a letter each, and as many
// items.
func many(n int) []string {
	numbers := fmt.Sprintf("with recursive n(i) as (select 1 union all select i + 1 from n where i < %d)", n)
	return []string{
		"insert into patrons (roster, external, email, email_key, name, tier, standing, since) " + numbers +
			" select 'csv', '', 'p' || i || '@example.com', 'p' || i || '@example.com', 'P', '', 'reader', 0 from n",
		"insert into deliveries (edition, shard, patron, state, fence, attempts, next_at, class, reason, changed) select 1, 0, id, 4, 1, 1, 0, '', '', 1 from patrons where email like 'p%'",
		"insert into items (id, source, guid, kind, series, title, published, updated, first_published, first_seen, changed, opened, withdrawn, backlog, exclusive, doc) " + numbers +
			` select 'item-' || i, 'a', 'guid-' || i, 'post', '', 'Item ' || i, i, 0, i, i, i, 0, 0, false, false, '{"url":"https://example.com/' || i || '"}' from n`,
	}
}

func execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// killing kills the upgrade so often, or until it is over: at a step not far from
// where it goes on, or a moment after it.
func (o old) killing(t *testing.T, seed, most int) (kills int) {
	t.Helper()
	for kills < most {
		point, after := 1+(seed*5+kills*7)%17, time.Duration(0)
		if kills%2 == 1 {
			after = time.Duration(1+(seed*3+kills*11)%40) * time.Millisecond / 4
		}
		o.env = []string{fateAt(migrating, point, after)}
		if !o.start(t, "status").killed(patience) {
			return kills
		}
		kills++
	}
	return kills
}

// upgrade lets the program live, and returns what the database holds then and how
// many steps it took.
func (o old) upgrade(t *testing.T) (holds string, points int) {
	t.Helper()
	o.env = []string{fateAt("count", 0, 0)}
	p := o.start(t, "status")
	if err := p.ends(t); err != nil {
		t.Fatalf("it does not start any more: %v\n%s", err, &p.log)
	}
	o.env = nil
	o.must(t, "fsck")
	db := o.open(t)
	defer db.Close()
	for _, query := range []string{
		"select 'version ' || max(version_id) from goose_db_version where is_applied", "select 'queue ' || max(version) from river_migration",
		"select 'patrons ' || count(*) from patrons", "select 'items ' || count(*) from items", "select 'keys ' || count(*) from item_keys",
		"select 'letters ' || count(*) || ' of ' || sum(id) || ' in ' || sum(state) from deliveries", "select 'renditions ' || count(*) from renditions",
		"select 'shards ' || count(*) || ' to ' || sum(high) from shards", "select 'editions for ' || sum(entitled) from editions",
	} {
		var line string
		if err := db.QueryRowContext(t.Context(), query).Scan(&line); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		holds += line + "\n"
	}
	return holds, p.log.count(passed(migrating))
}

package storetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/store"
)

// Backup backs a store up to a file while an edition is being sent, and lets it
// go on. What it returns checks a store into which that was restored.
func Backup(t *testing.T, s store.Store, file string) (restored func(store.Store)) {
	t.Helper()
	ctx := t.Context()
	r := healthy(t, s)
	generation := must(s.Generation(ctx))(t)
	secret := must(s.Secret(ctx, "tokens"))(t)
	before := must(s.Deliveries(ctx, r.edition))(t)
	check(t, s.Backup(ctx, file))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("backup with mode %v, %v", info.Mode(), err)
	}
	data := must(os.ReadFile(file))(t)
	wants(t, s.Backup(ctx, file), domain.ErrConflict)
	if after := must(os.ReadFile(file))(t); string(after) != string(data) {
		t.Error("a second backup changed the first")
	}
	if err := s.Backup(ctx, filepath.Join(file, "below", "a file")); err == nil {
		t.Error("backed up below a file")
	}
	if left := must(os.ReadDir(filepath.Dir(file)))(t); len(left) != 1 {
		t.Errorf("backups left %v", left)
	}
	enroll(t, s, 2, reader)
	r.record(t, delivery.Outcome{Patron: r.patrons[3].ID, State: domain.Sent})
	return func(s store.Store) {
		t.Helper()
		if diff := cmp.Diff(before, must(s.Deliveries(ctx, r.edition))(t)); diff != "" {
			t.Errorf("deliveries (-backed up +restored):\n%s", diff)
		}
		if diff := cmp.Diff(r.patrons, must(s.AllPatrons(ctx))(t)); diff != "" {
			t.Errorf("patrons (-backed up +restored):\n%s", diff)
		}
		if again := must(s.Secret(ctx, "tokens"))(t); string(again) != string(secret) {
			t.Error("another secret")
		}
		if again := must(s.Generation(ctx))(t); again == generation {
			t.Error("a backup that was restored is of the same generation")
		}
		expect(t, s)
	}
}

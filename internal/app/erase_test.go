package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/patron"
)

// Who asked to be forgotten stays so in every later run, also on an older copy
// of the database, until they sign up again themselves.
func TestErasureOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	p := publish(t, rosters)
	early := p.read(t, "marquee.db")
	enroll := func(i *instance) {
		t.Helper()
		if err := i.Store().ApplyDifference(t.Context(), "members", patron.Difference{Add: []domain.Patron{
			{Email: "Ada@reader.example", External: "17", Audience: domain.Audience{Standing: domain.Active}}, {Email: "bo@reader.example"},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	i := p.open(t, slotTime)
	enroll(i)
	ada := must(i.Store().PatronByEmail(t.Context(), "ada@reader.example"))(t)
	if err := i.ErasePatron(t.Context(), ada.ID); err != nil {
		t.Fatal(err)
	}
	i.close(t)
	if file := p.read(t, "marquee.db.erased"); strings.Contains(strings.ToLower(file), "ada") || len(strings.Fields(file)) != 4 {
		t.Errorf("the file says\n%s", file)
	}
	for _, name := range []string{"marquee.db-wal", "marquee.db-shm"} {
		_ = os.Remove(filepath.Join(p.dir, name)) // as a copy of the file alone
	}
	if err := os.WriteFile(filepath.Join(p.dir, "marquee.db"), []byte(early), 0o600); err != nil {
		t.Fatal(err)
	}
	i = p.open(t, slotTime) // another database altogether
	enroll(i)
	i.close(t)
	i = p.open(t, slotTime)
	if _, err := i.Store().PatronByEmail(t.Context(), "ada@reader.example"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("what the copy knew is found: %v", err)
	}
	listed := domain.Patron{Email: "elsewhere@reader.example", External: "17", Audience: domain.Audience{Standing: domain.Active}}
	d := must(patron.Plan(t.Context(), i.Store(), "members", patron.Listing{People: []domain.Patron{listed}}))(t)
	if d.Erased != 1 {
		t.Errorf("the roster brings them back: %+v", d)
	}
	if err := i.LiftErasure(t.Context(), "ADA@reader.example"); err != nil {
		t.Fatal(err)
	}
	i.close(t)
	i = p.open(t, slotTime)
	listed = domain.Patron{Email: "ada@reader.example", Audience: domain.Audience{Standing: domain.Active}}
	if d := must(patron.Plan(t.Context(), i.Store(), "other", patron.Listing{People: []domain.Patron{listed}}))(t); d.Erased != 0 {
		t.Errorf("who came back is not let in: %+v", d)
	}
}

// A damaged list stops the program: to go on would be to mail people who asked
// not to be known.
func TestDamagedErasures(t *testing.T) {
	t.Parallel()
	p := publish(t, rosters)
	p.write(t, "marquee.db.erased", "key zz\n", slotTime)
	if _, err := p.start(t.Context(), slotTime, app.Exclusive); !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "marquee.db.erased") {
		t.Errorf("error %v", err)
	}
}

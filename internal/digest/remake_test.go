package digest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// heldWeek is the rich week's edition, held for want of an operator's word.
func heldWeek(t *testing.T, s *fakeStore) domain.Edition {
	t.Helper()
	s.items = richWeek(t)
	e, err := newCompiler(t, s, approved).Compile(t.Context(), slot)
	if err != nil || e.State != domain.EditionHeld {
		t.Fatalf("%+v, %v", e, err)
	}
	return e
}

func approved(c *digest.Config) { c.Digest.Approval = config.ApprovalWait }

// What it had is free for it, what was withdrawn goes, and what came in comes in.
func TestRemakeChoosesAnew(t *testing.T) {
	t.Parallel()
	s := &fakeStore{}
	was := heldWeek(t, s)
	s.items[0].Withdrawn = frozen(t)
	fresh := s.items[1]
	s.items[1].Title, s.items[1].Settles = "Mended title", frozen(t).Add(time.Hour) // an edit made to mend it need not settle
	fresh.ID, fresh.GUID, fresh.Title = domain.NewItemID("reviews", "fresh"), "fresh", "Fresh as paint"
	s.items = append(s.items, fresh)
	later := func(c *digest.Config) { c.Now = func() time.Time { return frozen(t).Add(10 * time.Minute) } }
	is, err := newCompiler(t, s, later).Remake(t.Context(), was)
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.ItemID{was.Items[1], fresh.ID, was.Items[2], was.Items[3]}
	slices.Sort(want)
	got := slices.Sorted(slices.Values(is.Items))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if is.ID != was.ID || is.State != domain.EditionHeld || is.Reason != "made anew: waits for your word" || !is.Frozen.Equal(frozen(t).Add(10*time.Minute)) || !is.Due.Equal(was.Due) {
		t.Errorf("made %+v of %+v", is, was)
	}
	text := s.editions[0].Renditions[0].Text
	if !strings.Contains(text, "Mended title") || !strings.Contains(text, "Fresh as paint") || strings.Contains(text, s.items[0].Title) {
		t.Errorf("the public's text is\n%s", text)
	}
}

// A template that was mended makes another letter of the same pieces.
func TestRemakeOfTheSame(t *testing.T) {
	t.Parallel()
	s := &fakeStore{}
	was := heldWeek(t, s)
	titled := func(c *digest.Config) { c.Digest.Title = "Lantern Screen on Fridays" }
	is, err := newCompiler(t, s, approved, titled).Remake(t.Context(), was)
	if err != nil || !slices.Equal(is.Items, was.Items) {
		t.Errorf("items %v were %v: %v", is.Items, was.Items, err)
	}
	if html := s.editions[0].Renditions[1].HTML; !strings.Contains(html, "Lantern Screen on Fridays") {
		t.Errorf("the letter is as it was:\n%s", html)
	}
}

// Whatever is still wrong is said, and keeps the edition held.
func TestRemakeSaysWhatIsWrongStill(t *testing.T) {
	t.Parallel()
	s := &fakeStore{}
	was := heldWeek(t, s)
	s.items = slices.DeleteFunc(s.items, func(it domain.Item) bool { return len(it.Picks) > 0 })
	missing := func(c *digest.Config) { c.Digest.WhenMissing = config.WhenMissingHold }
	is, err := newCompiler(t, s, missing).Remake(t.Context(), was)
	if err != nil || is.State != domain.EditionHeld || !strings.HasPrefix(is.Reason, "something is missing: ") {
		t.Errorf("%+v, %v", is, err)
	}
}

func TestRemakeRefuses(t *testing.T) {
	t.Parallel()
	s := &fakeStore{}
	was := heldWeek(t, s)
	frozenOne := was
	frozenOne.State = domain.EditionFrozen
	_, err := newCompiler(t, s).Remake(t.Context(), frozenOne)
	wantsConflict(t, err, "it is frozen, not held")
	s.items = nil
	_, err = newCompiler(t, s).Remake(t.Context(), was)
	wantsConflict(t, err, "nothing would be in it, nothing new")
	if got := s.editions[0].Edition; got.State != domain.EditionHeld || len(got.Items) != len(was.Items) {
		t.Errorf("the edition is %+v", got)
	}
}

func wantsConflict(t *testing.T, err error, says string) {
	t.Helper()
	if !errors.Is(err, domain.ErrConflict) || !strings.Contains(fmt.Sprint(err), says) {
		t.Errorf("error %v, want a conflict that says %q", err, says)
	}
}

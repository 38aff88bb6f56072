package feed_test

import (
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed/feedtest"
)

// TestWhatCannotBeWrittenIsLeftOut and said, and the others are there.
func TestWhatCannotBeWrittenIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil  func(*domain.Item)
		reason string
	}{
		"no id":          {func(it *domain.Item) { it.ID = "" }, "its id"},
		"a space in it":  {func(it *domain.Item) { it.ID = "a b" }, "its id"},
		"somebody's id":  {func(it *domain.Item) { it.ID = feedtest.Items()[1].ID }, "another item"},
		"a text of 5 MB": {func(it *domain.Item) { it.Body = "<p>" + strings.Repeat("fog ", 5<<18) + "</p>" }, "5 MB"},
	} {
		bad := review(feedtest.Now().Add(-100 * 24 * time.Hour)) // the last in order
		tt.spoil(&bad)
		b := build(t, feedtest.Spec(), screenwriter, feedtest.Now(), append(feedtest.Items(), bad)...)
		if len(b.Omitted) != 1 || b.Omitted[0].Item != bad.ID || !strings.Contains(b.Omitted[0].Reason, tt.reason) {
			t.Errorf("%s: left out %+v", name, b.Omitted)
		}
		if n := len(b.Document.Entries); n != len(feedtest.Items()) {
			t.Errorf("%s: %d entries", name, n)
		}
		if _, err := b.Document.Portable(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	big := review(feedtest.Now().Add(-100 * 24 * time.Hour))
	big.Body = "<p>" + strings.Repeat("fog ", 2<<18) + "</p>"
	if b := build(t, feedtest.Spec(), public, feedtest.Now(), big); len(b.Omitted) > 0 {
		t.Errorf("a text of 2 MB was left out: %v", b.Omitted)
	}
}

// TestAMishapCostsOneItem: what goes wrong with one piece, such as a picture's
// address that nobody can make sense of, is not the others' problem.
func TestAMishapCostsOneItem(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Images = func(img *domain.Image) *domain.Image {
		if strings.Contains(img.URL, "Paper-Lanterns") {
			panic("no such picture")
		}
		return img
	}
	b := build(t, spec, public, feedtest.Now(), feedtest.Items()...)
	if len(b.Omitted) != 1 || !strings.Contains(b.Omitted[0].Reason, "no such picture") || len(b.Document.Entries) != len(feedtest.Items())-1 {
		t.Errorf("%d entries, left out %+v", len(b.Document.Entries), b.Omitted)
	}
}

func TestTheOperatorIsTold(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	bad := review(feedtest.Now().Add(-time.Hour))
	bad.ID = "a b"
	s.store.Set(append(feedtest.Items(), bad)...)
	s.serve(t, public)
	s.serve(t, public)
	if n := strings.Count(s.log.String(), "item left out of feed"); n != 1 {
		t.Errorf("said %d times:\n%s", n, s.log.String())
	}
}

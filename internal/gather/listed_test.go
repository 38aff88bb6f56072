package gather_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
)

const fridayPost = `<p>A week of harbors.</p>
<p><strong>The Salt Ledger</strong> (2024), Netflix, leaves Nov 30. A heist <script>told</script> in receipts.</p>
<p><strong>Ember Street</strong> (1956) ★★★½ <a href="javascript:x()">Tubi</a>. Noir.</p>`

func fridayPiece() source.Raw {
	raw := piece("friday", "Friday picks")
	raw.Film, raw.Summary, raw.Content, raw.Kind = nil, "", fridayPost, domain.Picks
	return raw
}

// The films of a picks post are made out, whatever kind of source brought it, with
// its reasons made publishable; the note is what remains.
func TestPicksOfAPost(t *testing.T) {
	t.Parallel()
	it := one(t, config.Rules{Rating: 4}, fridayPiece())
	want := []domain.Pick{
		{Title: "The Salt Ledger", Year: 2024, Service: "Netflix", Leaves: domain.Date{Year: 2026, Month: 11, Day: 30}, Why: "<p>A heist in receipts.</p>"},
		{Title: "Ember Street", Year: 1956, Service: "Tubi", Rating: &domain.Rating{Value: 3.5, Best: 4, Step: 0.5}, Why: "<p>Noir.</p>"},
	}
	if diff := cmp.Diff(want, it.Picks); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if it.Body != "<p>A week of harbors.</p>" || it.Teaser != "<p>A week of harbors.</p>" {
		t.Errorf("the note is %q, the teaser %q", it.Body, it.Teaser)
	}
}

// A post that is no list stays whole, and so does one of another kind.
func TestNoPicks(t *testing.T) {
	t.Parallel()
	walk := fridayPiece()
	walk.Content = "<p>I went for a walk.</p><p>It was long.</p><p><b>Ember Street</b> (1956) was on.</p><p>I did not see it.</p><p>I slept.</p>"
	essay := fridayPiece()
	essay.Kind = domain.Essay
	for name, raw := range map[string]source.Raw{"prose": walk, "essay": essay} {
		if it := one(t, config.Rules{}, raw); len(it.Picks) > 0 || !strings.Contains(it.Body, "Ember Street") {
			t.Errorf("%s: picks %+v, body %q", name, it.Picks, it.Body)
		}
	}
}

// What is made of a post is stable: it is no change to read it again, also where the
// text comes from the piece's page and is not read again.
func TestPicksAreStable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reads(fridayPiece())
	if saved, report := b.reads(fridayPiece()); len(saved.Items) > 0 || report.String() != "nothing new" {
		t.Errorf("read again: %s", report)
	}
	bare := fridayPiece()
	bare.Content = ""
	c := newBench(t)
	asked := 0
	c.detail = func(raw *source.Raw) error {
		if asked++; asked > 1 {
			return errors.New("asked again")
		}
		raw.Content = fridayPost
		return nil
	}
	saved, _ := c.reads(bare)
	if len(saved.Items) != 1 || len(saved.Items[0].Picks) != 2 {
		t.Fatalf("%+v", saved.Items)
	}
	if saved, report := c.reads(bare); len(saved.Items) > 0 || asked != 1 {
		t.Errorf("read again: %s, the page asked %d times: %s", report, asked, cmp.Diff(c.store.items["friday"], saved.Items))
	}
}

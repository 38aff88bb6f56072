package feed_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/feed/feedtest"
)

// letters is a feed.EditionStore; an edition without a rendition has an id that is
// not a key.
type letters struct {
	editions   []domain.Edition
	renditions map[domain.EditionID]domain.Rendition
	err        error
}

func (l letters) Editions(_ context.Context, limit int) ([]domain.Edition, error) {
	return l.editions[:min(limit, len(l.editions))], l.err
}

func (l letters) Rendition(_ context.Context, id domain.EditionID, a domain.Readers) (domain.Rendition, error) {
	r, ok := l.renditions[id]
	if !ok || a != (domain.Readers{}) {
		return domain.Rendition{}, domain.ErrNotFound
	}
	return r, nil
}

func twoLetters() letters {
	at := func(day int) domain.Edition {
		due := time.Date(2026, 11, day, 23, 0, 0, 0, time.UTC)
		return domain.Edition{ID: domain.EditionID(day), Digest: "weekly", Slot: domain.Slot(due.Format("2006-01-02T15:04")), Subject: "No.", Due: due, Started: due.Add(time.Second)}
	}
	return letters{
		editions: []domain.Edition{at(20), at(13), at(6)},
		renditions: map[domain.EditionID]domain.Rendition{
			20: {Subject: "Paper Lanterns & more", Preheader: "Three picks", HTML: `<!doctype html><html><body><div style="display:none">Three picks</div><table><tr><td><h1>Weekly</h1><script>x</script><p>Read <a href="/reviews/">on</a>.</p></td></tr></table></body></html>`},
			13: {HTML: "<p>Without a heading.</p>"},
		},
	}
}

// TestFeedOfEditions holds those that everybody may read, as they were sent, without
// what mail programs alone show.
func TestFeedOfEditions(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Entries, spec.Editions = config.EntriesEditions, twoLetters()
	for _, a := range []domain.Audience{public, screenwriter} {
		b := build(t, spec, a, feedtest.Now(), feedtest.Items()...)
		if len(b.Document.Entries) != 2 || !b.Until.Equal(feedtest.Now().Add(time.Minute)) {
			t.Fatalf("%d entries until %v", len(b.Document.Entries), b.Until)
		}
		e := b.Document.Entries[0]
		if e.Title != "Paper Lanterns & more" || e.Summary != "Three picks" || e.URL != "https://feeds.lanternscreen.example/editions/weekly-2026-11-20-2300" {
			t.Errorf("got %+v", e)
		}
		if want := `<h1>Weekly</h1><p>Read <a href="https://feeds.lanternscreen.example/reviews/">on</a>.</p>`; !strings.HasPrefix(e.HTML, want) || strings.Contains(e.HTML, "Three picks") {
			t.Errorf("text %s, want %s", e.HTML, want)
		}
		if b.Document.Updated != e.Updated || b.Document.Entries[1].HTML != "<p>Without a heading.</p>" {
			t.Errorf("updated %v, entries %+v", b.Document.Updated, b.Document.Entries)
		}
		if _, err := b.Document.Portable(); err != nil {
			t.Error(err)
		}
	}
	first := build(t, spec, public, feedtest.Now()).Document.Entries[0].ID
	spec.Publication.Server, spec.Publication.Title = "https://moved.example", "Renamed"
	if moved := build(t, spec, public, feedtest.Now()).Document.Entries[0].ID; moved != first {
		t.Errorf("an id changed from %s to %s", first, moved)
	}
}

func TestFeedOfEditionsReportsErrors(t *testing.T) {
	t.Parallel()
	spec, broken := feedtest.Spec(), errors.New("disk on fire")
	spec.Entries, spec.Editions = config.EntriesEditions, letters{err: broken}
	if _, err := spec.Build(t.Context(), &feedtest.Memory{}, domain.Readers{Audience: public}, feedtest.Now()); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	spec.Editions = letters{}
	b, err := spec.Build(t.Context(), &feedtest.Memory{}, domain.Readers{Audience: public}, feedtest.Now())
	if err != nil || b.Document.Updated.IsZero() {
		t.Errorf("without any edition: updated %v, error %v", b.Document.Updated, err)
	}
	if _, err := spec.BuildPage(t.Context(), &feedtest.Memory{}, domain.Readers{Audience: public}, feedtest.Now(), "2026-11"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a page of items in a feed of editions: %v", err)
	}
}

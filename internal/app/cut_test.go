package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/schedule"
	"marquee/internal/testkit"
)

// TestArrivalsAcrossTheCut is fault F16: pieces arrive, a hundred a second, while
// editions freeze. Each is in exactly one edition, also what was seen before a
// freeze and is stored after it, and is days old by then.
func TestArrivalsAcrossTheCut(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, store string) {
		const weeks, pieces = 5, 100
		_, mail := smtpServer(t, testkit.SMTPConfig{})
		p := publish(t, store, `sources: {site: {kind: webfeed, url: "https://www.lanternscreen.example/feed/"}}`, mail,
			`digests: {weekly: {schedule: "0 17 * * FRI", to: everyone, sections: [`+strings.Repeat("{section: reviews, max: 50}, ", 5)+"{section: reviews, max: 50}]}}")
		i := p.open(t, slotTime.Add(-time.Hour))
		slot := slotName
		for week := range weeks {
			i.now = schedule.Instant(slot, i.Zone()).Add(-time.Hour)
			a := arrivals{instance: i, week: week, seen: i.now.Add(-30 * time.Second)}
			var writing sync.WaitGroup
			for n := range pieces {
				writing.Go(func() { a.store(t, n) })
			}
			if _, err := i.Compile(t.Context(), "weekly", slot); err != nil {
				t.Fatal(err)
			}
			writing.Wait()
			slot = must(i.NextSlot(t.Context(), "weekly"))(t)
		}
		i.now = schedule.Instant(slot, i.Zone()).Add(-time.Hour)
		must(i.Compile(t.Context(), "weekly", slot))(t)
		i.wantEachOnce(t, weeks*pieces)
	})
}

// arrivals are pieces that one read has seen.
type arrivals struct {
	*instance
	week int
	seen time.Time
}

func (a *arrivals) store(t *testing.T, n int) {
	guid := fmt.Sprintf("%d-%d", a.week, n)
	published := a.seen.Add(-time.Duration(n) * time.Hour)
	it := domain.Item{
		ID: domain.NewItemID("site", guid), Source: "site", GUID: guid, Kind: domain.Review, Title: "Piece " + guid, Teaser: "<p>x</p>",
		URL: "https://www.lanternscreen.example/" + guid + "/",
	}
	it.Published, it.FirstPublished, it.FirstSeen, it.Changed = published, published, a.seen, published
	if err := a.Store().SaveGathered(t.Context(), gather.Gathered{Source: "site", At: a.seen, Items: []domain.Item{it}}); err != nil {
		t.Errorf("%s: %v", guid, err)
	}
}

// wantEachOnce wants so many items, each in one edition.
func (i *instance) wantEachOnce(t *testing.T, items int) {
	t.Helper()
	in := map[domain.ItemID]int{}
	parts := 0
	for _, e := range must(i.Store().AllEditions(t.Context(), 50))(t) {
		for _, id := range e.Items {
			in[id]++
		}
		if len(e.Items) > 0 {
			parts++
		}
	}
	for id, n := range in {
		if n != 1 {
			t.Errorf("%s is in %d editions", id, n)
		}
	}
	if len(in) != items || parts < 2 {
		t.Errorf("%d of %d items are in %d editions", len(in), items, parts)
	}
}

// A piece that bears a date between an edition's freeze and its slot waits for the
// next, which takes it though it is a week old by then.
func TestDatedBetweenCutAndSlot(t *testing.T) {
	t.Parallel()
	_, mail := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, "", `sources: {site: {kind: webfeed, url: "https://www.lanternscreen.example/feed/"}}`, mail,
		`digests: {weekly: {schedule: "0 17 * * FRI", to: everyone, sections: [{section: reviews}]}}`)
	i := p.open(t, slotTime.Add(-time.Hour))
	seen := i.now.Add(-2 * time.Hour)
	it := domain.Item{ID: domain.NewItemID("site", "1"), Source: "site", GUID: "1", Kind: domain.Review, Title: "Ahead", Teaser: "<p>x</p>", URL: "https://www.lanternscreen.example/1/"}
	it.Published, it.FirstPublished, it.FirstSeen, it.Changed = slotTime.Add(-time.Minute), slotTime.Add(-time.Minute), seen, seen
	if err := i.Store().SaveGathered(t.Context(), gather.Gathered{Source: "site", At: seen, Items: []domain.Item{it}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 1, 0} {
		slot := must(i.NextSlot(t.Context(), "weekly"))(t)
		i.now = schedule.Instant(slot, i.Zone()).Add(-time.Hour)
		if e := must(i.Compile(t.Context(), "weekly", slot))(t); len(e.Items) != want {
			t.Errorf("%s has %d pieces, want %d", slot, len(e.Items), want)
		}
	}
}

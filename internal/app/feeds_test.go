package app_test

import (
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// TestFeedReports: what a feed holds, and what it had to leave out, once, though
// only patrons would have read it in full.
func TestFeedReports(t *testing.T) {
	t.Parallel()
	p := publish(t, "sources: {site: {kind: webfeed, url: \"https://site.example/feed/\"}}",
		"release: {review: [{to: patrons, after: 0s}]}", "feeds: {all: {title: All}, picks: {items: {kinds: [picks]}}}")
	i := p.open(t, slotTime)
	var items []domain.Item
	for _, guid := range []string{"short", "long"} {
		it := domain.Item{
			ID: domain.NewItemID("site", guid), Source: "site", GUID: guid, Kind: domain.Review, Title: guid, Teaser: "<p>x</p>", Body: "<p>y</p>",
			Published: slotTime.Add(-1), ItemHistory: domain.ItemHistory{FirstPublished: slotTime.Add(-1), FirstSeen: slotTime.Add(-1)},
		}
		if guid == "long" {
			it.Body = "<p>" + strings.Repeat("fog ", 5<<18) + "</p>"
		}
		items = append(items, it)
	}
	if err := i.Store().SaveGathered(t.Context(), gather.Gathered{Source: "site", At: slotTime, Items: items}); err != nil {
		t.Fatal(err)
	}
	reports, err := i.FeedReports(t.Context())
	if err != nil || len(reports) != 2 {
		t.Fatalf("%d reports, error %v", len(reports), err)
	}
	all, picks := reports[0], reports[1]
	if all.Entries != 2 || all.Title != "All" || all.Bytes["rss"] == 0 || all.Bytes["atom"] == 0 || all.Bytes["json"] == 0 || picks.Entries != 0 {
		t.Errorf("got %+v and %+v", all, picks)
	}
	if len(all.Omitted) != 1 || all.Omitted[0].Item != items[1].ID || !strings.Contains(all.Omitted[0].Reason, "5 MB") || len(picks.Omitted) > 0 {
		t.Errorf("left out %+v and %+v", all.Omitted, picks.Omitted)
	}
}

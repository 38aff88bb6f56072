package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/feedlink"
	"marquee/internal/patron"
	"marquee/internal/store"
)

func feedLinkTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"made, replaced, revoked": feedLinkLife,
		"owners as they are":      feedLinkOwners,
		"reads add up":            feedReads,
		"gone with their patron":  feedLinksOfNobody,
	}
}

func feedLinkLife(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, writer)
	_, err := s.FeedLink(ctx, all[0].ID)
	wants(t, err, domain.ErrNotFound)
	check(t, s.RevokeFeedLink(ctx, all[0].ID))
	wants(t, s.SetFeedLink(ctx, 4711, "nobody's", instant()), domain.ErrNotFound)
	check(t, s.SetFeedLink(ctx, all[0].ID, "first", instant()))
	check(t, s.SetFeedLink(ctx, all[1].ID, "other", instant()))
	check(t, s.NoteFeedReads(ctx, []domain.FeedRead{{Patron: all[0].ID, Feed: "a.rss", Times: 1, First: instant(), Last: instant()}}, past()))
	check(t, s.SetFeedLink(ctx, all[0].ID, "second", instant().Add(time.Hour)))
	link := must(s.FeedLink(ctx, all[0].ID))(t)
	if !link.Made.Equal(instant().Add(time.Hour)) || len(link.Reads) != 0 {
		t.Errorf("replaced: %+v", link)
	}
	_, err = s.FeedLinkOwner(ctx, "first")
	wants(t, err, domain.ErrNotFound)
	check(t, s.SetPreferences(ctx, all[0].ID, domain.Preferences{Dates: "de"}))
	if o := must(s.FeedLinkOwner(ctx, "second"))(t); o != (feedlink.Owner{ID: all[0].ID, Readers: domain.Readers{Audience: writer, Dates: "de"}}) {
		t.Errorf("owner %+v", o)
	}
	wants(t, s.SetFeedLink(ctx, all[0].ID, "other", instant()), domain.ErrConflict)
	check(t, s.RevokeFeedLink(ctx, all[0].ID))
	_, err = s.FeedLinkOwner(ctx, "second")
	wants(t, err, domain.ErrNotFound)
	_ = must(s.FeedLinkOwner(ctx, "other"))(t)
}

// feedLinkOwners: a roster that changes somebody changes what their link opens.
func feedLinkOwners(t *testing.T, s store.Store) {
	ctx := t.Context()
	before := enroll(t, s, 1, writer)[0]
	check(t, s.SetFeedLink(ctx, before.ID, "hash", instant()))
	after := before
	after.Audience = former
	check(t, s.ApplyDifference(ctx, "test", patron.Difference{Update: []patron.Update{{Before: before, After: after}}}))
	if o := must(s.FeedLinkOwner(ctx, "hash"))(t); o.Audience != former {
		t.Errorf("owner %+v", o)
	}
}

func feedReads(t *testing.T, s store.Store) {
	ctx := t.Context()
	all := enroll(t, s, 2, writer)
	check(t, s.SetFeedLink(ctx, all[0].ID, "hash", instant()))
	day := func(n int) time.Time { return instant().AddDate(0, 0, n) }
	read := func(feed string, times int, first, last time.Time) domain.FeedRead {
		return domain.FeedRead{Patron: all[0].ID, Feed: feed, Software: "Reeder", Network: "n", Subscribers: times, Times: times, First: first, Last: last}
	}
	check(t, s.NoteFeedReads(ctx, nil, past()))
	check(t, s.NoteFeedReads(ctx, []domain.FeedRead{
		read("a.rss", 2, day(0), day(1)), read("b.rss", 1, day(0), day(0)),
		read("old.rss", 1, day(-1), day(-1)),                                      // of the link before
		{Patron: all[1].ID, Feed: "a.rss", Times: 1, First: day(0), Last: day(0)}, // without a link
	}, past()))
	check(t, s.NoteFeedReads(ctx, []domain.FeedRead{read("a.rss", 3, day(2), day(3))}, day(1)))
	want := []domain.FeedRead{{Patron: all[0].ID, Feed: "a.rss", Software: "Reeder", Network: "n", Subscribers: 3, Times: 5, First: day(0), Last: day(3)}}
	if diff := cmp.Diff(want, must(s.FeedLink(ctx, all[0].ID))(t).Reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
	if r := must(s.PatronRecord(ctx, all[0].ID, 1))(t); r.FeedLink == nil || len(r.FeedLink.Reads) != 1 {
		t.Errorf("the record holds %+v", r.FeedLink)
	}
	if r := must(s.PatronRecord(ctx, all[1].ID, 1))(t); r.FeedLink != nil {
		t.Errorf("the record of somebody without a link holds %+v", r.FeedLink)
	}
}

func feedLinksOfNobody(t *testing.T, s store.Store) {
	ctx := t.Context()
	a := enroll(t, s, 1, writer)[0]
	must(patron.Import(ctx, s, "csv", patron.Listing{People: []domain.Patron{whole("b")}}))(t)
	b := must(s.PatronByEmail(ctx, whole("b").Email))(t)
	check(t, s.SetFeedLink(ctx, a.ID, "a", instant()))
	check(t, s.SetFeedLink(ctx, b.ID, "b", instant()))
	check(t, s.NoteFeedReads(ctx, []domain.FeedRead{{Patron: b.ID, Feed: "a.rss", Times: 1, First: instant(), Last: instant()}}, past()))
	must(patron.Undo(ctx, s, "csv"))(t)
	check(t, s.ErasePatron(ctx, a.ID, nil, instant()))
	for _, hash := range []string{"a", "b"} {
		_, err := s.FeedLinkOwner(ctx, hash)
		wants(t, err, domain.ErrNotFound)
	}
	wants(t, s.SetFeedLink(ctx, a.ID, "again", instant()), domain.ErrNotFound)
}

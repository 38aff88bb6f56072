package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/store"
	"marquee/internal/websub"
)

func tellingTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){"replaced by topic": tellings}
}

func tellings(t *testing.T, s store.Store) {
	ctx := t.Context()
	a := websub.Telling{Topic: "https://a.example/a.rss", Version: `"1"`, Due: instant()}
	b := websub.Telling{Topic: "https://a.example/a.atom", Failures: 3, Error: "no\x00 answer", Due: past()}
	check(t, s.SaveTelling(ctx, a))
	check(t, s.SaveTelling(ctx, b))
	a.Version, a.Due, a.Failures, a.Error = `"2"`, future(), 1, "late"
	check(t, s.SaveTelling(ctx, a))
	b.Error = "no\uFFFD answer"
	want := map[string]websub.Telling{a.Topic: a, b.Topic: b}
	if diff := cmp.Diff(want, must(s.Tellings(ctx))(t)); diff != "" {
		t.Errorf("tellings (-want +got):\n%s", diff)
	}
}

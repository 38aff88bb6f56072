package storetest

import (
	"slices"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/likeness"
	"marquee/internal/store"
)

// FirstRelease are statements that put an edition half sent into a database as
// the first release made it, with runs over both of its shards at work.
func FirstRelease() []string {
	return []string{
		`insert into patrons (roster, external, email, email_key, name, tier, standing, since) values
			('csv', '', 'a@example.com', 'a@example.com', 'A', '', 'reader', 0), ('csv', '', 'b@example.com', 'b@example.com', 'B', '', 'reader', 0),
			('csv', '', 'c@example.com', 'c@example.com', 'C', '', 'reader', 0), ('csv', '', 'd@example.com', 'd@example.com', 'D', '', 'reader', 0),
			('csv', '', 'e@example.com', 'e@example.com', 'E', '', 'reader', 0)`,
		`insert into editions (digest, slot, slug, state, reason, subject, frozen, due, started, shards, recipients) values
			('weekly', '2026-11-13T17:00', 'weekly-2026-11-13-1700', 'done', '', 'S', 1, 1, 1, 1, '[{"Tier":"","Standing":"reader"}]'),
			('weekly', '2026-11-20T17:00', 'weekly-2026-11-20-1700', 'sending', '', 'S', 1, 1, 1, 2, '[{"Tier":"","Standing":"reader"}]'),
			('weekly', '2026-11-27T17:00', 'weekly-2026-11-27-1700', 'skipped', 'nothing', 'S', 1, 1, 0, 1, '[]')`,
		`insert into sources (name, succeeded) values ('a', 1000000)`,
		`insert into items (id, source, guid, kind, series, title, published, updated, first_published, first_seen, changed, opened, withdrawn, backlog, exclusive, doc)
			values ('i', 'a', '1', 'post', '', 'Old', 1, 0, 1, 1, 1, 0, 0, false, false, '{"url":"https://example.com/old"}')`,
		`insert into renditions (edition, standing, tier, subject, preheader, html, body) values (1, 'reader', '', '', '', '', ''), (2, 'reader', '', '', '', '', '')`,
		`insert into shards (edition, number, owner, fence, until) values (1, 0, '', 1, 0), (2, 0, 'old', 3, 4102444800000000), (2, 1, 'old', 5, 4102444800000000), (3, 0, '', 0, 0)`,
		`insert into deliveries (edition, shard, patron, state, fence, attempts, next_at, class, reason, changed) values
			(1, 0, 1, 4, 1, 1, 0, '', '', 1), (1, 0, 2, 5, 1, 1, 0, 'address', '550', 1),
			(2, 0, 2, 3, 3, 1, 0, '', '', 1), (2, 0, 4, 1, 3, 2, 4102444800000000, 'server', '451', 1),
			(2, 1, 1, 4, 5, 1, 0, '', '', 1), (2, 1, 3, 2, 5, 0, 0, '', '', 1), (2, 1, 5, 0, 0, 0, 0, '', '', 1)`,
	}
}

// Upgraded checks that it goes on where it was.
func Upgraded(t *testing.T, s store.Store) {
	t.Helper()
	ctx := t.Context()
	expect(t, s)
	for id, want := range map[domain.EditionID]domain.Balance{
		1: {Entitled: 2, Sent: 1, Failed: 1}, 2: {Entitled: 5, Sent: 1, Pending: 4, InDoubt: 1}, 3: {},
	} {
		if b := must(s.Balance(ctx, id))(t); b != want {
			t.Errorf("balance of edition %d: %v, want %v", id, b, want)
		}
	}
	old := domain.Item{Title: "Other", URL: "http://www.example.com/old/"}
	if found := must(s.ItemsByKey(ctx, likeness.KeysOf(&old), 10))(t); len(found) != 1 || found[0].Title != "Old" || !found[0].Settles.IsZero() {
		t.Errorf("an item from before is recognised as %+v", found)
	}
	if p := must(s.Polls(ctx))(t)["a"]; !p.Asked.Equal(time.Unix(1, 0)) {
		t.Errorf("a source from before: %+v", p)
	}
	idle := must(s.IdleShards(ctx, time.Now()))(t)
	if len(idle) != 2 {
		t.Fatalf("idle shards %v, want both", idle)
	}
	var claimed []delivery.Claim
	for _, shard := range idle {
		l := must(s.Lease(ctx, shard, "new", time.Hour))(t)
		claims := must(s.Claim(ctx, l, 0, 10))(t)
		if through := must(s.Post(ctx, l, nil, claims))(t); !slices.Equal(through, ids(claims)) {
			t.Errorf("shard %d: %v went through of %v", shard.Number, through, claims)
		}
		claimed = append(claimed, claims...)
	}
	if got := ids(claimed); !slices.Equal(got, []domain.PatronID{2, 3, 5}) {
		t.Errorf("claimed %v, want all but the one sent and the one deferred", claimed)
	}
	if !claimed[0].Doubtful || claimed[1].Doubtful || claimed[2].Doubtful {
		t.Errorf("claimed %+v, want the first doubtful", claimed)
	}
}

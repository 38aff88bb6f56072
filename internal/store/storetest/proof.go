package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/store"
)

// Proof checks that Prove finds what is wrong, and nothing else. open makes an
// empty store and a way to change it behind its back.
func Proof(t *testing.T, open func(t *testing.T) (s store.Store, change func(statement string))) {
	t.Helper()
	s, change := open(t)
	r := healthy(t, s)
	expect(t, s)
	edition := func(format string) string { return fmt.Sprintf("edition %d: "+format, r.edition) }
	row := func(i int) int64 { return int64(r.edition)<<32 | int64(r.patrons[i].ID) }
	lastRow := row(len(r.patrons) - 1)
	for _, damage := range []struct{ statement, undo, want string }{
		{
			fmt.Sprintf("delete from deliveries where id = %d", lastRow),
			fmt.Sprintf("insert into deliveries (id, changed) values (%d, 1)", lastRow),
			edition("1 of its deliveries are lost"),
		},
		{
			fmt.Sprintf("insert into deliveries (id, changed) values (%d, 1)", lastRow+7),
			fmt.Sprintf("delete from deliveries where id = %d", lastRow+7),
			edition("there are 1 deliveries more than were made at its freeze") + "\n" + edition("1 deliveries are for nobody") + "\n" +
				edition("its shards hold 6 deliveries, not 7"),
		},
		{
			fmt.Sprintf("update deliveries set state = 2 where id = %d", row(1)),
			fmt.Sprintf("update deliveries set state = 0 where id = %d", row(1)),
			edition("1 deliveries are in a state that there is not"),
		},
		{
			fmt.Sprintf("update deliveries set state = 6 where id = %d", row(1)),
			fmt.Sprintf("update deliveries set state = 0 where id = %d", row(1)),
			edition("1 deliveries failed or were skipped for no reason"),
		},
		{
			"update editions set state = 'done' where state = 'sending'", "update editions set state = 'sending' where state = 'done'",
			edition("it is done, but 5 deliveries are pending"),
		},
		{
			"update editions set state = 'cancelled' where state = 'sending'", "update editions set state = 'sending' where state = 'cancelled'",
			edition("it is cancelled, but 4 deliveries wait"),
		},
		{
			"update editions set state = 'skipped' where state = 'sending'", "update editions set state = 'sending' where reason = ''",
			edition("it was skipped, but has 6 deliveries"),
		},
		{
			"update editions set started = 0 where state = 'sending'", "update editions set started = 1 where state = 'sending'",
			edition("it has not begun, but 2 deliveries have"),
		},
		{
			"update editions set shards = 2 where state = 'sending'", "update editions set shards = 1 where state = 'sending'",
			edition("it has 1 shards, not 2"),
		},
		{
			fmt.Sprintf("update shards set until = 4102444800000000 where edition = %d", r.edition), "update shards set until = 0",
			edition("shard 0 is leased until 2100-01-01T00:00:00Z"),
		},
		{
			"update shards set settled = high", "update shards set settled = low",
			edition("shard 0 hides deliveries that are pending"),
		},
		{
			"update shards set due = null", "update shards set due = 0",
			edition("shard 0 hides deliveries that are pending"),
		},
		{
			"delete from renditions where standing = 'reader'",
			fmt.Sprintf("insert into renditions (edition, standing, tier, subject, preheader, html, body) values (%d, 'reader', '', '', '', '', '')", r.edition),
			edition("there is no letter for free readers"),
		},
		{
			fmt.Sprintf("insert into deliveries (id, changed) values (%d, 1)", 77<<32+1),
			fmt.Sprintf("delete from deliveries where id = %d", 77<<32+1),
			"1 deliveries belong to no edition",
		},
	} {
		change(damage.statement)
		expect(t, s, strings.Split(damage.want, "\n")...)
		change(damage.undo)
		expect(t, s)
	}
	k := must(s.CreateEdition(t.Context(), correction(r.edition, "words", reader)))(t)
	expect(t, s)
	change(fmt.Sprintf("update deliveries set state = 3 where id = %d", row(4)))
	expect(t, s, fmt.Sprintf("edition %d: 1 of its deliveries are for people who do not have edition %d, which it corrects", k.ID, r.edition))
}

// healthy is an edition on its way, beside one that was skipped.
func healthy(t *testing.T, s store.Store) *run {
	t.Helper()
	ctx := t.Context()
	none := frozen("2026-11-13T17:00")
	none.Edition.State, none.Edition.Reason = domain.EditionSkipped, "nothing to say"
	must(s.CreateEdition(ctx, none))(t)
	r := sending(t, s, 6)
	check(t, s.SuppressPatron(ctx, r.patrons[5].ID, domain.Bounced))
	claims := r.claim(t, 6)
	r.doubt(t, claims[3:]...)
	r.record(t, outcome(claims[4], domain.Sent))
	check(t, s.Unsuppress(ctx, r.patrons[5].ID, domain.Bounced))
	r.move(t, domain.EditionSending, domain.EditionCancelled)
	must(s.ResendMissed(ctx, r.edition))(t)
	return r
}

// expect compares the findings.
func expect(t *testing.T, s store.Store, want ...string) {
	t.Helper()
	var got []string
	for _, f := range must(s.Prove(t.Context()))(t) {
		got = append(got, f.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

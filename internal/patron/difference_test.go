package patron_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

func member(id domain.PatronID, external, address string, a domain.Audience) domain.Patron {
	p := domain.Patron{ID: id, External: external, Email: address, Audience: a}
	if id != 0 {
		p.Roster = "members"
	}
	return p
}

func TestDiff(t *testing.T) {
	t.Parallel()
	matinee := domain.Audience{Standing: domain.Active, Tier: "Matinee"}
	former := domain.Audience{Standing: domain.Former}
	for _, test := range []struct {
		name           string
		stored, listed []domain.Patron
		want           patron.Difference
	}{
		{
			name:   "somebody new",
			listed: []domain.Patron{member(0, "1", "a@x.example", matinee)},
			want:   patron.Difference{Add: []domain.Patron{member(0, "1", "a@x.example", matinee)}},
		},
		{
			name:   "the same",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee)},
			listed: []domain.Patron{member(0, "1", "a@x.example", matinee)},
			want:   patron.Difference{Unchanged: 1},
		},
		{
			name:   "another standing, known by the address",
			stored: []domain.Patron{member(7, "", "A@x.example", matinee)},
			listed: []domain.Patron{member(0, "", "A@X.example", former)},
			want: patron.Difference{Update: []patron.Update{{
				Before: member(7, "", "A@x.example", matinee), After: member(7, "", "A@X.example", former),
			}}},
		},
		{
			name:   "another address, known by the id",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee)},
			listed: []domain.Patron{member(0, "1", "b@x.example", matinee)},
			want: patron.Difference{Update: []patron.Update{{
				Before: member(7, "1", "a@x.example", matinee), After: member(7, "1", "b@x.example", matinee),
			}}},
		},
		{
			name:   "an id for somebody known by the address",
			stored: []domain.Patron{member(7, "", "a@x.example", matinee)},
			listed: []domain.Patron{member(0, "1", "a@x.example", matinee)},
			want: patron.Difference{Update: []patron.Update{{
				Before: member(7, "", "a@x.example", matinee), After: member(7, "1", "a@x.example", matinee),
			}}},
		},
		{
			name:   "swapped addresses",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee), member(8, "2", "b@x.example", former)},
			listed: []domain.Patron{member(0, "1", "b@x.example", matinee), member(0, "2", "a@x.example", former)},
			want: patron.Difference{Update: []patron.Update{
				{Before: member(7, "1", "a@x.example", matinee), After: member(7, "1", "b@x.example", matinee)},
				{Before: member(8, "2", "b@x.example", former), After: member(8, "2", "a@x.example", former)},
			}},
		},
		{
			name:   "an address handed on",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee)},
			listed: []domain.Patron{member(0, "2", "a@x.example", former), member(0, "1", "b@x.example", matinee)},
			want: patron.Difference{
				Add: []domain.Patron{member(0, "2", "a@x.example", former)},
				Update: []patron.Update{{
					Before: member(7, "1", "a@x.example", matinee), After: member(7, "1", "b@x.example", matinee),
				}},
			},
		},
		{
			name:   "a new account with a known address",
			stored: []domain.Patron{member(7, "1", "a@x.example", former)},
			listed: []domain.Patron{member(0, "2", "a@x.example", matinee)},
			want: patron.Difference{Update: []patron.Update{{
				Before: member(7, "1", "a@x.example", former), After: member(7, "2", "a@x.example", matinee),
			}}},
		},
		{
			name:   "not listed",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee)},
			want:   patron.Difference{},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := patron.Diff(test.stored, patron.Listing{People: test.listed})
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("difference differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDiffKeepsWhatIsNotListed: lists say nothing by leaving a value empty.
func TestDiffKeepsWhatIsNotListed(t *testing.T) {
	t.Parallel()
	since := time.Date(2025, 2, 8, 16, 36, 58, 0, time.UTC)
	stored := domain.Patron{ID: 7, Roster: "members", External: "1", Email: "a@x.example", Name: "Rowan", Since: since}
	listed := domain.Patron{Email: "a@x.example"}
	if d := patron.Diff([]domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}}); !d.Empty() || d.Unchanged != 1 {
		t.Errorf("difference is %+v", d)
	}
	listed.Since = since.In(time.FixedZone("", 3600))
	if d := patron.Diff([]domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}}); !d.Empty() {
		t.Errorf("an instant in another zone makes a difference: %+v", d)
	}
	listed = domain.Patron{External: "1", Name: "Rowan Vale", Since: since.Add(time.Hour)}
	d := patron.Diff([]domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}})
	if len(d.Update) != 1 {
		t.Fatalf("difference is %+v", d)
	}
	if got := d.Update[0].After; got.Email != "a@x.example" || got.Name != "Rowan Vale" || !got.Since.Equal(since.Add(time.Hour)) {
		t.Errorf("after is %+v", got)
	}
}

// TestLeaving takes stored patrons, of whom some are missing from a complete listing.
func TestLeaving(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ stored, missing, added, left, kept int }{
		{stored: 10, missing: 0},
		{stored: 10, missing: 1, left: 1},
		{stored: 10, missing: 5, left: 5},
		{stored: 10, missing: 6, kept: 6},
		{stored: 100, missing: 20, left: 20},
		{stored: 100, missing: 21, kept: 21},
		{stored: 1, missing: 1, kept: 1},
		{stored: 1, missing: 1, added: 1, left: 1},
		{stored: 0},
	} {
		t.Run(fmt.Sprintf("%+v", test), func(t *testing.T) {
			t.Parallel()
			var stored []domain.Patron
			for i := range test.stored {
				stored = append(stored, member(domain.PatronID(i+1), "", fmt.Sprintf("p%d@x.example", i), domain.Audience{Standing: domain.Active, Tier: "Matinee"}))
			}
			people := append([]domain.Patron(nil), stored[test.missing:]...)
			for i := range test.added {
				people = append(people, member(0, "", fmt.Sprintf("n%d@x.example", i), domain.Audience{Standing: domain.Active}))
			}
			d := patron.Diff(stored, patron.Listing{People: people, Complete: true})
			if len(d.Update) != test.left || len(d.Missing) != test.kept || len(d.Add) != test.added {
				t.Errorf("%d left, %d kept, %d added", len(d.Update), len(d.Missing), len(d.Add))
			}
			for _, u := range d.Update {
				if u.After.Audience != (domain.Audience{Standing: domain.Former}) || u.After.Email != u.Before.Email {
					t.Errorf("who left is %+v", u.After)
				}
			}
		})
	}
}

func TestWhoLeftBeforeStays(t *testing.T) {
	t.Parallel()
	stored := []domain.Patron{
		member(1, "1", "a@x.example", domain.Audience{Standing: domain.Former}),
		member(2, "2", "b@x.example", domain.Audience{Standing: domain.Reader}),
	}
	d := patron.Diff(stored, patron.Listing{People: stored[1:], Complete: true})
	if !d.Empty() || d.Unchanged != 2 || len(d.Missing) != 0 {
		t.Errorf("difference is %+v", d)
	}
}

package patron_test

import (
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

func diff(t *testing.T, stored []domain.Patron, l patron.Listing) patron.Difference {
	t.Helper()
	d, err := patron.DefaultPolicy().Diff(patron.Known{Patrons: stored}, l)
	if err != nil {
		t.Fatal(err)
	}
	return d
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
			name:   "somebody new without an address",
			listed: []domain.Patron{member(0, "1", "", matinee)},
			want:   patron.Difference{Unreachable: 1},
		},
		{
			name:   "several without addresses, known by their ids",
			stored: []domain.Patron{member(7, "1", "", former), member(8, "2", "", former), member(9, "3", "c@x.example", matinee)},
			listed: []domain.Patron{member(0, "2", "", former), member(0, "1", "a@x.example", matinee), member(0, "3", "", matinee)},
			want: patron.Difference{Unchanged: 2, Update: []patron.Update{
				{Before: member(7, "1", "", former), After: member(7, "1", "a@x.example", matinee)},
			}},
		},
		{
			name:   "a former patron in a file",
			listed: []domain.Patron{member(0, "1", "a@x.example", former)},
			want:   patron.Difference{Add: []domain.Patron{member(0, "1", "a@x.example", former)}},
		},
		{
			name:   "not listed",
			stored: []domain.Patron{member(7, "1", "a@x.example", matinee)},
			want:   patron.Difference{},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := diff(t, test.stored, patron.Listing{People: test.listed})
			if wrong := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); wrong != "" {
				t.Errorf("difference differs (-want +got):\n%s", wrong)
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
	if d := diff(t, []domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}}); !d.Empty() || d.Unchanged != 1 {
		t.Errorf("difference is %+v", d)
	}
	listed.Since = since.In(time.FixedZone("", 3600))
	if d := diff(t, []domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}}); !d.Empty() {
		t.Errorf("an instant in another zone makes a difference: %+v", d)
	}
	listed = domain.Patron{External: "1", Name: "Rowan Vale", Since: since.Add(time.Hour)}
	d := diff(t, []domain.Patron{stored}, patron.Listing{People: []domain.Patron{listed}})
	if len(d.Update) != 1 {
		t.Fatalf("difference is %+v", d)
	}
	if got := d.Update[0].After; got.Email != "a@x.example" || got.Name != "Rowan Vale" || !got.Since.Equal(since.Add(time.Hour)) {
		t.Errorf("after is %+v", got)
	}
}

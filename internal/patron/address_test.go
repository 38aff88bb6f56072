package patron_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// TestHandOn: two of a roster never end up with one address, whoever had it.
func TestHandOn(t *testing.T) {
	t.Parallel()
	former := domain.Audience{Standing: domain.Former}
	for _, test := range []struct {
		name           string
		stored, listed []domain.Patron
		want           []patron.Update
		added          int
	}{
		{
			name:   "of who is not listed, to who is known",
			stored: []domain.Patron{member(7, "1", "a@x.example", active()), member(8, "2", "b@x.example", active())},
			listed: []domain.Patron{member(0, "1", "B@x.example", active())},
			want: []patron.Update{
				{Before: member(7, "1", "a@x.example", active()), After: member(7, "1", "B@x.example", active())},
				{Before: member(8, "2", "b@x.example", active()), After: member(8, "2", "", former)},
			},
		},
		{
			name:   "of who has left before",
			stored: []domain.Patron{member(7, "1", "a@x.example", active()), member(8, "2", "b@x.example", former)},
			listed: []domain.Patron{member(0, "1", "b@x.example", active())},
			want: []patron.Update{
				{Before: member(7, "1", "a@x.example", active()), After: member(7, "1", "b@x.example", active())},
				{Before: member(8, "2", "b@x.example", former), After: member(8, "2", "", former)},
			},
		},
		{
			name:   "of who hides theirs, to somebody new",
			stored: []domain.Patron{member(7, "1", "a@x.example", active())},
			listed: []domain.Patron{member(0, "1", "", active()), member(0, "2", "a@x.example", active())},
			want:   []patron.Update{{Before: member(7, "1", "a@x.example", active()), After: member(7, "1", "", former)}},
			added:  1,
		},
		{
			name:   "of who moves on",
			stored: []domain.Patron{member(7, "1", "a@x.example", active()), member(8, "2", "b@x.example", active())},
			listed: []domain.Patron{member(0, "1", "b@x.example", active()), member(0, "2", "c@x.example", active())},
			want: []patron.Update{
				{Before: member(7, "1", "a@x.example", active()), After: member(7, "1", "b@x.example", active())},
				{Before: member(8, "2", "b@x.example", active()), After: member(8, "2", "c@x.example", active())},
			},
		},
	} {
		d := diff(t, test.stored, full(start(), test.listed...))
		if wrong := cmp.Diff(test.want, d.Update, cmpopts.EquateEmpty()); wrong != "" || len(d.Add) != test.added {
			t.Errorf("%s: %d added, updates (-want +got):\n%s", test.name, len(d.Add), wrong)
		}
		if len(d.Missing)+len(d.Absent)+len(d.Back) != 0 || d.Unchanged != 0 {
			t.Errorf("%s: %+v", test.name, d)
		}
	}
}

// TestElsewhere: a patron of another roster keeps their address, and costs nobody
// else their place in the listing.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(3, active()), elsewhere: []string{"vip@x.example"}}
	moved, tier := store.patrons[0], store.patrons[1]
	moved.Email, tier.Email, tier.Tier = "VIP@x.example", "vip@x.example", "Screenwriter"
	d, err := patron.Import(t.Context(), store, "members", full(start(), moved, tier, store.patrons[2],
		member(0, "8", "vip@x.example", active()), member(0, "9", "new@x.example", active())))
	if err != nil || d.Elsewhere != 3 || len(d.Add) != 1 || len(d.Update) != 1 || d.Unchanged != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	if got := store.patrons[1]; got.Email != "p2@x.example" || got.Tier != "Screenwriter" {
		t.Errorf("who rose and moved is %+v", got)
	}
}

package patron_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func start() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

func active() domain.Audience { return domain.Audience{Standing: domain.Active, Tier: "Matinee"} }

// crowd is n stored patrons.
func crowd(n int, a domain.Audience) []domain.Patron {
	all := make([]domain.Patron, n)
	for i := range all {
		all[i] = member(domain.PatronID(i+1), fmt.Sprint(i+1), fmt.Sprintf("p%d@x.example", i+1), a)
	}
	return all
}

// full is a complete listing of stored patrons.
func full(at time.Time, people ...domain.Patron) patron.Listing {
	listed := slices.Clone(people)
	for i := range listed {
		listed[i].ID, listed[i].Roster = 0, ""
	}
	return patron.Listing{People: listed, Complete: true, At: at}
}

// TestGrace: somebody is missed by listings at certain hours after the first,
// which is the first to miss them, and leaves with the last one or not.
func TestGrace(t *testing.T) {
	t.Parallel()
	policy := patron.DefaultPolicy()
	for name, test := range map[string]struct {
		policy patron.Policy
		at     []time.Duration
		left   bool
	}{
		"at once":                            {policy, []time.Duration{0}, false},
		"five days, two listings":            {policy, []time.Duration{0, 5 * day}, false},
		"three listings, a second too early": {policy, []time.Duration{0, day, 5*day - time.Second}, false},
		"three listings, five days":          {policy, []time.Duration{0, day, 5 * day}, true},
		"many listings, four days":           {policy, []time.Duration{0, day, 2 * day, 3 * day, 4 * day}, false},
		"after a long pause, two listings":   {policy, []time.Duration{0, 60 * day}, false},
		"after a long pause, three":          {policy, []time.Duration{0, 60 * day, 60*day + hour}, true},
		"no grace":                           {patron.Policy{Share: 20}, []time.Duration{0}, true},
		"days alone":                         {patron.Policy{Share: 20, Grace: day, Syncs: 1}, []time.Duration{0, day - 1}, false},
		"days alone, over":                   {patron.Policy{Share: 20, Grace: day, Syncs: 1}, []time.Duration{0, day}, true},
		"listings alone":                     {patron.Policy{Share: 20, Syncs: 3}, []time.Duration{0, 0}, false},
		"listings alone, over":               {patron.Policy{Share: 20, Syncs: 3}, []time.Duration{0, 0, 0}, true},
		"trusted":                            {patron.Policy{Grace: 5 * day, Syncs: 3, Trust: true}, []time.Duration{0}, true},
	} {
		for how, lower := range map[string][]domain.Patron{
			"missing": nil,
			"former":  {member(1, "1", "p1@x.example", domain.Audience{Standing: domain.Former})},
			"reader":  {member(1, "1", "p1@x.example", domain.Audience{Standing: domain.Reader})},
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				store := &shelf{roster: "members", patrons: crowd(10, active())}
				staying := slices.Clone(store.patrons[1:])
				for i, after := range test.at {
					d, err := test.policy.Import(t.Context(), store, "members", full(start().Add(after), append(slices.Clone(lower), staying...)...))
					if err != nil {
						t.Fatal(err)
					}
					last := i == len(test.at)-1
					if left := len(d.Update) == 1; left != (last && test.left) || left == (len(d.Missing) == 1) {
						t.Errorf("after %v: %d left, %d missing", after, len(d.Update), len(d.Missing))
					}
				}
				want := active()
				if test.left {
					want = domain.Audience{Standing: domain.Former}
					if how == "reader" {
						want.Standing = domain.Reader
					}
				}
				if store.patrons[0].Audience != want || test.left && len(store.attendance.Absent) != 0 {
					t.Errorf("stands %+v, absent %v", store.patrons[0].Audience, store.attendance.Absent)
				}
			})
		}
	}
}

// TestComingBack: an absence counts from its beginning only while it lasts.
func TestComingBack(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(10, active())}
	all, others := slices.Clone(store.patrons), slices.Clone(store.patrons[1:])
	sync := func(after time.Duration, people []domain.Patron) {
		t.Helper()
		if _, err := patron.Import(t.Context(), store, "members", full(start().Add(after), people...)); err != nil {
			t.Fatal(err)
		}
	}
	for d := range 5 {
		sync(time.Duration(d)*day, others)
	}
	sync(5*day-hour, all)
	if len(store.attendance.Absent) != 0 {
		t.Errorf("absent %v", store.attendance.Absent)
	}
	for d := range 5 {
		sync(time.Duration(5+d)*day, others)
	}
	if store.patrons[0].Standing != domain.Active {
		t.Error("the absence before counted on")
	}
	sync(10*day, others)
	if store.patrons[0].Standing != domain.Former {
		t.Error("the absence never ends")
	}
}

// TestBackByFile: a file of the same roster that lists somebody ends an absence.
func TestBackByFile(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(10, active())}
	if _, err := patron.Import(t.Context(), store, "members", full(start(), store.patrons[1:]...)); err != nil || len(store.attendance.Absent) != 1 {
		t.Fatal(err, store.attendance)
	}
	file := full(start(), store.patrons[0])
	file.Complete = false
	if _, err := patron.Import(t.Context(), store, "members", file); err != nil || len(store.attendance.Absent) != 0 || store.attendance.Listings != 1 {
		t.Errorf("%v, %+v", err, store.attendance)
	}
}

// TestBrake takes stored patrons, of whom some are missing, or listed lower.
func TestBrake(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		stored, leaving, added, share int
		braked                        bool
	}{
		{stored: 10, leaving: 0, share: 20},
		{stored: 10, leaving: 5, share: 20},
		{stored: 10, leaving: 6, share: 20, braked: true},
		{stored: 100, leaving: 20, share: 20},
		{stored: 100, leaving: 21, share: 20, braked: true},
		{stored: 1000, leaving: 200, share: 20},
		{stored: 1000, leaving: 201, share: 20, braked: true},
		{stored: 1000, leaving: 600, share: 20, braked: true}, // protocols F25: 40 % are listed
		{stored: 1000, leaving: 500, share: 50},
		{stored: 1000, leaving: 501, share: 50, braked: true},
		{stored: 1000, leaving: 6, share: 0, braked: true},
		{stored: 1000, leaving: 5, share: 0},
		{stored: 1, leaving: 1, share: 20, braked: true},
		{stored: 1, leaving: 1, added: 1, share: 20},
		{stored: 3, leaving: 3, share: 100, braked: true},
		{stored: 1000, leaving: 1000, share: 100, braked: true},
		{stored: 0, leaving: 0, share: 20},
	} {
		for _, lower := range []bool{false, true} {
			t.Run(fmt.Sprintf("%+v lower %t", test, lower), func(t *testing.T) {
				t.Parallel()
				store := &shelf{roster: "members", patrons: crowd(test.stored, active())}
				before := slices.Clone(store.patrons)
				people := slices.Clone(store.patrons[test.leaving:])
				for i := range test.leaving {
					if lower {
						people = append(people, member(0, fmt.Sprint(i+1), "", domain.Audience{Standing: domain.Former}))
					}
				}
				for i := range test.added {
					people = append(people, member(0, "", fmt.Sprintf("n%d@x.example", i), active()))
				}
				policy := patron.Policy{Grace: 5 * day, Syncs: 3, Share: test.share}
				d, err := policy.Import(t.Context(), store, "members", full(start(), people...))
				braked, ok := errors.AsType[*patron.BrakeError](err)
				if ok != test.braked || !ok && err != nil {
					t.Fatalf("error %v", err)
				}
				if len(d.Missing) != test.leaving || !slices.Equal(store.patrons[:test.stored], before) {
					t.Errorf("%d missing; or somebody was changed", len(d.Missing))
				}
				if !ok {
					return
				}
				if !errors.Is(err, domain.ErrConflict) || braked.Leaving != test.leaving || braked.Of != test.stored || store.applied != 0 {
					t.Errorf("error %v, applied %d times", err, store.applied)
				}
				policy.Trust = true
				if d, err := policy.Import(t.Context(), store, "members", full(start(), people...)); err != nil || len(d.Update) != test.leaving {
					t.Errorf("trusted: %v, %d left", err, len(d.Update))
				}
			})
		}
	}
}

// TestManyLeaveSlowly: a mishap that spreads from listing to listing is stopped
// like one that comes at once.
func TestManyLeaveSlowly(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(100, active())}
	all := slices.Clone(store.patrons)
	var err error
	for i := range 200 {
		_, err = patron.Import(t.Context(), store, "members", full(start().Add(time.Duration(i)*hour), all[min(i*10, 99):]...))
	}
	if err == nil || slices.ContainsFunc(store.patrons, func(p domain.Patron) bool { return p.Standing != domain.Active }) {
		t.Errorf("error %v, patrons %v", err, store.patrons)
	}
}

func TestBrakeErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*patron.BrakeError{
		"lists 21 of 100 people no longer, or lower, which is more than 20 %": {Leaving: 21, Of: 100, Share: 20},
		"lists nobody any more of 3 people":                                   {Leaving: 3, Of: 3, Share: 20},
	} {
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "nothing was changed; if it is true, sync once with --trust") {
			t.Errorf("error is %v", err)
		}
	}
}

// TestWhoWaitsIsStillFollowed: an address that changes during the grace changes.
func TestWhoWaitsIsStillFollowed(t *testing.T) {
	t.Parallel()
	stored := crowd(10, active())
	moved := member(0, "1", "new@x.example", domain.Audience{Standing: domain.Former})
	d := diff(t, stored, full(start(), append(slices.Clone(stored[1:]), moved)...))
	if len(d.Update) != 1 || d.Update[0].After.Email != "new@x.example" || d.Update[0].After.Audience != active() || len(d.Absent) != 1 {
		t.Errorf("difference %+v", d)
	}
}

// TestRises: nobody is waited for who comes to stand higher, or moves between tiers.
func TestRises(t *testing.T) {
	t.Parallel()
	stored := crowd(10, active())
	stored[1].Audience = domain.Audience{Standing: domain.Former}
	stored[2].Audience = domain.Audience{Standing: domain.Reader}
	listed := slices.Clone(stored)
	listed[0].Tier, listed[1].Audience, listed[2].Audience = "", active(), active()
	d := diff(t, stored, full(start(), listed...))
	if len(d.Update) != 3 || len(d.Absent) != 0 || len(d.Missing) != 0 {
		t.Errorf("difference %+v", d)
	}
}

// TestGoneAccounts: whose account is gone keeps an id here and nothing else, once
// they have left; whose address is only kept from us keeps it.
func TestGoneAccounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		veiled bool
		listed []domain.Patron
		want   string
	}{
		"gone":        {false, []domain.Patron{member(0, "1", "", domain.Audience{Standing: domain.Former})}, ""},
		"veiled":      {true, []domain.Patron{member(0, "1", "", domain.Audience{Standing: domain.Former})}, "p1@x.example"},
		"follows":     {false, []domain.Patron{member(0, "1", "", domain.Audience{Standing: domain.Reader})}, "p1@x.example"},
		"pays":        {false, []domain.Patron{member(0, "1", "", active())}, "p1@x.example"},
		"has left":    {false, []domain.Patron{member(0, "1", "p1@x.example", domain.Audience{Standing: domain.Former})}, "p1@x.example"},
		"not listed":  {false, nil, "p1@x.example"},
		"has another": {false, []domain.Patron{member(0, "1", "q@x.example", domain.Audience{Standing: domain.Former})}, "q@x.example"},
	} {
		store := &shelf{roster: "members", patrons: crowd(10, active())}
		others := slices.Clone(store.patrons[1:])
		for i := range 3 { // and the last but one changes nothing yet
			if i == 2 && test.want == "" && store.patrons[0].Email == "" {
				t.Errorf("%s: the address went before the grace was over", name)
			}
			l := full(start().Add(time.Duration(i)*3*day), append(slices.Clone(test.listed), others...)...)
			l.Veiled = test.veiled
			if _, err := patron.Import(t.Context(), store, "members", l); err != nil {
				t.Fatal(err)
			}
		}
		if got := store.patrons[0]; got.Email != test.want || got.External != "1" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestStrangers: a complete listing brings nobody who is no patron.
func TestStrangers(t *testing.T) {
	t.Parallel()
	stored := crowd(3, active())
	d := diff(t, stored, full(start(), append(slices.Clone(stored), member(0, "9", "f@x.example", domain.Audience{Standing: domain.Former}))...))
	if !d.Empty() || d.Strangers != 1 || d.Unchanged != 3 {
		t.Errorf("difference %+v", d)
	}
}

func TestWhoLeftBeforeStays(t *testing.T) {
	t.Parallel()
	stored := []domain.Patron{
		member(1, "1", "a@x.example", domain.Audience{Standing: domain.Former}),
		member(2, "2", "b@x.example", domain.Audience{Standing: domain.Reader}),
	}
	d := diff(t, stored, full(start(), stored[1:]...))
	if !d.Empty() || d.Unchanged != 2 || len(d.Missing) != 0 || len(d.Absent) != 0 {
		t.Errorf("difference is %+v", d)
	}
}

// TestPartialListingsRemoveNobody: not for being missing, however often.
func TestPartialListingsRemoveNobody(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(100, active())}
	for i := range 10 {
		l := full(start().Add(time.Duration(i)*10*day), store.patrons[0])
		l.Complete = false
		if d, err := patron.Import(t.Context(), store, "members", l); err != nil || !d.Empty() || store.applied != 0 {
			t.Fatal(d, err)
		}
	}
}

// TestOlderListing: what was listed before the last listing is not applied after it.
func TestOlderListing(t *testing.T) {
	t.Parallel()
	store := &shelf{roster: "members", patrons: crowd(3, active())}
	if _, err := patron.Import(t.Context(), store, "members", full(start(), store.patrons...)); err != nil {
		t.Fatal(err)
	}
	for before, conflict := range map[time.Duration]bool{0: false, time.Second: true} {
		_, err := patron.Plan(t.Context(), store, "members", full(start().Add(-before), store.patrons...))
		if errors.Is(err, domain.ErrConflict) != conflict {
			t.Errorf("%v before: %v", before, err)
		}
	}
}

// TestNothingChangedIsOneWrite: what a listing that changes nobody has to store.
func TestNothingChangedIsOneWrite(t *testing.T) {
	t.Parallel()
	stored := crowd(1000, active())
	d := diff(t, stored, full(start(), stored...))
	if !d.Empty() || d.Listing != 1 || len(d.Absent)+len(d.Back) != 0 || d.Unchanged != 1000 {
		t.Errorf("difference %+v", d)
	}
}

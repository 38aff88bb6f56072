// Package storetest is the suite that every store engine passes: what the
// interfaces of the store's consumers promise, method by method.
package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/store"
)

// Open makes an empty store for one test and closes it when the test is over.
// Its clock must not be off by more than a day.
type Open func(tb testing.TB) store.Store

// Run checks an engine. Every test has a store of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	groups := map[string]map[string]func(*testing.T, store.Store){
		"Gather": gatherTests(), "Polls": pollTests(), "Copies": copyTests(), "Items": itemTests(), "Digest": digestTests(), "Remade": remakeTests(), "Corrections": correctionTests(), "Editions": editionTests(),
		"Lease": leaseTests(), "Claim": claimTests(), "Doubts": doubtTests(), "Outcomes": outcomeTests(),
		"Ledger": ledgerTests(), "Missed": missedTests(), "Patrons": patronTests(), "Bounces": bounceTests(), "Jobs": jobTests(), "Notices": noticeTests(),
		"Operations": operationTests(), "Pictures": pictureTests(), "Films": filmTests(), "Rosters": rosterTests(), "People": peopleTests(), "Tokens": tokenTests(), "Operator": operatorTests(),
		"FeedLinks": feedLinkTests(), "Tellings": tellingTests(),
	}
	for group, tests := range groups {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, open(t))
				})
			}
		})
	}
}

// Audiences of the tests.
var (
	reader = domain.Audience{Standing: domain.Reader}
	active = domain.Audience{Standing: domain.Active}
	writer = domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
	former = domain.Audience{Standing: domain.Former}
)

// instant is a time with microseconds, which stores must keep.
func instant() time.Time { return time.Date(2026, 11, 20, 23, 0, 0, 123_456_000, time.UTC) }

// Long ago and far ahead of every engine's clock.
func past() time.Time   { return time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC) }
func future() time.Time { return time.Date(2199, 2, 3, 4, 5, 6, 0, time.UTC) }

// must is the value of a call that must not fail: must(f())(tb).
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		check(tb, err)
		return v
	}
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// wants fails the test unless err wraps a sentinel.
func wants(tb testing.TB, err, sentinel error) {
	tb.Helper()
	if !errors.Is(err, sentinel) {
		tb.Fatalf("error %v, want one that is %q", err, sentinel)
	}
}

// post is a plain item that stands.
func post(source, guid string, published time.Time) domain.Item {
	return domain.Item{
		ID: domain.NewItemID(source, guid), Source: source, GUID: guid, Kind: domain.Post, Title: "Post " + guid,
		Published:   published,
		ItemHistory: domain.ItemHistory{FirstPublished: published, FirstSeen: published, Changed: published},
	}
}

// keep stores items as one read of their source.
func keep(tb testing.TB, s store.Store, source string, items ...domain.Item) {
	tb.Helper()
	check(tb, s.SaveGathered(tb.Context(), gather.Gathered{Source: source, At: instant(), Items: items}))
}

// enroll adds n patrons of an audience and returns all of the roster.
func enroll(tb testing.TB, s store.Store, n int, a domain.Audience) []domain.Patron {
	tb.Helper()
	before := len(must(s.PatronsOf(tb.Context(), "test"))(tb))
	add := make([]domain.Patron, n)
	for i := range add {
		name := fmt.Sprintf("Patron%d", before+i)
		add[i] = domain.Patron{Email: name + "@example.com", Name: name, Audience: a}
	}
	check(tb, s.ApplyDifference(tb.Context(), "test", patron.Difference{Add: add}))
	return must(s.PatronsOf(tb.Context(), "test"))(tb)
}

// frozen is an edition of the weekly at a slot, ready to be created.
func frozen(slot domain.Slot, to ...domain.Audience) digest.NewEdition {
	n := digest.NewEdition{
		Edition: domain.Edition{
			Digest: "weekly", Slot: slot, State: domain.EditionFrozen, Subject: "Week " + string(slot),
			Frozen: instant(), Due: instant().Add(time.Hour),
		},
		Recipients: to,
	}
	for _, a := range to {
		n.Renditions = append(n.Renditions, domain.Rendition{Readers: domain.Readers{Audience: a}, Form: []byte("form")})
	}
	return n
}

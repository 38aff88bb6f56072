package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
)

// A picks file that was broken by hand keeps its last good version; the operator
// is told the file and the line, and the other files are read.
func TestBrokenPicksKeepTheirLastGoodVersion(t *testing.T) {
	t.Parallel()
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}")
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	i := p.open(t, slotTime)
	i.gather(t)
	good := i.items(t, "picks")["2026-11-20"]
	for n, c := range []struct{ broken, says string }{
		{strings.Replace(handPicks, "title: The Salt", "titel: The Salt", 1), "2026-11-20.md:4"},
		{strings.Replace(handPicks, "receipts\"", "receipts", 1), "2026-11-20.md:4"},
		{strings.TrimSuffix(handPicks, "---\nA week of harbors and ledgers.\n"), "2026-11-20.md"},
		{"\xff\xfe\x00" + handPicks, "2026-11-20.md"},
	} {
		i.now = i.now.Add(time.Hour)
		other := fmt.Sprintf("2026-11-2%d", n+1)
		p.write(t, "picks/2026-11-20.md", c.broken, i.now.Add(-30*time.Minute))
		p.write(t, "picks/"+other+".md", handPicks, i.now.Add(-30*time.Minute))
		if _, failures := i.gather(t); len(failures) > 0 {
			t.Error(failures)
		}
		items := i.items(t, "picks")
		if diff := cmp.Diff(good, items["2026-11-20"]); diff != "" {
			t.Errorf("%q is not as it was (-good +stored):\n%s", c.broken, diff)
		}
		if problems := i.status(t, "picks").Problems; len(problems) != 1 || !strings.Contains(problems[0], c.says) {
			t.Errorf("%q: problems %q, want %s", c.broken, problems, c.says)
		}
		if _, ok := items[other]; !ok {
			t.Errorf("%q: the other file was not read", c.broken)
		}
	}
}

// A member list that cannot be used is named with what it lacks, and nobody is
// lost for it.
func TestBadMemberLists(t *testing.T) {
	t.Parallel()
	p := publish(t, rosters)
	p.write(t, "members.csv", fourPeople, time.Time{})
	i := p.open(t, slotTime)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	for list, says := range map[string][]string{
		strings.Replace(fourPeople, ",Email,", ",Telephone,", 1):                    {"Email"},
		strings.Replace(fourPeople, "Email,Patron Status", "Telephone,Standing", 1): {"Email", "Patron Status"},
		"":             {"empty"},
		"\x00\x01\x02": {"Email"},
		"<!DOCTYPE html><title>Log in to Patreon</title>": {"Email"},
	} {
		p.write(t, "members.csv", list, time.Time{})
		_, err := i.SyncRoster(t.Context(), "members", false)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "members") {
			t.Errorf("%.20q: got %v", list, err)
			continue
		}
		for _, word := range says {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%.20q: %q does not mention %s", list, err, word)
			}
		}
		if strings.Contains(err.Error(), "@") {
			t.Errorf("an address in %q", err)
		}
	}
	all, err := i.Store().AllPatrons(t.Context())
	if err != nil || len(all) != 4 {
		t.Errorf("%d people are left: %v", len(all), err)
	}
}

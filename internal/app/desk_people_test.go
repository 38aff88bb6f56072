package app_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// wants fails the test unless an answer has a status and says something.
func (a answer) wants(t *testing.T, status int, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("it does not say %q:\n%s", w, a.body)
		}
	}
	if a.status != status {
		t.Errorf("status %d, want %d\n%s", a.status, status, a.body)
	}
}

// Sources can be read at once, and what comes of it is told.
func TestSourcesOnTheDesk(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	d.ask(t, "/admin/sources", nil).wants(t, http.StatusOK, "picks", "site", "Fri Nov 20, 15:00 CST")
	d.files.write(t, "picks/2026-11-19.md", strings.Replace(handPicks, "Friday picks", "Thursday picks", 1), time.Time{})
	d.ask(t, "/admin/sources/picks/gather", url.Values{}).wants(t, http.StatusOK, "picks: 1 new.")
	if got := len(i.items(t, "picks")); got != 2 {
		t.Errorf("%d pieces are stored", got)
	}
	d.ask(t, "/admin/sources/picks/accept", url.Values{}).wants(t, http.StatusOK, "picks: 0 pieces are news")
	d.ask(t, "/admin/sources/other/gather", url.Values{}).wants(t, http.StatusNotFound, "other")
	if err := os.RemoveAll(filepath.Join(d.files.dir, "picks")); err != nil {
		t.Fatal(err)
	}
	d.ask(t, "/admin/sources/picks/gather", url.Values{}).wants(t, http.StatusOK, `role="alert">gather picks: `, "is not there: make it")
	if got := len(i.items(t, "picks")); got != 2 {
		t.Errorf("%d pieces are stored after a failure", got)
	}
}

// Everybody can be looked up, and who gets no mail by mistake gets it again; but
// nobody who said so themselves, by the way.
func TestPeopleOnTheDesk(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	must(i.Compile(t.Context(), "weekly", slotName))(t)
	who := must(i.Store().PatronByEmail(t.Context(), address(1)))(t)
	page := "/admin/people/patron?email=" + url.QueryEscape(address(1))
	people := d.ask(t, "/admin/people", nil)
	people.wants(t, http.StatusOK, "Screenwriter patrons", "Nobody has unsubscribed")
	if first, _, _ := strings.Cut(people.body, "Matinee patrons"); !strings.Contains(first, "Screenwriter patrons") {
		t.Errorf("the highest tier is not the first:\n%s", people.body)
	}
	d.ask(t, "/admin/people/patron?email=nobody@example.com", nil).wants(t, http.StatusNotFound, "Nobody has this address.", `value="nobody@example.com"`)
	if a := d.ask(t, "/admin/people/patron?email=+", nil); a.location != "/admin/people" {
		t.Errorf("nobody was asked for, and the browser is sent to %q", a.location)
	}
	d.ask(t, page, nil).wants(t, http.StatusOK, "Screenwriter patrons", "weekly-2026-11-20-1700", "queued")
	resume := url.Values{"email": {address(1)}}
	d.ask(t, "/admin/people/resume", resume).wants(t, http.StatusConflict, "gets mail already")
	for reason, status := range map[domain.SuppressionReason]int{domain.Bounced: http.StatusSeeOther, domain.Complained: http.StatusConflict} {
		if err := i.Store().SuppressPatron(t.Context(), who.ID, reason); err != nil {
			t.Fatal(err)
		}
		d.ask(t, page, nil).wants(t, http.StatusOK, "No mail goes to them: "+string(reason))
		d.ask(t, "/admin/people", nil).wants(t, http.StatusOK, "1 address, the newest first", address(1))
		d.ask(t, "/admin/people/resume", resume).wants(t, status)
		if status == http.StatusConflict {
			d.ask(t, "/admin/people/resume", url.Values{"email": {address(1)}, "sure": {"1"}}).wants(t, http.StatusSeeOther)
		}
		if left := must(i.Store().Suppressions(t.Context()))(t); len(left) != 0 {
			t.Errorf("%s: still there %v", reason, left)
		}
	}
}

// Who came after the freeze is told why they have no letter.
func TestWhyNotOnTheDesk(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	must(i.Compile(t.Context(), "weekly", slotName))(t)
	d.files.write(t, "members.csv", members(people+1), time.Time{})
	d.ask(t, "/admin/rosters/members/sync", url.Values{}).wants(t, http.StatusOK, "members: 1 came, 0 changed.")
	d.ask(t, "/admin/people/patron?email="+url.QueryEscape(address(people)), nil).wants(t, http.StatusOK,
		"not among its readers when it was frozen: they came later")
}

// A roster is asked at once, and its word taken whatever it says when the operator
// knows that it is true.
func TestRostersOnTheDesk(t *testing.T) {
	t.Parallel()
	_, d, _ := manned(t)
	d.files.write(t, "members.csv", members(people+1), time.Time{})
	d.ask(t, "/admin/rosters/members/sync", url.Values{}).wants(t, http.StatusOK, "members: 1 came, 0 changed.")
	d.ask(t, "/admin/rosters/other/sync", url.Values{}).wants(t, http.StatusNotFound, "other")
	d.files.write(t, "members.csv", "nonsense\n", time.Time{})
	d.ask(t, "/admin/rosters/members/sync", url.Values{}).wants(t, http.StatusOK, `role="alert">roster members: `)
}

// A destination that rests gets mail again, and one that nobody knows does not.
func TestResumeOnTheDesk(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	rests := delivery.Pace{Destination: "domain example.org", Until: i.now.Add(time.Hour), Reason: "too many", Changed: i.now}
	if err := i.Store().SetPace(t.Context(), rests); err != nil {
		t.Fatal(err)
	}
	d.ask(t, "/admin/", nil).wants(t, http.StatusOK, "domain example.org", "Send there again")
	d.ask(t, "/admin/resume", url.Values{"destination": {"domain example.net"}}).wants(t, http.StatusNotFound, "example.net")
	d.ask(t, "/admin/resume", url.Values{"destination": {rests.Destination}}).wants(t, http.StatusSeeOther)
	d.ask(t, "/admin/", nil).wants(t, http.StatusOK, "Every destination takes mail.")
}

// Who did not get an edition gets it by one button, and sending at once is asked
// about first.
func TestSendingOnTheDesk(t *testing.T) {
	t.Parallel()
	i, d, server := manned(t)
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	who := must(i.Store().PatronByEmail(t.Context(), address(1)))(t)
	if err := i.Store().SuppressPatron(t.Context(), who.ID, domain.Bounced); err != nil {
		t.Fatal(err)
	}
	d.ask(t, "/admin/editions/1/send", nil).wants(t, http.StatusOK, "cannot be called back")
	if now := must(i.Store().Edition(t.Context(), e.ID))(t); now.State != domain.EditionFrozen {
		t.Fatalf("looking at it made it %s", now.State)
	}
	d.ask(t, "/admin/editions/1/resend", url.Values{}).wants(t, http.StatusConflict)
	d.ask(t, "/admin/editions/1/send", url.Values{}).wants(t, http.StatusSeeOther)
	must(i.Send(t.Context(), must(i.Store().Edition(t.Context(), e.ID))(t)))(t)
	before := len(letters(t, server))
	d.ask(t, "/admin/people/resume", url.Values{"email": {address(1)}}).wants(t, http.StatusSeeOther)
	d.ask(t, "/admin/editions/1", nil).wants(t, http.StatusOK, "Try again with those who did not get it")
	d.ask(t, "/admin/editions/1/resend", url.Values{}).wants(t, http.StatusSeeOther)
	must(i.Send(t.Context(), must(i.Store().Edition(t.Context(), e.ID))(t)))(t)
	if after := len(letters(t, server)); after != before+1 {
		t.Errorf("%d letters more, want 1", after-before)
	}
}

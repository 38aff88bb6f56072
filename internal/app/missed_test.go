package app_test

import (
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
)

// A slot that is too late is told once, by mail, and stands on the desk until there
// is an edition again.
func TestMissedIsTold(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "grace: 6h")
	p.during(t, slotTime.Add(-2*time.Hour), func(*instance) {}, ticked) // it knows of the slot
	morning := slotTime.Add(13 * time.Hour)
	p.during(t, morning, func(*instance) {}, "slot missed", ticked, notified)
	p.during(t, morning.Add(time.Minute), func(*instance) {}, ticked)
	mails := server.Messages()
	if len(mails) != 1 || mails[0].To[0] != "mara@lanternscreen.example" {
		t.Fatalf("%d mails", len(mails))
	}
	text := unwrapped(openLetter(t, mails[0]).Text)
	for _, want := range []string{
		"Friday, November 20, 2026 at 17:00 CST", "Nothing was done from Fri Nov 20, 15:00 CST to Sat Nov 21, 06:00 CST",
		"marquee digest send weekly --at 2026-11-20T17:00", "Friday, November 27, 2026",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	i := p.open(t, morning.Add(2*time.Minute))
	if err := i.SetPassword(t.Context(), adminPassword); err != nil {
		t.Fatal(err)
	}
	d := i.desk(t)
	d.login(t)
	const told = "The edition of Fri Nov 20, 17:00 CST did not go out"
	if page := d.see(t, "/admin/"); !strings.Contains(page, told) || !strings.Contains(page, "marquee digest send weekly --at 2026-11-20T17:00") {
		t.Errorf("the desk does not tell of it:\n%s", page)
	}
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil || e.State != domain.EditionFrozen {
		t.Fatalf("by hand: %+v, %v", e, err)
	}
	if page := d.see(t, "/admin/"); strings.Contains(page, told) {
		t.Errorf("the desk still tells of it:\n%s", page)
	}
}

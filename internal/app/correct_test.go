package app_test

import (
	"bytes"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// A correction goes out by itself when it has rested, to each who has the letter,
// beside that letter in their mailbox.
func TestCorrectionGoesOut(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "")
	p.during(t, slotTime.Add(-time.Hour), func(i *instance) { i.wantEdition(t, domain.EditionFrozen, 0) }, ticked, compiled, notified)
	p.during(t, slotTime, func(i *instance) { i.wantEdition(t, domain.EditionDone, people) }, ticked, finished)
	written := slotTime.Add(24 * time.Hour)
	i := p.open(t, written)
	k := must(i.CorrectEdition(t.Context(), digest.Correction{Of: 1, Note: "It opens on *Sunday*."}))(t)
	i.close(t)
	p.during(t, written.Add(digest.Rest-time.Minute), func(i *instance) {
		if e := must(i.Store().Edition(t.Context(), k.ID))(t); e.State != domain.EditionFrozen {
			t.Errorf("it did not rest: %s", e.State)
		}
	}, ticked)
	p.during(t, written.Add(digest.Rest), func(i *instance) {
		b := must(i.Store().Balance(t.Context(), k.ID))(t)
		if want := (domain.Balance{Entitled: people, Sent: people}); b != want {
			t.Errorf("balance %s", b)
		}
		if found := must(i.Store().Prove(t.Context()))(t); len(found) > 0 {
			t.Errorf("found %v", found)
		}
		if at := must(i.Store().LastFrozen(t.Context(), "weekly", "2026-11-27T17:00"))(t); !at.Before(slotTime) {
			t.Errorf("the digest was last frozen %s", at)
		}
	}, ticked, finished)
	letters := map[string]string{} // Message-IDs
	answers := 0
	for _, m := range server.Messages() {
		read := must(netmail.ReadMessage(bytes.NewReader(m.Data)))(t)
		id := read.Header.Get("Message-Id")
		switch about := read.Header.Get("In-Reply-To"); {
		case strings.Contains(id, "-correction-"):
			if answers++; about == "" || about != letters[m.To[0]] || read.Header.Get("References") != about {
				t.Errorf("%s follows %q, want %q", m.To[0], about, letters[m.To[0]])
			}
			if l := openLetter(t, m); !strings.HasPrefix(l.Subject, "Correction: ") || !strings.Contains(l.HTML, "<em>Sunday</em>") || l.Unsubscribe == "" {
				t.Errorf("%+v", l)
			}
		default:
			letters[m.To[0]] = id
		}
	}
	if answers != people {
		t.Errorf("%d corrections, want %d", answers, people)
	}
}

// A database that was restored to before a correction does not send it twice by itself.
func TestFenceKnowsCorrections(t *testing.T) {
	t.Parallel()
	p, server := friday(t, "")
	i := p.open(t, slotTime.Add(-time.Minute))
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	must(i.Send(t.Context(), e))(t)
	if err := i.Store().Backup(t.Context(), filepath.Join(p.dir, "old.db")); err != nil {
		t.Fatal(err)
	}
	words := digest.Correction{Of: e.ID, Note: "It opens on Sunday."}
	first := must(i.CorrectEdition(t.Context(), words))(t)
	must(i.Send(t.Context(), first))(t)
	sent := len(server.Messages())
	i.close(t)
	p.write(t, "marquee.db", p.read(t, "old.db"), time.Time{})
	i = p.open(t, slotTime.Add(time.Hour))
	again := must(i.CorrectEdition(t.Context(), words))(t)
	if again.Slot != first.Slot {
		t.Errorf("it is another: %s, was %s", again.Slot, first.Slot)
	}
	if _, err := i.Send(t.Context(), again); err == nil || !strings.Contains(err.Error(), "remembers that it began to go out") {
		t.Errorf("sent again: %v", err)
	}
	if e := must(i.Store().Edition(t.Context(), again.ID))(t); e.State != domain.EditionHeld || len(server.Messages()) != sent {
		t.Errorf("it is %s, and %d letters went out", e.State, len(server.Messages())-sent)
	}
}

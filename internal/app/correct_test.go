package app_test

import (
	"bytes"
	"net/http"
	netmail "net/mail"
	"net/url"
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

// On the desk a correction is written, looked at, and let go, in this order.
func TestDeskCorrects(t *testing.T) {
	t.Parallel()
	i, d, server := manned(t)
	i.now = slotTime
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	const form = "/admin/editions/1/correct"
	if page := d.see(t, form); !strings.Contains(page, "Nobody has it yet: hold it") || strings.Contains(page, "<textarea") {
		t.Errorf("before anybody has it:\n%s", page)
	}
	must(i.Send(t.Context(), e))(t)
	if page := d.see(t, "/admin/editions/1"); !strings.Contains(page, `href="`+form+`">Correct it`) {
		t.Errorf("the edition's page:\n%s", page)
	}
	if page := d.see(t, form); !strings.Contains(page, "13 people have it") || !strings.Contains(page, "Friday picks") {
		t.Errorf("the form:\n%s", page)
	}
	piece := string(e.Items[0])
	for name, refused := range map[string]struct {
		note, says string
	}{
		"empty":  {" ", "it is empty: write what was wrong"},
		"long":   {strings.Repeat("x", 20_000), "20000 bytes, more than 10000"},
		"a book": {strings.Repeat("x", 1<<20), "too long, or did not arrive whole"},
		"script": {"<script>alert(1)</script>", "nothing in it can be shown"},
	} {
		a := d.ask(t, form, url.Values{"note": {refused.note}, "piece": {piece}})
		if a.status != http.StatusConflict || !strings.Contains(a.body, refused.says) || strings.Contains(a.body, "<script>alert") {
			t.Errorf("%s: status %d\n%s", name, a.status, a.body)
		}
		if kept := strings.Contains(a.body, ` checked>`); kept != (name != "a book") {
			t.Errorf("%s: the chosen piece is still chosen: %t", name, kept)
		}
	}
	words := url.Values{"note": {"It opens on *Sunday*, {{.Name}}.\r\n"}, "piece": {piece}}
	for range 2 {
		if a := d.ask(t, form, words); a.status != http.StatusSeeOther || a.location != "/admin/editions/2" {
			t.Fatalf("written: status %d, to %s\n%s", a.status, a.location, a.body)
		}
	}
	page := d.see(t, "/admin/editions/2")
	for _, want := range []string{"waits for your word", "Correction: ", `href="/admin/editions/1"`, "Send now", "Cancel the edition", `<dt>entitled</dt><dd>13</dd>`} {
		if !strings.Contains(page, want) {
			t.Errorf("its page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "Make it anew") || strings.Contains(page, "Correct it") {
		t.Errorf("its page offers what cannot be:\n%s", page)
	}
	if letter := d.see(t, "/admin/editions/2/letter?patron="+url.QueryEscape(address(0))); !strings.Contains(letter, "<em>Sunday</em>, {{.Name}}.") {
		t.Errorf("the letter:\n%s", letter)
	}
	if len(server.Messages()) != people {
		t.Errorf("%d letters have left", len(server.Messages()))
	}
	public := &desk{server: d.server, header: map[string]string{}}
	k := must(i.Store().Edition(t.Context(), 2))(t)
	if a := public.ask(t, "/editions/"+k.Slug(), nil); a.status != http.StatusNotFound || strings.Contains(public.see(t, "/editions/"+e.Slug()), "was corrected") {
		t.Errorf("somebody sees it before it goes: status %d", a.status)
	}
	if a := d.ask(t, "/admin/editions/2/send", url.Values{}); a.status != http.StatusSeeOther {
		t.Errorf("sent: status %d\n%s", a.status, a.body)
	}
	k = must(i.Store().Edition(t.Context(), 2))(t)
	if b := must(i.Send(t.Context(), k))(t); b.Sent != people {
		t.Errorf("balance %s", b)
	}
	wantLinks(t, public, d, &e, &k, openLetter(t, server.Messages()[0]))
	if front := public.see(t, "/"); !strings.Contains(front, `class="subject"><a href="/editions/`+e.Slug()+`"`) {
		t.Errorf("the front page does not show the edition:\n%s", front)
	}
}

// wantLinks wants an edition and its correction to lead to each other, on the web
// and in somebody's own copy.
func wantLinks(t *testing.T, public, d *desk, e, k *domain.Edition, own letter) {
	t.Helper()
	_, copied, _ := strings.Cut(own.HTML, "https://feeds.lanternscreen.example/e/")
	token, _, _ := strings.Cut(copied, `"`)
	for _, page := range []string{"/editions/" + e.Slug(), "/e/" + token} {
		if html := public.see(t, page); !strings.Contains(html, `This letter was corrected on `) || !strings.Contains(html, `<a class="mark" href="/editions/`+k.Slug()+`">Correction: `) {
			t.Errorf("%s does not lead to its correction:\n%.2000s", page, html)
		}
	}
	if html := public.see(t, "/editions/"+k.Slug()); !strings.Contains(html, `href="https://feeds.lanternscreen.example/editions/`+e.Slug()+`"`) || strings.Contains(html, "was corrected") {
		t.Errorf("the correction does not lead back:\n%s", html)
	}
	if list := public.see(t, "/editions/"); strings.Index(list, k.Slug()) > strings.Index(list, e.Slug()+`"`) {
		t.Errorf("the list has the correction behind the edition:\n%s", list)
	}
	if page := d.see(t, "/admin/editions/1"); !strings.Contains(page, `Corrected: <a href="/admin/editions/2">`) {
		t.Errorf("the edition's page on the desk:\n%s", page)
	}
}

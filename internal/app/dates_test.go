package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// Who wants dates in German gets them so, in the subject, in the letter, in the one
// of text alone and in its copy on the web; all others get the publication's. Who
// changes their mind after the freeze gets a letter all the same.
func TestLanguageOfDates(t *testing.T) {
	t.Parallel()
	server, block := smtpServer(t, testkit.SMTPConfig{})
	dated := strings.Replace(weekly, "weekly:", "weekly:\n    subject: 'Films of {{.Date}}'", 1)
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}", dated, rosters, block)
	p.write(t, "members.csv", members(6), time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	i := p.open(t, slotTime)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	i.gather(t)
	all := must(i.Store().AllPatrons(t.Context()))(t)
	prefer := func(n int, wish domain.Preferences) {
		if err := i.Store().SetPreferences(t.Context(), all[n].ID, wish); err != nil {
			t.Fatal(err)
		}
	}
	prefer(0, domain.Preferences{Dates: "de"})
	prefer(1, domain.Preferences{Dates: "de", Plain: true})
	prefer(2, domain.Preferences{Dates: "ja"})
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	prefer(2, domain.Preferences{Dates: "fr"})
	prefer(3, domain.Preferences{Dates: "de"})
	prefer(4, domain.Preferences{Dates: "en"})
	if b := must(i.Send(t.Context(), e))(t); b.Sent != len(all) {
		t.Fatal(b)
	}
	site := must(i.Site())(t)
	page := func(path string) string {
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return answer.Body.String()
	}
	const english, german = "Friday, November 20, 2026", "Freitag, 20. November 2026"
	got := letters(t, server)
	for n, who := range all {
		l, want, never := got[who.Email], english, german
		if n < 2 || n == 3 && who.Audience == all[0].Audience {
			want, never = german, english
		}
		view := page(viewOf(t, l))
		for part, text := range map[string]string{"subject": l.Subject, "text": l.Text, "html": l.HTML, "page": view} {
			if part == "html" && n == 1 {
				continue
			}
			if !strings.Contains(text, want) || strings.Contains(text, never) {
				t.Errorf("patron %d: the %s lacks %q or has %q:\n%s", n, part, want, never, text)
			}
		}
	}
	if body := page("/editions/" + e.Slug()); !strings.Contains(body, english) || strings.Contains(body, german) {
		t.Error("everybody's copy has somebody's dates")
	}
}

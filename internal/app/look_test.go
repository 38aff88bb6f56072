package app_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
)

// The publication's colour and the letters' look reach the letter, and a template
// that makes nothing is refused before anything is sent with it.
func TestLook(t *testing.T) {
	t.Parallel()
	digests := weekly + "    when_empty: send\nmail: {from: d@lanternscreen.example, transport: maildir, maildir: {path: mail}}\n"
	p := publish(t, digests, `letters: {theme: screen, fonts: {text: "Charter, serif"}, logo: {url: "https://lanternscreen.example/logo.png", width: 240, height: 60}}`)
	p.write(t, "config.yaml", strings.Replace(p.read(t, "config.yaml"), "  author:", "  accent_color: \"1E4B96\"\n  author:", 1), slotTime)
	i := p.open(t, slotTime)
	r, err := i.Preview(t.Context(), "weekly", slotName, domain.Readers{Audience: domain.Audience{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"#1e4b96", "font-family:Charter, serif", "logo.png", "#eceff3"} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("%q is not in the letter", want)
		}
	}
	p.write(t, "ours/mail/section_cards.html.tmpl", "\n", slotTime)
	p.write(t, "config.yaml", p.read(t, "config.yaml")+"\ntemplates: ours\n", slotTime)
	if _, err := app.Load(p.dir+"/config.yaml", nil, app.Env{Version: "test", Now: func() time.Time { return slotTime }, Log: slog.New(slog.DiscardHandler)}); err == nil || !strings.Contains(err.Error(), "templates: invalid mail/section_cards.html.tmpl:1: shows nothing") {
		t.Errorf("error %v", err)
	}
}

// What the maker sees while they edit a template is what goes out, in the
// publication's look; a template that breaks after the start holds the edition, which
// is whole all the same.
func TestTemplatesOfTheMoment(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		picks  string // mail/section_picks.html.tmpl
		state  domain.EditionState
		reason string
		status int // of the preview
		shows  string
	}{
		"mended": {"<p>Tonight:{{range .Picks}} {{.Title}}{{end}}</p>", domain.EditionFrozen, "", http.StatusOK, "<p>Tonight:"},
		"broken": {"<p>{{range .Picks}", domain.EditionHeld, "made with the templates as they were before: invalid templates: read templates: template: section_picks.html.tmpl:1:", http.StatusBadRequest, "section_picks.html.tmpl:1"},
		"empty":  {"\n", domain.EditionHeld, "made with the templates as they were before: invalid templates: invalid mail/section_picks.html.tmpl:1: shows nothing", http.StatusBadRequest, "shows nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := weeklyWith(t, "", mailTo("127.0.0.1:25", ""))
			p.write(t, "ours/mail/none.txt", "", time.Time{})
			p.write(t, "config.yaml", p.read(t, "config.yaml")+"\ntemplates: ours\nletters: {theme: screen}\n", time.Time{})
			i := p.open(t, slotTime.Add(-time.Hour))
			i.enroll(t)
			i.gather(t)
			if err := i.SetPassword(t.Context(), adminPassword); err != nil {
				t.Fatal(err)
			}
			d := i.desk(t)
			d.login(t)
			p.write(t, "ours/mail/section_picks.html.tmpl", tt.picks, time.Time{})

			shown := d.ask(t, "/admin/next/weekly/letter?patron="+url.QueryEscape(address(1)), nil)
			if shown.status != tt.status || !strings.Contains(shown.body, tt.shows) {
				t.Errorf("preview: status %d\n%s", shown.status, shown.body)
			}
			if home := d.ask(t, "/admin/", nil); home.status != http.StatusOK || tt.status != http.StatusOK && !strings.Contains(home.body, tt.shows) {
				t.Errorf("desk: status %d\n%s", home.status, home.body)
			}
			e := must(i.Compile(t.Context(), "weekly", slotName))(t)
			if e.State != tt.state || !strings.HasPrefix(e.Reason, tt.reason) {
				t.Errorf("edition %s: %q", e.State, e.Reason)
			}
			letter := d.see(t, "/admin/editions/1/letter?patron="+url.QueryEscape(address(1)))
			if !strings.Contains(letter, "#eceff3") || strings.Contains(letter, "Tonight:") != (tt.state == domain.EditionFrozen) {
				t.Errorf("letter:\n%s", letter)
			}
			if tt.state == domain.EditionHeld {
				if a := d.ask(t, "/admin/editions/1/remake", url.Values{}); a.status != http.StatusConflict || !strings.Contains(a.body, tt.shows) {
					t.Errorf("made anew with what is wrong: status %d\n%s", a.status, a.body)
				}
				p.write(t, "ours/mail/section_picks.html.tmpl", "<p>Tonight:{{range .Picks}} {{.Title}}{{end}}</p>", time.Time{})
				d.ask(t, "/admin/editions/1/remake", url.Values{})
				if letter := d.see(t, "/admin/editions/1/letter?patron="+url.QueryEscape(address(1))); !strings.Contains(letter, "Tonight:") || !strings.Contains(letter, "#eceff3") {
					t.Errorf("made anew:\n%s", letter)
				}
			}
			if tt.state == domain.EditionFrozen && withoutTokens(letter) != withoutTokens(shown.body) {
				t.Error("the letter is another one than was shown")
			}
		})
	}
}

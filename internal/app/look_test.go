package app_test

import (
	"log/slog"
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
	r, err := i.Preview(t.Context(), "weekly", slotName, domain.Audience{})
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

package digest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/digest"
	"marquee/templates"
)

// overridden are the templates with one of an operator's files.
func overridden(t *testing.T, name, text string) *templates.Mail {
	t.Helper()
	dir := t.TempDir()
	if name != "" {
		if err := os.Mkdir(filepath.Join(dir, "mail"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "mail", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := templates.Look{}.Parse(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set.Mail
}

// An operator's template is tried out before a letter is made with it.
func TestCheckTemplates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ name, text, want string }{
		"ours":               {"", "", ""},
		"another":            {"masthead.html.tmpl", "<h1>{{.Title}}</h1>{{.Note}}", ""},
		"a layout of theirs": {"section_horoscope.html.tmpl", "{{range .Items}}{{.Title}}{{end}}", ""},
		"no such field":      {"item.html.tmpl", "<b>\n{{.Titel}}</b>", "item.html.tmpl:2:2: executing"},
		"no such field, web": {"footer.html.tmpl", "{{.Publication.Address}} {{if .Web}}\n\n{{.Links.Nope}}{{else}}{{.Links.Unsubscribe}}{{end}}", "footer.html.tmpl:3:"},
		"nothing":            {"section_cards.html.tmpl", "  \n", "mail/section_cards.html.tmpl:1: shows nothing"},
		"nothing, in text":   {"section_picks.txt.tmpl", "", "mail/section_picks.txt.tmpl:1: shows nothing"},
		"an empty letter":    {"edition.html.tmpl", "", "mail/edition.html.tmpl:1: the letter it makes lacks"},
		"no unsubscribing":   {"footer.html.tmpl", "<p>{{.Publication.Address}}</p>", `mail/edition.html.tmpl:1: the letter it makes lacks "https://feeds.lanternscreen.example/u/1"`},
		"no address":         {"footer.txt.tmpl", "{{.Links.Unsubscribe}}", `mail/edition.txt.tmpl:1: the letter it makes lacks "PO Box 1200, Elgin"`},
		"text as a style":    {"line.html.tmpl", `<tr><td><p style="color:{{.Excerpt}}">{{.Title}}</p></td></tr>`, ""},
		"title as a style":   {"item.html.tmpl", `<p style="background:url({{.Facts}});color:{{.Opens}}; {{.URL}}">{{.Title}}</p>`, "puts text where"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mail := overridden(t, test.name, test.text)
			if test.name == "section_horoscope.html.tmpl" {
				mail = overriddenPair(t)
			}
			err := digest.CheckTemplates(mail)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

// overriddenPair are the templates with a layout of an operator's own.
func overriddenPair(t *testing.T) *templates.Mail {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "mail"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"html", "txt"} {
		if err := os.WriteFile(filepath.Join(dir, "mail", "section_horoscope."+end+".tmpl"), []byte("{{range .Items}}{{.Title}}{{end}}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := templates.Look{}.Parse(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set.Mail
}

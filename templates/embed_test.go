package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/domain"
)

// write makes a directory of templates and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestParseEmbedded(t *testing.T) {
	t.Parallel()
	set, err := Look{}.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []string{"cards", "lines", "whole", "note", "picks", "text"} {
		if file := set.Mail.Missing(layout); file != "" {
			t.Errorf("%s lacks %s", layout, file)
		}
	}
	for _, kind := range domain.NoticeKinds() {
		if set.Mail.Text.Lookup(NoticeText(kind)) == nil {
			t.Errorf("%s is missing", NoticeText(kind))
		}
	}
	if got := set.Mail.Missing("horoscope"); got != "section_horoscope.html.tmpl" {
		t.Errorf("missing %q", got)
	}
}

// An operator's files replace ours one by one and add sections of their own.
func TestParseOverride(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"mail/edition.html.tmpl":           `{{range .}}{{template "section" .}}{{end}}`,
		"mail/section_horoscope.html.tmpl": `<p>{{.Title}}</p>`,
	})
	set, err := Look{}.Parse(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	sections := []map[string]any{{"Layout": "horoscope", "Title": "Lions & you"}, {"Layout": "cards", "Title": "New", "Items": nil, "More": nil}}
	if err := set.Mail.HTML.ExecuteTemplate(&b, EditionHTML, sections); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasPrefix(got, "<p>Lions &amp; you</p>") || !strings.Contains(got, "New</h2>") {
		t.Errorf("rendered %q", got)
	}
	if got := set.Mail.Missing("horoscope"); got != "section_horoscope.txt.tmpl" {
		t.Errorf("missing %q, want the text template alone", got)
	}
}

// Pages, style sheet and icon are replaced one by one too; a page keeps the frame.
func TestParseOverrideWeb(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"web/message.html.tmpl": `{{define "main"}}<p>Ours: {{.Title}}</p>{{end}}`,
		"web/style.css":         "body { color: teal }",
	})
	set, err := Look{}.Parse(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	page := struct {
		Title, Description, Path, Style, Icon, Script string
		Alternates                                    []string
		NoIndex                                       bool
		Publication                                   struct{ Title, Language, URL, Patreon, Author, Server string }
	}{Title: "A & B"}
	if err := set.Web.Pages["message"].ExecuteTemplate(&b, BaseHTML, page); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, "<p>Ours: A &amp; B</p>") || !strings.HasPrefix(got, "<!DOCTYPE html>") {
		t.Errorf("rendered %q", got)
	}
	if set.Web.Style != "body { color: teal }" || !strings.HasPrefix(set.Web.Icon, "<svg") || set.Web.Pages["landing"] == nil {
		t.Errorf("style %q, icon %q, pages %v", set.Web.Style, set.Web.Icon, set.Web.Pages)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		dir, want string
	}{
		"no such directory": {filepath.Join(t.TempDir(), "none"), "none"},
		"bad HTML template": {write(t, map[string]string{"mail/footer.html.tmpl": "\n{{.Broken"}), "footer.html.tmpl:2"},
		"bad page":          {write(t, map[string]string{"web/landing.html.tmpl": "a\nb\n{{end}}"}), "landing.html.tmpl:3"},
		"bad frame":         {write(t, map[string]string{"web/base.html.tmpl": "{{nope}}"}), "base.html.tmpl:1"},
		"bad text template": {write(t, map[string]string{"mail/item.txt.tmpl": "{{nope}}"}), "item.txt.tmpl:1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := (Look{}).Parse(test.dir); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

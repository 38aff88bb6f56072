package templates

import (
	htmltemplate "html/template"
	"io/fs"
	"slices"
	"strings"
	texttemplate "text/template"

	"marquee/internal/domain"
)

// The templates that make an edition's two bodies.
const (
	EditionHTML = "edition.html.tmpl"
	EditionText = "edition.txt.tmpl"
)

// The templates that make a correction's two bodies, and its subject.
const (
	CorrectionHTML    = "correction.html.tmpl"
	CorrectionText    = "correction.txt.tmpl"
	CorrectionSubject = "correction_subject.txt.tmpl"
)

// NoticeHTML is the template of a kind's HTML. Few kinds have one.
func NoticeHTML(kind domain.NoticeKind) string { return "notice_" + string(kind) + htmlEnd }

// NoticeText is the template of a kind of notice's text, which every kind has. The
// first line that it makes is "Subject: …", then an empty one, then the text.
func NoticeText(kind domain.NoticeKind) string { return "notice_" + string(kind) + textEnd }

// Mail is what an edition's two bodies are made with. Every layout of sections has
// a template of its own in both, section_LAYOUT.html.tmpl and section_LAYOUT.txt.tmpl,
// and {{template "section" .}} takes the right one. Text has the notices, too.
type Mail struct {
	HTML *htmltemplate.Template
	Text *texttemplate.Template
}

// Missing names the first template file that a layout lacks, "" when it
// has both.
func (m *Mail) Missing(layout string) string {
	switch {
	case m.HTML.Lookup(sectionFile(layout, htmlEnd)) == nil:
		return sectionFile(layout, htmlEnd)
	case m.Text.Lookup(sectionFile(layout, textEnd)) == nil:
		return sectionFile(layout, textEnd)
	}
	return ""
}

// Layouts are the layouts that have both templates, in alphabetic order.
func (m *Mail) Layouts() []string {
	var all []string
	for _, t := range m.HTML.Templates() {
		name, isSection := strings.CutPrefix(strings.TrimSuffix(t.Name(), htmlEnd), sectionStart)
		if isSection && m.Missing(name) == "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

const (
	sectionStart = "section_"
	htmlEnd      = ".html.tmpl"
	textEnd      = ".txt.tmpl"
)

func sectionFile(layout, end string) string { return sectionStart + layout + end }

func parseMail(layers []fs.FS, look design) (*Mail, error) {
	pages, err := collect(layers, "mail/*"+htmlEnd)
	if err != nil {
		return nil, err
	}
	texts, err := collect(layers, "mail/*"+textEnd)
	if err != nil {
		return nil, err
	}
	m := &Mail{
		HTML: htmltemplate.New("mail").Option("missingkey=error").Funcs(look.funcs()),
		Text: texttemplate.New("mail").Option("missingkey=error").Funcs(textFuncs()),
	}
	for _, f := range append(pages, dispatch(pages, htmlEnd)) {
		if _, err := m.HTML.New(f.name).Parse(f.text); err != nil {
			return nil, err
		}
	}
	for _, f := range append(texts, dispatch(texts, textEnd)) {
		if _, err := m.Text.New(f.name).Parse(f.text); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// dispatch writes the template "section", which shows a section by the template
// of its layout: the name of a template cannot be an expression.
func dispatch(files []file, end string) file {
	var b strings.Builder
	keyword := "{{if"
	for _, f := range files {
		layout, isSection := strings.CutPrefix(strings.TrimSuffix(f.name, end), sectionStart)
		if isSection {
			b.WriteString(keyword + ` eq .Layout "` + layout + `"}}{{template "` + f.name + `" .}}`)
			keyword = "{{else if"
		}
	}
	if b.Len() > 0 {
		b.WriteString("{{end}}")
	}
	return file{name: "section", text: b.String()}
}

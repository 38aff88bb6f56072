package markdown

import (
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// picksTitle is the title of an issue of picks that has none of its own.
const picksTitle = "Friday streaming picks"

// maxSteps is more than there are tiers.
const maxSteps = 20

// piece turns the whole of a file into a piece. kind is that of a file which
// does not say.
func (w writer) piece(p *page, f *fields, body block, kind domain.ItemKind) source.Raw {
	raw := source.Raw{GUID: p.guid, Kind: kind}
	if k := oneOf(f, domain.ItemKinds(), "kind"); k != "" {
		raw.Kind = k
	}
	text := w.read(body)
	heading := text.takeTitle()
	raw.Title = w.titleOf(f, raw.Kind, heading)
	raw.Published = w.published(p.file, f).UTC()
	raw.Updated, _ = f.moment("updated", "lastmod", "modified")
	raw.URL = w.addressOf(f, p.guid)
	raw.Series, _ = f.text("series")
	raw.Author, _ = f.text("author")
	raw.Language, _ = f.text("language")
	raw.Categories = f.texts("tags", "categories")
	raw.Image = f.image("image")
	raw.Film = w.film(f)
	raw.Release = w.release(f)
	teaser, _ := f.prose("teaser", "summary", "description")
	raw.Summary = w.htmlOf(teaser)
	w.picks(&raw, f, text)
	return raw
}

// titleOf is the front matter's title, else the heading the body began with.
func (w writer) titleOf(f *fields, kind domain.ItemKind, heading string) string {
	title, _ := f.title()
	switch {
	case title != "":
		return title
	case heading != "":
		return heading
	case kind == domain.Picks:
		return picksTitle
	}
	w.wrongf(f.line, "the piece has no title: write title: … in the front matter")
	return ""
}

// published is the day in the file's name, at the time that the front matter
// gives for that day or else at its beginning; without a day in the name it is
// the front matter's date.
func (w writer) published(file file, f *fields) time.Time {
	at, line := f.moment("date")
	name := file.day()
	if name == "" {
		if _, there := f.get("date"); !there {
			w.wrongf(f.line, "the piece has no date: begin the file's name with it, 2026-11-20.md, or write date: … in the front matter")
		}
		return at
	}
	day, err := domain.ParseDate(name)
	if err != nil {
		w.wrongf(0, "the file's name begins with %s, which is no day", name)
		return at
	}
	if domain.DateOf(at.In(w.zone)) == day {
		return at // which may have a time
	}
	if !at.IsZero() {
		w.oddf(line, "date: the file's name says %s, and the name decides", name)
	}
	return day.In(w.zone)
}

// addressOf is where the piece can be read: as it says, else below the source's
// base, else nowhere.
func (w writer) addressOf(f *fields, guid string) string {
	if s := f.link("url"); s != "" || w.base == nil {
		return s
	}
	return w.base.JoinPath(guid).String()
}

// release is a tier's name, patrons or everyone, or a list of such steps.
func (w writer) release(f *fields) domain.Ladder {
	e, ok := f.get("release")
	if !ok {
		return nil
	}
	if len(e.value.Content) == 0 {
		to, _ := f.text("release")
		return domain.Ladder{{To: to}}
	}
	var ladder domain.Ladder
	for _, g := range f.groups("release", maxSteps) {
		to, line := g.text("to")
		if to == "" {
			w.wrongf(line, "release: each step needs to: and a tier, patrons or everyone")
		}
		ladder = append(ladder, domain.Step{To: to, After: g.delay("after")})
		g.warnUnknown()
	}
	return ladder
}

// delay is a length of time such as 48h.
func (f *fields) delay(name string) time.Duration {
	s, line := f.text(name)
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(strings.ReplaceAll(s, " ", ""))
	if err != nil || d < 0 {
		f.wrongf(line, "%s: %q is no length of time: write it in hours, like 48h", name, s)
	}
	return d
}

package digest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/templates"
)

// maxHTML is how long an HTML body may be, in bytes. Gmail cuts mail at about
// 102 KB, and would cut off the address and the unsubscribe link.
const maxHTML = 90_000

// publicCopy is the edition's page on the web, as everyone may read it.
func (c *Compiler) publicCopy(d *draft) (domain.Rendition, error) {
	return c.webCopy(d, domain.Audience{})
}

// rendition is the edition for an audience that receives mail: its page on the
// web and the form of its letter.
func (c *Compiler) rendition(d *draft, a domain.Audience) (domain.Rendition, error) {
	r, err := c.webCopy(d, a)
	if err != nil {
		return domain.Rendition{}, err
	}
	letter, _, err := c.letter(d, a)
	if err != nil {
		return domain.Rendition{}, err
	}
	r.Form, r.Plain, err = c.composed(letter)
	return r, err
}

// composed is a letter as mail, and as mail of text alone.
func (c *Compiler) composed(letter Letter) (form, plain []byte, err error) {
	if form, err = c.cfg.Compose(letter); err == nil {
		letter.HTML = ""
		plain, err = c.cfg.Compose(letter)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("compose the letter to %s: %w", letter.Audience.Key(), err)
	}
	return form, plain, nil
}

func (c *Compiler) webCopy(d *draft, a domain.Audience) (domain.Rendition, error) {
	v, err := c.view(d, a)
	if err != nil {
		return domain.Rendition{}, err
	}
	v.Web = true
	html, text, err := c.render(v)
	if err != nil {
		return domain.Rendition{}, err
	}
	return domain.Rendition{Audience: a, Subject: v.Subject, Preheader: v.Preheader, HTML: html, Text: text}, nil
}

// letter is the edition as mail, with marks where each patron's copy differs,
// and the view that it shows.
func (c *Compiler) letter(d *draft, a domain.Audience) (Letter, View, error) {
	v, err := c.view(d, a)
	if err != nil {
		return Letter{}, View{}, err
	}
	v.Name, v.Links.Unsubscribe, v.Links.Manage = c.cfg.Marks.Name, c.cfg.Marks.Unsubscribe, c.cfg.Marks.Manage
	v.Links.Web = cmp.Or(c.cfg.Marks.View, v.Links.Web)
	html, text, err := c.render(v)
	if err != nil {
		return Letter{}, View{}, err
	}
	return Letter{Edition: d.edition, Audience: a, Subject: v.Subject, HTML: html, Text: text}, v, nil
}

// render makes both bodies from one view, shortened until the HTML is no longer
// than mailboxes show.
func (c *Compiler) render(v View) (html, text string, err error) {
	for _, shorten := range shortenings() {
		v = shorten(v)
		if html, err = execute(c.cfg.Templates.HTML, templates.EditionHTML, v); err != nil {
			return "", "", fmt.Errorf("render html for %s: %w", v.Audience.Key(), err)
		}
		if len(html) <= maxHTML {
			break
		}
	}
	if text, err = execute(c.cfg.Templates.Text, templates.EditionText, v); err != nil {
		return "", "", fmt.Errorf("render text for %s: %w", v.Audience.Key(), err)
	}
	return html, tidy(text), nil
}

// view is what an audience may see of a draft. It is the only way from items to
// templates.
func (c *Compiler) view(d *draft, a domain.Audience) (View, error) {
	lens := c.lens(d, a)
	v := View{
		Publication: c.cfg.Publication,
		Language:    cmp.Or(c.cfg.Publication.Language, "en"),
		Title:       cmp.Or(c.cfg.Digest.Title, c.cfg.Publication.Title),
		Date:        longDate(d.edition.Slot),
		Audience:    a,
		Patron:      a.Standing == domain.Active,
		Links:       c.links(&d.edition),
	}
	v.Dir = direction(v.Language)
	for i, s := range c.cfg.Sections {
		if block, ok := s.View(lens, d.chosen[i]); ok {
			v.Sections = append(v.Sections, block)
		}
	}
	v = opened(v)
	v = withImages(v, maxImages)
	v.Preheader = preheader(v)
	subject, err := c.subjectOf(v, d.edition.Slot)
	v.Subject = subject
	return v, err
}

// opened takes the first note out of its section and opens the edition with it.
// A section that was nothing but its note goes.
func opened(v View) View {
	for i, s := range v.Sections {
		if s.NoteText == "" {
			continue
		}
		v.Note, v.NoteText = s.Note, s.NoteText
		v.Sections[i].Note, v.Sections[i].NoteText = "", ""
		if len(s.Items)+len(s.Picks) == 0 {
			v.Sections = slices.Delete(v.Sections, i, i+1)
		}
		return v
	}
	return v
}

func (c *Compiler) links(e *domain.Edition) Links {
	server := c.cfg.Publication.Server
	return Links{
		Web:     server + "/editions/" + e.Slug(),
		Archive: server + "/editions/",
		Feeds:   server + "/",
	}
}

// longDate is a slot's day in full: "Friday, November 20, 2026".
func longDate(slot domain.Slot) string {
	return slot.Date().In(time.UTC).Format("Monday, January 2, 2006")
}

package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/templates"
)

// maxHTML is how long an HTML body may be, in bytes. Gmail cuts mail at about
// 102 KB, and would cut off the address and the unsubscribe link.
const maxHTML = 90_000

// publicCopy is the edition's page on the web, as everyone may read it.
func (c *Compiler) publicCopy(d *draft) (domain.Rendition, error) {
	r, err := c.webCopy(d, domain.Readers{})
	return r.Rendition, err
}

// rendition is the edition for readers who receive mail: its page on the web and
// the form of its letter.
func (c *Compiler) rendition(d *draft, to domain.Readers) (domain.Rendition, error) {
	r, err := c.webCopy(d, to)
	if err != nil {
		return domain.Rendition{}, err
	}
	l, err := c.letter(d, to)
	if err != nil {
		return domain.Rendition{}, err
	}
	if len(l.html) > maxHTML {
		d.hold(fmt.Sprintf("the letter to %s has %d bytes: mailboxes cut what is longer than %d", to.Label(), len(l.html), maxHTML))
	}
	r.Form, r.Plain, err = c.composed(l.Letter)
	return r.Rendition, err
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

// rendered are an edition's two bodies, made from one view.
type rendered struct {
	view       View
	html, text string
	shortened  int // how many of the shortenings it took
}

// shown is an edition as one audience sees it.
type shown struct {
	domain.Rendition
	shortened int // how many of the shortenings it took
}

// show renders a draft for somebody of an audience: the letter with its marks
// filled, and for the public the copy on the web.
func (c *Compiler) show(d *draft, to domain.Readers) (shown, error) {
	if to.Standing == domain.Public {
		return c.webCopy(d, to)
	}
	l, err := c.letter(d, to)
	if err != nil {
		return shown{}, err
	}
	form, plain, err := c.composed(l.Letter)
	fill := c.cfg.Marks.sample(c.cfg.Publication.Server)
	return shown{domain.Rendition{
		Readers: to, Subject: l.Subject, Preheader: l.view.Preheader,
		HTML: fill.Replace(l.HTML), Text: fill.Replace(l.Text), Form: form, Plain: plain,
	}, l.shortened}, err
}

func (c *Compiler) webCopy(d *draft, to domain.Readers) (shown, error) {
	v := c.view(d, to)
	v.Web = true
	r, err := c.render(v)
	return shown{domain.Rendition{
		Readers: to, Subject: v.Subject, Preheader: v.Preheader, HTML: r.html, Text: r.text,
	}, r.shortened}, err
}

// written is a letter, and what it was made from.
type written struct {
	Letter
	rendered
}

// letter is the edition as mail, with marks where each patron's copy differs.
func (c *Compiler) letter(d *draft, to domain.Readers) (written, error) {
	v := c.view(d, to)
	v.Name, v.Links.Unsubscribe, v.Links.Manage = c.cfg.Marks.Name, c.cfg.Marks.Unsubscribe, c.cfg.Marks.Manage
	v.Links.Web = cmp.Or(c.cfg.Marks.View, v.Links.Web)
	r, err := c.render(v)
	return written{Letter{Edition: d.edition, Audience: to.Audience, Subject: v.Subject, HTML: r.html, Text: r.text}, r}, err
}

// render makes both bodies, shortened until the HTML is no longer than mailboxes
// show.
func (c *Compiler) render(v View) (r rendered, err error) {
	files := filesOf(&v)
	for i, shorten := range shortenings() {
		v = shorten(v)
		r.view, r.shortened = v, i
		if r.html, err = execute(c.cfg.Templates.HTML, files.html, v); err != nil {
			return rendered{}, fmt.Errorf("render html for %s: %w", v.Audience.Key(), err)
		}
		if len(r.html) <= maxHTML {
			break
		}
	}
	if r.text, err = execute(c.cfg.Templates.Text, files.text, v); err != nil {
		return rendered{}, fmt.Errorf("render text for %s: %w", v.Audience.Key(), err)
	}
	r.text = tidy(r.text)
	return r, nil
}

// files are the templates of a letter's bodies.
type files struct{ html, text string }

func filesOf(v *View) files {
	if v.Correction != nil {
		return files{templates.CorrectionHTML, templates.CorrectionText}
	}
	return files{templates.EditionHTML, templates.EditionText}
}

// view is what readers may see of a draft. It is the only way from items to
// templates.
func (c *Compiler) view(d *draft, to domain.Readers) View {
	a, lens := to.Audience, c.lens(d, to)
	v := View{
		Publication: c.cfg.Publication,
		Language:    cmp.Or(c.cfg.Publication.Language, "en"),
		Title:       cmp.Or(c.cfg.Digest.Title, c.cfg.Publication.Title),
		Date:        lens.Dates.Full(d.edition.Day(c.cfg.Publication.Zone)),
		DatesIn:     c.dates.Wish(to.Dates),
		Audience:    a,
		Patron:      a.Standing == domain.Active,
		Links:       c.links(&d.edition),
	}
	v.Dir = domain.Direction(v.Language)
	for i, b := range c.cfg.Sections {
		if !c.reaches(b, a) {
			continue
		}
		if shown, ok := b.View(lens, d.chosen[i]); ok {
			t := b.Traits()
			shown.Kind, shown.Layout, shown.Title, shown.Aside = b.Kind, t.Layout, b.Title, t.Again || t.Aside
			v.Sections = append(v.Sections, trimmed(shown))
		}
	}
	if d.correction == nil {
		v = opened(v)
	}
	v = withImages(v, maxImages)
	v.Credits = credits(v.Sections, c.cfg.Digest.Credits)
	if d.correction != nil {
		return c.correctionView(v, d.correction, lens.Dates)
	}
	v.Preheader = preheader(v)
	v.Subject = c.subjectOf(v, d.edition.Slot, lens.Dates)
	return v
}

// trimmed is a section whose items do not say once more what its title says.
func trimmed(s SectionView) SectionView {
	for _, items := range [][]ItemView{s.Items, s.More} {
		for i := range items {
			it := &items[i]
			if strings.EqualFold(it.Label, s.Title) {
				it.Label = ""
			}
			if strings.EqualFold(it.Series, s.Title) {
				it.Series = ""
			}
		}
	}
	return s
}

// reaches reports whether an audience is one of those that a section is for.
func (c *Compiler) reaches(b Block, a domain.Audience) bool {
	return b.To == "" || a.Standing == domain.Operator || c.cfg.Policy.Reaches(a, b.To)
}

// credits are all that is owed for what sections show, and what the operator owes
// besides, each once.
func credits(sections []SectionView, own string) []string {
	var all []string
	if own != "" {
		all = append(all, own)
	}
	add := func(owed []string) {
		for _, c := range owed {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	for _, s := range sections {
		for i := range s.Items {
			add(s.Items[i].Credits)
		}
		for i := range s.Picks {
			add(s.Picks[i].Credits)
		}
	}
	return all
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
		if len(s.Items)+len(s.Picks) == 0 && s.Text == "" {
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

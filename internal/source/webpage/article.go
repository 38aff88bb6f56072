package webpage

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
)

// maxElements is the largest page that readability is asked about.
const maxElements = 30_000

// article is what a piece's page says, film facts aside.
type article struct {
	title, heading string // as configured; as the page as a whole has it
	author         string
	content        string // HTML
	published      time.Time
}

// read reads a page and takes out of it what is to be removed. A title, a date
// or a text that is configured and not there is an error; pieces without an
// author are not rare.
func (a Article) read(p *page, zone *time.Location) (article, error) {
	all := p.doc.Selection
	for _, needed := range []struct {
		key string
		selector
	}{{"title", a.Title}, {"content", a.Content}, {"date", a.Date}} {
		if !needed.none() && needed.in(all).Length() == 0 {
			return article{}, p.lacks("article." + needed.key + " matches nothing")
		}
	}
	found := article{
		title:   line(a.Title.in(all)),
		heading: cmp.Or(line(all.Find("h1").First()), p.title()),
		author:  byline(cmp.Or(line(a.Author.in(all)), p.author())),
	}
	var err error
	if found.published, err = a.published(p, zone); err != nil {
		return article{}, err
	}
	for _, s := range a.Remove {
		s.all(all).Remove()
	}
	return found, a.text(p, &found)
}

func (a Article) published(p *page, zone *time.Location) (time.Time, error) {
	if a.Date.none() {
		return p.published(zone), nil
	}
	date := a.Date.in(p.doc.Selection)
	at := clock{a.DateFormat, zone}.read(date)
	if at.IsZero() {
		return at, fmt.Errorf("article.date: the date %q on %s cannot be read for certain: write its date_format", excerpt(line(date)), p.url)
	}
	return at, nil
}

// text finds the text: as configured, as the page itself marks it, or as
// readability makes it out. The last may find none, since there may be none.
func (a Article) text(p *page, found *article) error {
	text := a.Content.all(p.doc.Selection)
	if a.Content.none() {
		text = p.doc.Find(`[itemprop~="reviewBody"], [itemprop~="articleBody"]`).First()
	}
	if found.content = p.markup(text); found.content != "" && holds(text) {
		return nil
	}
	if !a.Content.none() {
		return p.lacks("article.content holds no text")
	}
	return found.makeOut(p)
}

// makeOut lets readability find the text. It finds nothing where it finds no more
// than the title.
func (found *article) makeOut(p *page) error {
	p.resolve(p.doc.Selection) // readability knows fewer ways to load a picture late
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxElements
	made, err := parser.ParseAndMutate(p.doc.Nodes[0], p.base)
	if err != nil {
		return fmt.Errorf("find the text on %s: %w", p.url, err)
	}
	found.author = cmp.Or(found.author, byline(made.Byline()))
	found.content = ""
	if made.Node == nil || line(goquery.NewDocumentFromNode(made.Node).Selection) == found.heading {
		return nil
	}
	var html strings.Builder
	err = made.RenderHTML(&html)
	found.content = html.String()
	return err
}

// holds reports whether there is something to read or to see.
func holds(sel *goquery.Selection) bool {
	return strings.TrimSpace(sel.Text()) != "" || sel.Find("img").Length() > 0
}

// byline is a name without what stands around it: "By Mara Ellison | May 5".
func byline(s string) string {
	for _, mark := range []string{" | ", " • ", " · "} {
		s, _, _ = strings.Cut(s, mark)
	}
	if len(s) > 3 && strings.EqualFold(s[:3], "by ") {
		s = s[3:]
	}
	return strings.TrimSpace(s)
}

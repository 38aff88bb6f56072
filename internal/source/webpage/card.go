package webpage

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/sanitize"
	"marquee/internal/source"
)

// hand takes the pieces of one page of a list.
type hand struct {
	list *list
	page *page
	found
	read, outside int    // items read; those of them that paths leaves out
	had           fields // what at least one item had
	unread        string // a date that could not be read
}

// fields are the options that something on the page answered to.
type fields struct{ link, title, date, summary, image, known bool }

// take reads one item. Those beyond the limit are not looked at.
func (h *hand) take(item *goquery.Selection) {
	if h.read-h.outside >= h.list.limit {
		return
	}
	h.read++
	link := h.link(item)
	u := parseWeb(h.page.base, link.AttrOr("href", ""))
	if u != nil && !h.list.covers(u) {
		h.outside++
		h.had.link = true
		return
	}
	p := piece{Raw: source.Raw{Title: h.title(item, link)}}
	if u == nil || guidOf(u) == guidOf(h.page.url) {
		h.problem(p, errors.New("it has no link to a page of its own"))
		return
	}
	h.had.link = true
	p.GUID, p.URL = guidOf(u), u.String()
	if item.Is(".post-password-required") { // WordPress
		h.problem(p, errors.New("it is protected by a password: readers get it once that is taken off"))
		return
	}
	h.fill(&p, item)
	h.pieces = append(h.pieces, p)
}

func (h *hand) problem(p piece, err error) {
	h.problems = append(h.problems, source.Problem{GUID: p.GUID, Where: fmt.Sprintf("item %d%s", h.read, quoted(p.Title)), Err: err})
}

// link is the element that leads to the piece.
func (h *hand) link(item *goquery.Selection) *goquery.Selection {
	link := item
	if !h.list.Link.none() {
		link = h.list.Link.in(item)
	}
	if link.Is("a[href]") {
		return link
	}
	return link.Find("a[href]").First()
}

// title is what the item is called: by the selector, else by its link, which may
// be a picture below or above a heading.
func (h *hand) title(item, link *goquery.Selection) string {
	if title := h.list.Title.in(item); title.Length() > 0 {
		h.had.title = true
		return line(title)
	}
	return cmp.Or(line(link), line(item.Find("h1, h2, h3, h4").First()), sanitize.Title(link.Find("img[alt]").First().AttrOr("alt", "")))
}

// fill reads what an item may have.
func (h *hand) fill(p *piece, item *goquery.Selection) {
	if date := h.list.Date.in(item); date.Length() > 0 {
		p.Published = clock{h.list.DateFormat, h.list.zone}.read(date)
		h.had.date = true
		h.had.known = h.had.known || !p.Published.IsZero()
		h.unread = excerpt(line(date))
	}
	if summary := h.list.Summary.in(item); summary.Length() > 0 {
		p.Summary = h.page.markup(summary)
		h.had.summary = true
	}
	if image := h.list.Image.in(item); image.Length() > 0 {
		p.Image = h.page.picture(image)
		h.had.image = true
	}
}

// check refuses a page of whose items none has what an option asks for: that is
// no list with less on it but another page than the selectors were written for.
func (h *hand) check() error {
	if !h.list.Link.none() && !h.had.link {
		return h.page.lacks(fmt.Sprintf("list.link matches nothing in any of %d items", h.read))
	}
	for _, c := range []struct {
		key      string
		selector selector
		had      bool
	}{
		{"title", h.list.Title, h.had.title},
		{"date", h.list.Date, h.had.date},
		{"summary", h.list.Summary, h.had.summary},
		{"image", h.list.Image, h.had.image},
	} {
		if len(h.pieces) > 0 && !c.selector.none() && !c.had {
			return h.page.lacks(fmt.Sprintf("list.%s matches nothing in any of %d items", c.key, h.read))
		}
	}
	switch {
	case !h.had.link:
		return h.page.lacks(fmt.Sprintf("list.items selects %d elements, none of which leads to a piece,", h.read))
	case h.outside > 0 && len(h.pieces) == 0:
		return fmt.Errorf("paths leaves out all %d items on %s", h.outside, h.page.url)
	case h.had.date && !h.had.known:
		return fmt.Errorf("list.date: the date %q on %s cannot be read for certain: write its date_format", h.unread, h.page.url)
	case h.list.Title.none() && h.alike():
		return fmt.Errorf("list.title is missing: the links of all %d items on %s say %q", len(h.pieces), h.page.url, excerpt(h.pieces[0].Title))
	}
	return nil
}

// alike reports whether many pieces share one title, such as "Read more".
func (h *hand) alike() bool {
	for _, p := range h.pieces {
		if p.Title == "" || p.Title != h.pieces[0].Title {
			return false
		}
	}
	return len(h.pieces) > 2
}

package webpage

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/filmdata"
	"marquee/internal/sanitize"
)

// page is a page that was read.
type page struct {
	asked string   // its address as it was asked for
	url   *url.URL // where it was, after redirects
	base  *url.URL // where its relative addresses start
	doc   *goquery.Document
}

func parsePage(asked string, res *fetch.Response) (*page, error) {
	at, err := url.Parse(res.URL)
	if err != nil {
		return nil, fmt.Errorf("%w address: %w", domain.ErrInvalid, err)
	}
	if res.ContentType != "" && !strings.Contains(strings.ToLower(res.ContentType), "html") {
		return nil, fmt.Errorf("%w: it is %s, not HTML", domain.ErrInvalid, excerpt(res.ContentType))
	}
	doc, err := filmdata.ParsePage(res.Body, res.ContentType)
	if err != nil {
		return nil, err
	}
	p := &page{asked: asked, url: at, base: at, doc: doc}
	if base := parseWeb(at, doc.Find("base[href]").First().AttrOr("href", "")); base != nil {
		p.base = base
	}
	return p, nil
}

// lacks is the error for a page on which something is not as expected; the page
// itself may tell why.
func (p *page) lacks(what string) error {
	if gate := p.gate(); gate != "" {
		return fmt.Errorf("%s was answered with %s", p.asked, gate)
	}
	return fmt.Errorf("%s on %s%s: has the site been redesigned?", what, p.url, quoted(p.title()))
}

func (p *page) title() string { return line(p.doc.Find("title").First()) }

// resolve makes the addresses within sel absolute, and shows pictures that a
// script would have shown when they came into view.
func (p *page) resolve(sel *goquery.Selection) {
	sel.Find("img").Each(func(_ int, img *goquery.Selection) {
		if picture := p.picture(img); picture != nil {
			img.SetAttr("src", picture.URL)
		}
	})
	for _, key := range []string{"href", "src", "poster", "cite"} {
		sel.Find("[" + key + "]").Each(func(_ int, e *goquery.Selection) {
			written := strings.TrimSpace(e.AttrOr(key, ""))
			if u, err := p.base.Parse(written); err == nil && !strings.HasPrefix(written, "#") {
				e.SetAttr(key, u.String())
			}
		})
	}
}

// markup is the HTML within each element of sel, with absolute addresses.
func (p *page) markup(sel *goquery.Selection) string {
	p.resolve(sel)
	var parts []string
	sel.Each(func(_ int, e *goquery.Selection) {
		if html, err := e.Html(); err == nil && strings.TrimSpace(html) != "" {
			parts = append(parts, strings.TrimSpace(html))
		}
	})
	return strings.Join(parts, "\n")
}

// line is an element's text in one line; a meta element's is its content.
func line(sel *goquery.Selection) string {
	if content, ok := sel.Attr("content"); ok {
		return sanitize.Title(content)
	}
	return sanitize.Title(sel.Text())
}

// quoted is a stranger's text within an error: ` ("Maintenance")`, or nothing.
func quoted(s string) string {
	if s = excerpt(s); s == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", s)
}

// excerpt is the beginning of a stranger's text, fit for an error or a log.
func excerpt(s string) string {
	const longest = 60
	s = sanitize.Title(s)
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}

// Package filmdata reads what a web page says about a film and about a critic's
// verdict on it: schema.org in JSON-LD and in microdata, OpenGraph, and the
// labelled block ("Director", "Runtime") that reviews end with.
package filmdata

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html/charset"

	"marquee/internal/domain"
)

// maxPage is the largest page that is read, in bytes. The parser refuses by
// itself what is nested too deeply.
const maxPage = 4 << 20

// Facts are what one page says. All addresses are absolute http(s).
type Facts struct {
	Film      *domain.Film  // nil when the page is not about one film
	Image     *domain.Image // the picture that the page wants to be shown with
	Canonical string        // the page's own address; empty when it names none
	Title     string        // without the site's name
	Body      string        // unsanitised HTML of the review; empty when it is not marked up
	Teaser    bool          // Body is not the whole: the rest is for patrons or behind a password
}

// FromPage reads a page that was served as contentType from pageURL. It returns
// a domain.ErrInvalid when the bytes are no page.
func FromPage(body []byte, contentType, pageURL string) (Facts, error) {
	doc, err := ParsePage(body, contentType)
	if err != nil {
		return Facts{}, err
	}
	return FromDocument(doc, pageURL)
}

// ParsePage decodes a page that was served as contentType, and parses it. It
// returns a domain.ErrInvalid for what is too large or nested too deeply.
func ParsePage(body []byte, contentType string) (*goquery.Document, error) {
	if len(body) > maxPage {
		return nil, fmt.Errorf("%w page: larger than %d bytes", domain.ErrInvalid, maxPage)
	}
	text := bytes.TrimPrefix(toUTF8(body, contentType), []byte("\ufeff")) // the parser would take it for text
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%w page: %w", domain.ErrInvalid, err)
	}
	return doc, nil
}

// FromDocument reads a page that was served from pageURL, and leaves it as it
// is. Where several places in the page say the same thing, the order of trust is
// JSON-LD, microdata, the labelled block, OpenGraph. A page that says nothing
// gives empty Facts.
func FromDocument(doc *goquery.Document, pageURL string) (Facts, error) {
	base, err := url.Parse(pageURL)
	if err != nil || base.Host == "" {
		return Facts{}, fmt.Errorf("%w page address: not absolute", domain.ErrInvalid)
	}
	p := &page{doc: doc, base: base}
	return p.facts(), nil
}

// page is a page being read.
type page struct {
	doc  *goquery.Document
	base *url.URL
}

func (p *page) facts() Facts {
	og := p.openGraph()
	f := Facts{Image: og.image, Canonical: p.canonical(og), Title: og.title}
	linked := p.jsonLD(f.Canonical)
	for _, film := range []*domain.Film{linked.film, p.microdata(), p.labelled()} {
		f.Film = Merge(f.Film, film)
	}
	f.Body, f.Teaser = p.body()
	f.Teaser = f.Teaser || (linked.paid && f.Body != "")
	if f.Film != nil {
		p.complete(f.Film, og)
	}
	return f
}

// complete adds what only the page as a whole tells: the title, and pictures
// with their sizes and descriptions.
func (p *page) complete(film *domain.Film, og openGraph) {
	if film.Title == "" {
		film.Title = og.title
	}
	if img := og.image; img != nil {
		switch {
		case film.Poster == nil && img.Height > img.Width:
			film.Poster = clone(img)
		case film.Still == nil && img.Width > img.Height:
			film.Still = clone(img)
		}
		describe(film.Poster, img)
	}
	if film.Still == nil {
		film.Still = p.still()
	}
	p.describe(film.Poster)
}

func clone(img *domain.Image) *domain.Image {
	c := *img
	return &c
}

// describe fills img from another mention of the same picture.
func describe(img, other *domain.Image) {
	if img == nil || img.URL != other.URL {
		return
	}
	if img.Width == 0 {
		img.Width, img.Height = other.Width, other.Height
	}
	if img.Alt == "" {
		img.Alt = other.Alt
	}
}

func (p *page) canonical(og openGraph) string {
	href, _ := p.doc.Find(`link[rel~="canonical"]`).First().Attr("href")
	if address := p.absolute(href); address != "" {
		return address
	}
	return og.url
}

// body is the review as its microdata mark it, and whether it is only a teaser.
func (p *page) body() (html string, teaser bool) {
	sel := p.doc.Find(`[itemprop~="reviewBody"]`).First()
	html, err := sel.Html()
	if err != nil || sel.Length() == 0 {
		return "", false
	}
	return strings.TrimSpace(html), isTeaser(sel)
}

// isTeaser recognises the sentences that stand where the rest of a text is for
// patrons, and the form of a WordPress entry with a password of its own.
func isTeaser(body *goquery.Selection) bool {
	said := strings.ToLower(text(body.Text()))
	return strings.Contains(said, "currently exclusive to patreon") ||
		strings.Contains(said, "currently posted on patreon") || body.Find("form.post-password-form").Length() > 0
}

// absolute resolves an address on the page; what is not http(s) is none.
func (p *page) absolute(address string) string {
	if address = strings.TrimSpace(address); address == "" {
		return ""
	}
	u, err := p.base.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return ""
	}
	return u.String()
}

// toUTF8 decodes a page: byte order mark, Content-Type, <meta>. A page that
// declares nothing and is valid UTF-8 is UTF-8, also when its first kilobyte,
// which is all that the standard's guess looks at, is ASCII.
func toUTF8(body []byte, contentType string) []byte {
	enc, name, certain := charset.DetermineEncoding(body, contentType)
	if name == "utf-8" || (!certain && utf8.Valid(body)) {
		return body
	}
	decoded, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return decoded
}

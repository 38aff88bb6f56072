package filmdata

import (
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
)

// openGraph is what a page says for previews of it (ogp.me).
type openGraph struct {
	title, url string
	image      *domain.Image
}

func (p *page) openGraph() openGraph {
	og := openGraph{
		title: withoutSite(text(p.meta("og:title")), text(p.meta("og:site_name"))),
		url:   p.absolute(p.meta("og:url")),
	}
	if address := p.absolute(p.meta("og:image")); address != "" {
		og.image = &domain.Image{
			URL: address, Type: imageType(p.meta("og:image:type")), Alt: text(p.meta("og:image:alt")),
			Width: pixels(p.meta("og:image:width")), Height: pixels(p.meta("og:image:height")),
		}
	}
	return og
}

// meta is the first value of a property; some sites write name for property.
func (p *page) meta(property string) string {
	sel := p.doc.Find(`meta[property="` + property + `"], meta[name="` + property + `"]`).First()
	return strings.TrimSpace(sel.AttrOr("content", ""))
}

// withoutSite drops the site's name, which SEO plugins append to titles.
func withoutSite(title, site string) string {
	if rest, ok := strings.CutSuffix(title, site); ok && site != "" {
		if cut := strings.TrimRight(rest, " -–—|•·:"); cut != "" && cut != rest {
			return cut
		}
	}
	return title
}

func imageType(s string) string {
	if !strings.HasPrefix(s, "image/") {
		return ""
	}
	return s
}

func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 1<<16 {
		return 0
	}
	return n
}

// still is the first wide picture in the review.
func (p *page) still() *domain.Image {
	const narrow = 300
	var found *domain.Image
	p.doc.Find(`[itemprop~="reviewBody"] img, [itemprop~="articleBody"] img`).EachWithBreak(func(_ int, sel *goquery.Selection) bool {
		if img := p.image(sel); img != nil && img.Width >= narrow && img.Width > img.Height {
			found = img
		}
		return found == nil
	})
	return found
}

func (p *page) image(sel *goquery.Selection) *domain.Image {
	address := p.absolute(sel.AttrOr("src", ""))
	if address == "" {
		return nil
	}
	return &domain.Image{
		URL: address, Width: pixels(sel.AttrOr("width", "")), Height: pixels(sel.AttrOr("height", "")), Alt: text(sel.AttrOr("alt", "")),
	}
}

// describe finds the alternative text of a picture that the page also shows,
// perhaps in another size.
func (p *page) describe(img *domain.Image) {
	if img == nil || img.Alt != "" {
		return
	}
	stem := stemOf(img.URL)
	p.doc.Find("img[alt]").EachWithBreak(func(_ int, sel *goquery.Selection) bool {
		shown := p.absolute(sel.AttrOr("src", ""))
		if stemOf(shown) == stem {
			img.Alt = text(sel.AttrOr("alt", ""))
		}
		return img.Alt == ""
	})
}

// stemOf is an image's address without its extension and the size that
// WordPress writes before it: "poster-768x1152.png".
func stemOf(address string) string {
	dot := strings.LastIndexByte(address, '.')
	if dot < strings.LastIndexByte(address, '/') {
		return address
	}
	stem := address[:dot]
	dash := strings.LastIndexByte(stem, '-')
	if dash < 0 {
		return stem
	}
	w, h, ok := strings.Cut(stem[dash+1:], "x")
	if ok && pixels(w) > 0 && pixels(h) > 0 {
		stem = stem[:dash]
	}
	return stem
}

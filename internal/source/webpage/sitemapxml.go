package webpage

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"marquee/internal/dates"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/sanitize"
	"marquee/internal/source"
)

// Bounds of a sitemap. The protocol allows 50 MB, of which no reader is in need.
const (
	maxSitemap  = 10 << 20
	maxEntries  = 50_000
	maxNesting  = 32
	maxText     = 8 << 10 // of one element, in bytes
	maxProblems = 10      // more say nothing that these do not
)

// chart is a sitemap, or an index of sitemaps.
type chart struct {
	index    bool
	entries  []entry // sitemaps, in an index
	problems []source.Problem
}

// entry is one address in a sitemap, with what Google's news extension says of it.
type entry struct {
	url       *url.URL
	changed   time.Time
	title     string
	published time.Time
}

// at is what the entry is sorted by: an edit of an old page is news of it.
func (e entry) at() time.Time {
	if e.changed.After(e.published) {
		return e.changed
	}
	return e.published
}

func (e entry) piece() piece {
	p := piece{Raw: source.Raw{GUID: guidOf(e.url), URL: e.url.String(), Title: e.title, Published: e.published, Updated: e.changed}}
	if p.Title == "" {
		p.Title, p.guessed = guessTitle(e.url), true
	}
	if p.Published.IsZero() {
		p.Published = e.changed
	}
	return p
}

// parseSitemap reads a sitemap that was found at an address, packed or not.
func parseSitemap(address string, res *fetch.Response, zone *time.Location) (chart, error) {
	text, err := unpacked(res.Body)
	if err != nil {
		return chart{}, err
	}
	base, err := url.Parse(res.URL)
	if err != nil {
		return chart{}, fmt.Errorf("%w address: %w", domain.ErrInvalid, err)
	}
	r := chartReader{base: base, zone: zone}
	err = r.read(text)
	if r.page {
		return chart{}, fmt.Errorf("%w: it is %s, not a sitemap", domain.ErrInvalid, pageInstead(address, res))
	}
	if err != nil {
		return chart{}, fmt.Errorf("%w sitemap: %w", domain.ErrInvalid, err)
	}
	if n := r.count - maxEntries; n > 0 {
		r.problem(fmt.Sprintf("the end of %s", address), fmt.Errorf("%d addresses beyond the first %d were not looked at", n, maxEntries))
	}
	return r.chart, nil
}

// pageInstead says what a page is that came instead of a sitemap.
func pageInstead(address string, res *fetch.Response) string {
	p, err := parsePage(address, &fetch.Response{URL: res.URL, Body: res.Body})
	if err != nil {
		return "a web page"
	}
	return cmp.Or(p.gate(), "a web page"+quoted(p.title()))
}

// unpacked undoes the gzip of a file that ends in .gz, within bounds.
func unpacked(body []byte) ([]byte, error) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(z, maxSitemap+1))
		}
		if err != nil {
			return nil, fmt.Errorf("%w sitemap: read it as gzip: %w", domain.ErrInvalid, err)
		}
	}
	if len(body) > maxSitemap {
		return nil, fmt.Errorf("%w sitemap: larger than %d bytes: name one of its parts", domain.ErrInvalid, maxSitemap)
	}
	return bytes.TrimPrefix(body, []byte("\ufeff")), nil
}

// chartReader is in the middle of a sitemap.
type chartReader struct {
	chart
	base  *url.URL
	zone  *time.Location
	path  []string          // of open elements: urlset url loc
	said  map[string]string // of the address at hand: path below it → text
	count int
	page  bool // it begins as a web page does
}

// read goes through the elements. What one means is told by where it stands, as
// the protocol says: image:loc, for one, is no loc of a page.
func (r *chartReader) read(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict, d.CharsetReader = false, charset.NewReaderLabel
	for begun := false; !begun || len(r.path) > 0; {
		token, err := d.Token()
		if err == nil {
			err = r.take(token)
		}
		var broken *xml.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("it is empty")
		case errors.As(err, &broken):
			return fmt.Errorf("it breaks off after %d addresses: %w", r.count, err)
		case err != nil:
			return err
		}
		begun = begun || len(r.path) > 0
	}
	return nil
}

func (r *chartReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.open(t.Name.Local)
	case xml.CharData:
		if len(r.path) > 2 {
			r.say(strings.Join(r.path[2:], " "), string(t))
		}
	case xml.EndElement:
		if len(r.path) == 2 && (r.path[1] == "url" || r.path[1] == "sitemap") {
			r.add()
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

func (r *chartReader) open(name string) error {
	switch len(r.path) {
	case 0:
		r.page = strings.EqualFold(name, "html")
		if name != "urlset" && name != "sitemapindex" {
			return fmt.Errorf("it begins with <%s>, not with <urlset> or <sitemapindex>", excerpt(name))
		}
		r.index = name == "sitemapindex"
	case 1:
		r.said = map[string]string{}
	case maxNesting:
		return fmt.Errorf("more than %d elements inside each other", maxNesting)
	}
	r.path = append(r.path, name)
	return nil
}

// say takes in text, which comes in pieces where comments are; endless ones would
// cost endless copies.
func (r *chartReader) say(where, text string) {
	if len(r.said[where]) < maxText {
		r.said[where] += text
	}
}

// add takes in the address at hand. Those beyond the bound of the protocol are
// not looked at.
func (r *chartReader) add() {
	r.count++
	loc := strings.TrimSpace(r.said["loc"])
	e := entry{
		url: parseWeb(r.base, loc), changed: dates.Parse(r.said["lastmod"], r.zone),
		title: sanitize.Title(r.said["news title"]), published: dates.Parse(r.said["news publication_date"], r.zone),
	}
	switch {
	case r.count > maxEntries:
	case e.url != nil:
		r.entries = append(r.entries, e)
	case len(r.problems) < maxProblems:
		r.problem(fmt.Sprintf("address %d of %s", r.count, r.base), fmt.Errorf("%q is no address of a page", excerpt(loc)))
	}
}

func (r *chartReader) problem(where string, err error) {
	r.problems = append(r.problems, source.Problem{Where: where, Err: err})
}

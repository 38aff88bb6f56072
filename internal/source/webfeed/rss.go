package webfeed

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"marquee/internal/domain"
)

// rssFormat is RSS 0.9x, 1.0 (RDF) and 2.0.
type rssFormat struct{}

func (rssFormat) channel(o *outline, address *url.URL) channel {
	f, err := parseRSS(o.head)
	if err != nil {
		f = &rss.Feed{} // a head that cannot be read costs no item
	}
	c := channel{
		title:    plainText(f.Title),
		language: firstOf(f.Language, first(extra(f.Extensions, "dc", "language")), o.lang),
		author:   firstOf(first(extra(f.Extensions, "dc", "creator")), person(f.ManagingEditor)),
		base:     o.base,
	}
	c.comments = saysComments(c.title)
	if link, err := url.Parse(strings.TrimSpace(f.Link)); err == nil && isWeb(link) && o.base == address {
		c.base = link
	}
	return c
}

func parseRSS(document []byte) (f *rss.Feed, err error) {
	err = guarded(func() error {
		f, err = (&rss.Parser{}).Parse(bytes.NewReader(document))
		return err
	})
	return f, err
}

func (rssFormat) entry(o *outline, s span) (entry, error) {
	if s.err != nil {
		return entry{}, s.err
	}
	f, err := parseRSS(o.document(s))
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", domain.ErrInvalid, err)
	}
	if len(f.Items) != 1 {
		return entry{}, fmt.Errorf("%w: it is %d items in one", domain.ErrInvalid, len(f.Items))
	}
	it := f.Items[0]
	x := it.Extensions
	e := entry{
		guid:       s.about,
		link:       firstOf(it.Link, alternate(x)),
		title:      firstOf(it.Title, first(extra(x, "dc", "title"))),
		author:     firstOf(strings.Join(extra(x, "dc", "creator"), ", "), person(it.Author), first(extra(x, "itunes", "author"))),
		language:   firstOf(first(extra(x, "dc", "language")), s.lang),
		summary:    firstOf(it.Description, first(extra(x, "dc", "description"))),
		content:    firstOf(it.Content, it.Custom["encoded"], it.Custom["fullitem"]),
		published:  firstOf(it.PubDate, first(extra(x, "dc", "date")), first(extra(x, "dcterms", "issued")), first(extra(x, "dcterms", "created"))),
		updated:    firstOf(first(extra(x, "atom", "updated")), first(extra(x, "dcterms", "modified"))),
		categories: rssCategories(it),
		pictures:   append(mediaPictures(x), rssEnclosures(it)...),
		base:       s.base,
	}
	if it.GUID != nil && strings.TrimSpace(it.GUID.Value) != "" {
		e.guid = it.GUID.Value
		if e.link == "" && !strings.EqualFold(it.GUID.IsPermalink, "false") {
			e.link = it.GUID.Value
		}
	}
	e.about = filmOf(&e, x)
	return e, nil
}

func rssCategories(it *rss.Item) []string {
	var list []string
	for _, c := range it.Categories {
		list = append(list, c.Value)
	}
	return append(list, extra(it.Extensions, "dc", "subject")...)
}

func rssEnclosures(it *rss.Item) []picture {
	var list []picture
	for _, e := range it.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			list = append(list, picture{address: e.URL, mediaType: e.Type})
		}
	}
	return list
}

// alternate is the address in an <atom:link> of an RSS item.
func alternate(x ext.Extensions) string {
	for _, link := range x["atom"]["link"] {
		if rel := link.Attrs["rel"]; rel == "" || rel == "alternate" {
			return link.Attrs["href"]
		}
	}
	return ""
}

// person is the name in RSS's "mail@example.com (Name)"; an address alone is
// nobody's name, and none of our business.
func person(s string) string {
	if _, rest, found := strings.Cut(s, "("); found && strings.Contains(s, "@") {
		name, _, _ := strings.Cut(rest, ")")
		if !strings.Contains(name, "@") {
			return name
		}
		name, _, _ = strings.Cut(s, "(")
		return name
	}
	if strings.Contains(s, "@") {
		return ""
	}
	return s
}

// extra are the texts of an extension's elements.
func extra(x ext.Extensions, prefix, name string) []string {
	var texts []string
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			texts = append(texts, e.Value)
		}
	}
	return texts
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

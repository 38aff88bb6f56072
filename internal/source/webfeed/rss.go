package webfeed

import (
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"marquee/internal/feedxml"
	"marquee/internal/soup"
)

// rssChannel reads the tidied head of RSS 0.9x, 1.0 (RDF) or 2.0. A feed that
// lies on another host than its site, and has no xml:base, does not mean its own
// host by relative addresses.
func rssChannel(head feedxml.Piece, ownBase bool, address *url.URL) channel {
	f, err := parseRSS(head.Doc)
	if err != nil {
		f = &rss.Feed{}
	}
	x := f.Extensions
	c := channel{
		title:    soup.Line(firstOf(f.Title, first(extra(x, "dc", "title")))),
		language: firstOf(f.Language, first(extra(x, "dc", "language"))),
		author:   firstOf(first(extra(x, "dc", "creator")), person(f.ManagingEditor), first(extra(x, "itunes", "author"))),
		pace:     paceOf(f.TTL, f.SkipHours, f.SkipDays, x),
	}
	if link, err := url.Parse(strings.TrimSpace(pageLink(head.Links))); err == nil && soup.IsWeb(link) && ownBase && link.Host != address.Host {
		c.base = link
	}
	return c
}

func rssEntry(it *rss.Item, p piece) entry {
	x := it.Extensions
	e := entry{
		guid:       firstOf(p.About, it.Custom["id"]),
		link:       pageLink(p.Links),
		title:      firstOf(it.Title, first(extra(x, "dc", "title")), mediaTitle(x["media"]), first(extra(x, "itunes", "title"))),
		author:     firstOf(strings.Join(extra(x, "dc", "creator"), ", "), person(it.Author), first(extra(x, "dc", "author")), first(extra(x, "itunes", "author"))),
		language:   firstOf(it.Custom["language"], first(extra(x, "dc", "language")), p.Lang),
		summary:    p.summary(),
		content:    p.content(),
		categories: rssCategories(it),
		pictures:   append(mediaPictures(x), linkedPictures(p.Links)...),
		base:       p.Base,
		said:       p.Said,
	}
	e.date(x)
	if it.GUID != nil && strings.TrimSpace(it.GUID.Value) != "" {
		e.guid = it.GUID.Value
		if strings.EqualFold(it.GUID.IsPermalink, "false") {
			e.about = filmOf(&e, x)
			return e
		}
	}
	if e.link == "" { // RSS 2.0: a guid is an address unless it says that it is none
		e.link = e.guid
	}
	e.about = filmOf(&e, x)
	return e
}

func rssCategories(it *rss.Item) []string {
	var list []string
	for _, c := range it.Categories {
		list = append(list, c.Value)
	}
	return append(list, extra(it.Extensions, "dc", "subject")...)
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

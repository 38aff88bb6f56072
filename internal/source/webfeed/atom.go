package webfeed

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"marquee/internal/feedxml"
	"marquee/internal/soup"
)

// atomChannel reads the tidied head of Atom 1.0 (RFC 4287) or 0.3.
func atomChannel(head feedxml.Piece) channel {
	f, err := parseAtom(head.Doc)
	if err != nil {
		f = &atom.Feed{}
	}
	return channel{
		title: soup.Line(f.Title), author: people(f.Authors),
		language: firstOf(first(extra(f.Extensions, "dc", "language")), first(extra(f.Extensions, "rss", "language"))),
		pace:     paceOf("", nil, nil, f.Extensions),
	}
}

func atomEntry(it *atom.Entry, p piece) entry {
	x := it.Extensions
	e := entry{
		guid:     firstOf(first(extra(x, "rss", "id")), first(extra(x, "rss", "guid")), p.About),
		link:     pageLink(p.Links),
		title:    firstOf(it.Title, first(extra(x, "dc", "title")), mediaTitle(x["media"])),
		author:   firstOf(people(it.Authors), strings.Join(extra(x, "dc", "creator"), ", ")),
		language: p.Lang,
		summary:  p.summary(),
		content:  p.content(),
		pictures: append(mediaPictures(x), linkedPictures(p.Links)...),
		base:     p.Base,
		said:     p.Said,
	}
	e.date(x)
	if it.Source != nil { // RFC 4287 §4.2.1: the authors of a copied entry are its feed's
		e.author = firstOf(e.author, people(it.Source.Authors))
	}
	if e.link == "" {
		e.link = e.guid
	}
	for _, c := range it.Categories {
		e.categories = append(e.categories, c.Term)
	}
	e.categories = append(e.categories, extra(x, "dc", "subject")...)
	e.about = filmOf(&e, x)
	return e
}

func people(persons []*atom.Person) string {
	var list []string
	for _, p := range persons {
		if p.Name != "" {
			list = append(list, p.Name)
		}
	}
	return strings.Join(list, ", ")
}

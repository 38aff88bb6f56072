package webfeed

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"marquee/internal/domain"
)

// atomFormat is Atom 1.0 (RFC 4287) and 0.3.
type atomFormat struct{}

func (atomFormat) channel(o *outline, _ *url.URL) channel {
	f, err := parseAtom(o.head)
	if err != nil {
		f = &atom.Feed{} // a head that cannot be read costs no item
	}
	c := channel{title: plainText(f.Title), language: firstOf(o.lang, f.Language), author: people(f.Authors), base: o.base}
	c.comments = saysComments(c.title)
	return c
}

func parseAtom(document []byte) (f *atom.Feed, err error) {
	err = guarded(func() error {
		f, err = (&atom.Parser{}).Parse(bytes.NewReader(document))
		return err
	})
	return f, err
}

func (atomFormat) entry(o *outline, s span) (entry, error) {
	if s.err != nil {
		return entry{}, s.err
	}
	f, err := parseAtom(o.document(s))
	if err != nil {
		return entry{}, fmt.Errorf("%w: %w", domain.ErrInvalid, err)
	}
	if len(f.Entries) != 1 {
		return entry{}, fmt.Errorf("%w: it is %d entries in one", domain.ErrInvalid, len(f.Entries))
	}
	it := f.Entries[0]
	e := entry{
		guid:      it.ID,
		link:      pageLink(it.Links),
		title:     it.Title,
		author:    people(it.Authors),
		language:  s.lang,
		summary:   it.Summary,
		content:   contentOf(it.Content),
		published: it.Published,
		updated:   it.Updated,
		pictures:  append(mediaPictures(it.Extensions), linkedPictures(it.Links)...),
		base:      s.base,
	}
	if it.Source != nil { // RFC 4287 §4.2.1: the authors of a copied entry are its feed's
		e.author = firstOf(e.author, people(it.Source.Authors))
	}
	for _, c := range it.Categories {
		e.categories = append(e.categories, firstOf(c.Label, c.Term))
	}
	e.categories = append(e.categories, extra(it.Extensions, "dc", "subject")...)
	e.about = filmOf(&e, it.Extensions)
	return e, nil
}

// contentOf is the content as HTML; what lies elsewhere or is no text is none
// (RFC 4287 §4.1.3).
func contentOf(c *atom.Content) string {
	switch {
	case c == nil || c.Src != "":
		return ""
	case c.Type == "text" || c.Type == "text/plain":
		return paragraphs(c.Value)
	case c.Type == "" || strings.Contains(c.Type, "html"):
		return c.Value
	}
	return ""
}

// pageLink is the entry's page: the alternate that is HTML before any other.
func pageLink(links []*atom.Link) string {
	other := ""
	for _, l := range links {
		if l.Rel != "alternate" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.Href
		}
		other = firstOf(other, l.Href)
	}
	return other
}

func linkedPictures(links []*atom.Link) []picture {
	var list []picture
	for _, l := range links {
		if l.Rel == "enclosure" && strings.HasPrefix(l.Type, "image/") {
			list = append(list, picture{address: l.Href, mediaType: l.Type})
		}
	}
	return list
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

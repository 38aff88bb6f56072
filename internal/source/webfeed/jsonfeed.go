package webfeed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	jf "github.com/mmcdole/gofeed/json"

	"marquee/internal/domain"
	"marquee/internal/feedxml"
	"marquee/internal/soup"
)

// jsonHead is what a JSON Feed says beside its items (JSON Feed 1.1 §Top-level).
type jsonHead struct {
	Version  string       `json:"version"`
	Title    string       `json:"title"`
	HomePage string       `json:"home_page_url"`
	Language string       `json:"language"`
	Author   *jf.Author   `json:"author"`
	Authors  []*jf.Author `json:"authors"`
}

func (c *collector) jsonFeed(ctx context.Context, text string, address *url.URL) error {
	f := splitJSON(text)
	if f.items == nil && !strings.Contains(f.head.Version, "jsonfeed.org") {
		if _, rest, found := strings.Cut(text, "}"); found && feedxml.Begins(rest) { // a plugin's words before an XML feed
			return c.xmlFeed(ctx, rest, address)
		}
		return fmt.Errorf("%w feed: the answer is JSON, but not a JSON Feed", domain.ErrInvalid)
	}
	c.feed = channel{title: soup.Line(f.head.Title), language: f.head.Language, author: authors(f.head.Authors, f.head.Author), base: address}
	if home, err := url.Parse(f.head.HomePage); err == nil && soup.IsWeb(home) && home.Host != address.Host {
		c.feed.base = home
	}
	for i, raw := range f.items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("item %d of %d: %w", i+1, len(f.items), err)
		}
		e, err := jsonEntry(raw, c.feed.base)
		if err != nil {
			c.problem(i, e, err)
			continue
		}
		c.add(i, e)
	}
	c.leftOut(f.more, f.cut)
	return nil
}

// jsonOutline is a JSON Feed taken apart.
type jsonOutline struct {
	head  jsonHead
	items []string
	more  int  // items beyond what is read
	cut   bool // the feed ends before its end
}

// splitJSON takes a JSON Feed apart as far as it goes: a feed that is cut off
// keeps its whole items.
func splitJSON(text string) jsonOutline {
	var f jsonOutline
	s := &soup.JSON{Text: text}
	into := map[string]any{
		"version": &f.head.Version, "title": &f.head.Title, "home_page_url": &f.head.HomePage,
		"language": &f.head.Language, "author": &f.head.Author, "authors": &f.head.Authors,
	}
	s.Take('{')
	for name, ok := s.Name(); ok; name, ok = s.Name() {
		if name == "items" && s.Take('[') {
			f.splitItems(s)
			continue
		}
		value, whole := s.Value()
		if field := into[name]; whole && field != nil && len(value) < feedxml.MaxHead {
			_ = json.Unmarshal([]byte(soup.MendJSON(value)), field) // a field of another type is as good as none
		}
	}
	f.cut = !s.Take('}')
	return f
}

func (f *jsonOutline) splitItems(s *soup.JSON) {
	f.items = []string{}
	size := 0
	for item, ok := s.Next(); ok; item, ok = s.Next() {
		if len(item) <= feedxml.MaxItem {
			size += len(item)
		}
		if len(f.items) == feedxml.MaxItems || size > feedxml.MaxText || len(item) > feedxml.MaxItem {
			f.more++
			continue
		}
		f.items = append(f.items, item)
	}
	s.Take(']')
}

func jsonEntry(item string, base *url.URL) (entry, error) {
	var it jf.Item
	raw := json.RawMessage(soup.MendJSON(item))
	if err := guarded(func() error { return json.Unmarshal(raw, &it) }); err != nil {
		return entry{guid: it.ID, title: it.Title}, fmt.Errorf("%w: %w", domain.ErrInvalid, err)
	}
	e := entry{
		guid:       it.ID,
		link:       firstOf(it.URL, it.ExternalURL),
		title:      it.Title,
		author:     authors(it.Authors, it.Author),
		language:   it.Language,
		summary:    feedxml.Text{Plain: true, Value: it.Summary, Base: base},
		content:    feedxml.Text{Value: it.ContentHTML, Base: base},
		published:  []string{it.DatePublished},
		updated:    []string{it.DateModified},
		categories: it.Tags,
		said:       func() string { return strings.Trim(item, "{} \t\r\n") },
		base:       base,
	}
	if strings.TrimSpace(it.ContentHTML) == "" {
		e.content = feedxml.Text{Plain: true, Value: it.ContentText, Base: base}
	}
	for _, address := range []string{it.Image, it.BannerImage} {
		e.pictures = append(e.pictures, picture{address: address})
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			if strings.HasPrefix(a.MimeType, "image/") {
				e.pictures = append(e.pictures, picture{address: a.URL, mediaType: a.MimeType, alt: a.Title})
			}
		}
	}
	e.about = jsonFilm(raw, &it, base)
	return e, nil
}

func authors(list []*jf.Author, single *jf.Author) string {
	if single != nil && len(list) == 0 {
		list = []*jf.Author{single}
	}
	var names []string
	for _, a := range list {
		if a != nil && a.Name != "" {
			names = append(names, a.Name)
		}
	}
	return strings.Join(names, ", ")
}

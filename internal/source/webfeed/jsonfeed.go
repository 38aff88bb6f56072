package webfeed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	jf "github.com/mmcdole/gofeed/json"

	"marquee/internal/domain"
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

func (c *collector) jsonFeed(ctx context.Context, text []byte, address *url.URL) error {
	head, items, more, cut := splitJSON(text)
	if items == nil && !strings.Contains(head.Version, "jsonfeed.org") {
		return fmt.Errorf("%w feed: the answer is JSON, but not a JSON Feed", domain.ErrInvalid)
	}
	c.feed = channel{title: plainText(head.Title), language: head.Language, author: authors(head.Authors, head.Author), base: address}
	if home, err := url.Parse(head.HomePage); err == nil && isWeb(home) {
		c.feed.base = home
	}
	for i, raw := range items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("item %d of %d: %w", i+1, len(items), err)
		}
		e, err := jsonEntry(raw, c.feed.base)
		if err != nil {
			c.problem(i, e, err)
			continue
		}
		c.add(i, e)
	}
	c.leftOut(more, cut)
	return nil
}

// splitJSON takes a JSON Feed apart as far as it goes: a feed that is cut off
// keeps its whole items.
func splitJSON(text []byte) (head jsonHead, items []json.RawMessage, more int, cut bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	fields := map[string]json.RawMessage{}
	_, err := dec.Token() // {
	for err == nil && dec.More() {
		var key json.Token
		if key, err = dec.Token(); err != nil {
			break
		}
		if key == "items" {
			items, more, err = splitItems(dec)
			continue
		}
		var value json.RawMessage
		if err = dec.Decode(&value); err == nil {
			fields[fmt.Sprint(key)] = value
		}
	}
	if err == nil {
		_, err = dec.Token() // }
	}
	for name, into := range map[string]any{
		"version": &head.Version, "title": &head.Title, "home_page_url": &head.HomePage,
		"language": &head.Language, "author": &head.Author, "authors": &head.Authors,
	} {
		if value, ok := fields[name]; ok {
			_ = json.Unmarshal(value, into) // a head field of another type is as good as none
		}
	}
	return head, items, more, err != nil
}

func splitItems(dec *json.Decoder) (items []json.RawMessage, more int, err error) {
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		return nil, 0, errors.Join(err, io.ErrUnexpectedEOF)
	}
	items = []json.RawMessage{}
	for dec.More() {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			return items, more, err
		}
		if len(items) == maxItems {
			more++
			continue
		}
		items = append(items, item)
	}
	_, err = dec.Token() // ]
	return items, more, err
}

func jsonEntry(raw json.RawMessage, base *url.URL) (entry, error) {
	var it jf.Item
	if err := guarded(func() error { return json.Unmarshal(raw, &it) }); err != nil {
		return entry{guid: it.ID, title: it.Title}, fmt.Errorf("%w: %w", domain.ErrInvalid, err)
	}
	e := entry{
		guid:       it.ID,
		link:       firstOf(it.URL, it.ExternalURL),
		title:      it.Title,
		author:     authors(it.Authors, it.Author),
		language:   it.Language,
		summary:    paragraphs(it.Summary),
		content:    firstOf(it.ContentHTML, paragraphs(it.ContentText)),
		published:  it.DatePublished,
		updated:    it.DateModified,
		categories: it.Tags,
		base:       base,
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

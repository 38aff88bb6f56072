package webfeed

import (
	"html"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"marquee/internal/domain"
	"marquee/internal/soup"
)

// picture is a candidate for an item's image, its address not yet resolved.
type picture struct {
	address, mediaType, alt string
	width, height           int
}

// image is the picture, or nil when no reader should be shown it: emoji, avatars
// and the single pixels that count readers are not what a piece looks like.
func (p picture) image(base *url.URL) *domain.Image {
	const icon = 48
	address := soup.Absolute(base, p.address)
	if address == "" || (p.width > 0 && p.width < icon) || (p.height > 0 && p.height < icon) ||
		strings.Contains(address, "gravatar.com/") || strings.Contains(address, "/images/core/emoji/") {
		return nil
	}
	return &domain.Image{URL: address, Type: p.mediaType, Width: p.width, Height: p.height, Alt: soup.Line(p.alt)}
}

// bestPicture is the first usable picture: those that the item names, then the
// first in its text.
func bestPicture(base *url.URL, named []picture, bodies ...string) *domain.Image {
	for _, p := range named {
		if img := p.image(base); img != nil {
			return img
		}
	}
	for _, body := range bodies {
		if img := firstImage(base, body); img != nil {
			return img
		}
	}
	return nil
}

func firstImage(base *url.URL, body string) *domain.Image {
	if !strings.Contains(body, "<") {
		return nil
	}
	scan := soup.Scanner{Text: body}
	for t, ok := scan.Next(); ok; t, ok = scan.Next() {
		if len(t.Name) == len("img") && strings.EqualFold(t.Name, "img") {
			if img := tagPicture(t).image(base); img != nil {
				return img
			}
		}
	}
	return nil
}

func tagPicture(t soup.Tag) picture {
	var p picture
	for name, value := range soup.Attributes(t.Attrs) {
		value = html.UnescapeString(value)
		switch strings.ToLower(name) {
		case "src":
			p.address = value
		case "alt":
			p.alt = value
		case "width":
			p.width = pixels(value)
		case "height":
			p.height = pixels(value)
		}
	}
	return p
}

// mediaPictures are the pictures of Media RSS 1.5.1: contents, largest first as
// far as sizes are given, then thumbnails.
func mediaPictures(x ext.Extensions) []picture {
	media := x["media"]
	var contents, thumbnails []picture
	var collect func(map[string][]ext.Extension)
	collect = func(elements map[string][]ext.Extension) {
		for _, c := range elements["content"] {
			if p := mediaPicture(c); isPicture(c.Attrs, p.address) {
				contents = append(contents, p)
			}
			collect(c.Children)
		}
		for _, t := range elements["thumbnail"] {
			thumbnails = append(thumbnails, mediaPicture(t))
		}
		for _, g := range elements["group"] {
			collect(g.Children)
		}
	}
	collect(media)
	slices.SortStableFunc(contents, func(a, b picture) int { return b.width - a.width })
	return append(contents, thumbnails...)
}

// mediaTitle is the first title in Media RSS: a piece that has no other is called
// like its picture.
func mediaTitle(elements map[string][]ext.Extension) string {
	if titles := elements["title"]; len(titles) > 0 {
		return titles[0].Value
	}
	for _, inside := range []string{"content", "group"} {
		for _, e := range elements[inside] {
			if title := mediaTitle(e.Children); title != "" {
				return title
			}
		}
	}
	return ""
}

func mediaPicture(e ext.Extension) picture {
	p := picture{address: e.Attrs["url"], width: pixels(e.Attrs["width"]), height: pixels(e.Attrs["height"])}
	if strings.HasPrefix(e.Attrs["type"], "image/") {
		p.mediaType = e.Attrs["type"]
	}
	for _, d := range e.Children["description"] {
		p.alt = d.Value
	}
	return p
}

func isPicture(attrs map[string]string, address string) bool {
	switch {
	case attrs["medium"] != "":
		return attrs["medium"] == "image"
	case attrs["type"] != "":
		return strings.HasPrefix(attrs["type"], "image/")
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif":
		return true
	}
	return false
}

func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

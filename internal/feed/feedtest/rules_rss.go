package feedtest

import (
	"slices"
	"strings"
	"time"
)

// rss are the rules for RSS 2.0.
func (v *validator) rss(root *node) {
	v.once(root, "channel")
	ch := root.children[0]
	v.once(ch, "title", "link", "description")
	v.atMostOnce(ch, "language", "lastBuildDate", "generator", "ttl", "image")
	for _, name := range []string{"title", "description"} {
		for _, n := range ch.all(name) {
			v.plain(n, "ContainsHTML")
		}
	}
	v.link(ch.textOf("link"), "channel link")
	v.language(ch.textOf("language"))
	v.date(ch.textOf("lastBuildDate"), "InvalidRFC2822Date", time.RFC1123Z)
	if len(ch.all(atomSpace+" link")) == 0 {
		v.report("MissingAtomSelfLink", "")
	}
	v.links(ch.all(atomSpace+" link"), len(ch.all(historySpace+" archive")) > 0)
	for _, image := range ch.all("image") {
		v.link(image.textOf("url"), "image")
		if image.textOf("title") != ch.textOf("title") {
			v.report("ImageTitleDoesntMatch", image.textOf("title"))
		}
		if image.textOf("link") != ch.textOf("link") {
			v.report("ImageLinkDoesntMatch", image.textOf("link"))
		}
	}
	v.rssItems(ch)
}

func (v *validator) rssItems(ch *node) {
	seen, items := map[string]bool{}, false
	for _, c := range ch.children {
		if c.name != "item" {
			if items {
				v.report("MisplacedItem", c.name)
			}
			continue
		}
		items = true
		guid := c.textOf("guid")
		if seen[guid] {
			v.report("DuplicateValue", guid)
		}
		seen[guid] = true
		v.rssItem(c)
	}
}

func (v *validator) rssItem(it *node) {
	v.once(it, "guid")
	v.atMostOnce(it, "title", "link", "description", contentSpace+" encoded", "pubDate", "source", atomSpace+" updated")
	if len(it.all("author")) > 0 {
		v.report("InvalidContact", it.textOf("author"))
	}
	if len(it.all("title"))+len(it.all("description")) == 0 {
		v.report("ItemMustContainTitleOrDescription", it.textOf("guid"))
	}
	description := slices.IndexFunc(it.children, func(n *node) bool { return n.name == "description" })
	content := slices.IndexFunc(it.children, func(n *node) bool { return n.name == contentSpace+" encoded" })
	if content >= 0 && (description < 0 || content < description) {
		v.report("NeedDescriptionBeforeContent", "")
	}
	for _, c := range it.children {
		v.rssElement(c)
	}
	v.media(it)
}

func (v *validator) rssElement(c *node) {
	switch c.name {
	case "guid":
		if c.attrs["isPermaLink"] != "false" {
			v.report("InvalidPermalink", c.text)
		}
		if len(c.text) < 9 && strings.Trim(c.text, "0123456789") == "" {
			v.report("NotSufficientlyUnique", c.text)
		}
	case "title", "category", "source":
		v.plain(c, "ContainsHTML")
		if url, there := c.attrs["url"]; there {
			v.link(url, "source")
		}
	case "link":
		v.link(c.text, "item link")
	case "pubDate":
		v.date(c.text, "InvalidRFC2822Date", time.RFC1123Z)
	case "description", contentSpace + " encoded":
		v.safe(c.text)
	case dublinSpace + " language":
		v.language(c.text)
	case atomSpace + " updated":
		v.date(c.text, "InvalidRFC3339Date", time.RFC3339)
	}
}

package feedxml

import (
	"encoding/base64"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"marquee/internal/soup"
)

// A Text is one text of an item, decoded once.
type Text struct {
	Plain bool // it is text character by character; else HTML, or text with HTML's entities
	Value string
	Base  *url.URL // of relative addresses in it
}

// textOf is what an element says, by its attributes as Atom defines them (RFC
// 4287 §3.1, §4.1.3; mode is Atom 0.3's) and by what is in it: markup that is
// not escaped is markup, whatever the attributes say. It is false for content
// that lies elsewhere or is no text.
func textOf(t soup.Tag, inner string, base *url.URL) (Text, bool) {
	kind, mode := "", ""
	if t.Attrs != "" {
		kind, _ = soup.Attribute(t.Attrs, "type")
		mode, _ = soup.Attribute(t.Attrs, "mode")
		if src, ok := soup.Attribute(t.Attrs, "src"); ok && src != "" {
			return Text{}, false
		}
	}
	kind = strings.ToLower(kind)
	xhtml := strings.Contains(kind, "xhtml") || mode == "xml" || strings.HasPrefix(t.Name, "xhtml:") || t.Local() == "body"
	switch {
	case mode == "base64" || isBinary(kind):
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(soup.Text(inner)), ""))
		return Text{Value: string(raw), Base: base}, err == nil && utf8.Valid(raw)
	case isXML(kind) && !xhtml:
		return Text{}, false
	case soup.HasTags(inner):
		return Text{Value: soup.Unwrapped(soup.Markup(inner, xhtml)), Base: base}, true
	case xhtml:
		return Text{Value: html.EscapeString(soup.Text(inner)), Base: base}, true
	}
	return Text{kind == "text" || kind == "plain" || kind == "text/plain", soup.Text(inner), base}, true
}

// isBinary recognises media types whose content is base64 (RFC 4287 §4.1.3.3).
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "xml") && !strings.HasPrefix(kind, "multipart/")
}

func isXML(kind string) bool {
	return strings.HasSuffix(kind, "/xml") || strings.HasSuffix(kind, "+xml")
}

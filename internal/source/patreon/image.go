package patreon

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// lasting is HTML without the pictures that Patreon hosts. Their addresses are
// signed and die within days: a letter that shows them is soon full of holes.
// Everything else stays as it is, byte for byte.
func lasting(markup string) string {
	if !strings.Contains(markup, "patreon") {
		return markup
	}
	var kept strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for tokens.Next() != html.ErrorToken {
		text := string(tokens.Raw())
		if !dying(tokens.Token()) {
			kept.WriteString(text)
		}
	}
	return kept.String()
}

// dying reports whether a tag is a picture of Patreon's.
func dying(t html.Token) bool {
	if t.Data != "img" {
		return false
	}
	return slices.ContainsFunc(t.Attr, func(a html.Attribute) bool {
		return (a.Key == "src" || a.Key == "srcset") && hostedThere(a.Val)
	})
}

func hostedThere(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return strings.Contains(address, "patreon")
	}
	host := strings.ToLower(u.Hostname())
	return slices.ContainsFunc([]string{"patreonusercontent.com", "patreon.com"}, func(theirs string) bool {
		return host == theirs || strings.HasSuffix(host, "."+theirs)
	})
}

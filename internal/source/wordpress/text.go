package wordpress

import (
	"bytes"
	"net/url"
	"strings"

	xhtml "golang.org/x/net/html"

	"marquee/internal/sanitize"
	"marquee/internal/soup"
)

// plain is one line of text of a title or a name, which WordPress gives as HTML:
// "The <em>Orlando</em> Log", "Salt &#038; Ledger".
func plain(markup string) string {
	return strings.Join(strings.Fields(sanitize.Text(markup)), " ")
}

// guidText undoes the escapes that WordPress writes into guids. It decodes no
// others: "&copy=2" is no ©.
func guidText(s string) string {
	return strings.TrimSpace(strings.NewReplacer("&#038;", "&", "&#38;", "&", "&amp;", "&", "&#039;", "'").Replace(s))
}

// webAddress is an absolute http(s) address, resolved against base; else none.
func webAddress(base *url.URL, s string) string {
	u, err := base.Parse(strings.TrimSpace(s))
	if s == "" || err != nil || !isWeb(u) {
		return ""
	}
	return u.String()
}

// pageTitle is a web page's title for an error: ` ("Maintenance")`, or nothing.
func pageTitle(page []byte) string {
	z := xhtml.NewTokenizer(bytes.NewReader(page))
	for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
		if kind != xhtml.StartTagToken {
			continue
		}
		if name, _ := z.TagName(); string(name) != "title" {
			continue
		}
		if z.Next() == xhtml.TextToken {
			return soup.Quoted(plain(string(z.Text())))
		}
	}
	return ""
}

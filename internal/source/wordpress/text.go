package wordpress

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	xhtml "golang.org/x/net/html"

	"marquee/internal/sanitize"
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

// excerpt is the beginning of a stranger's text, fit for an error or a log.
func excerpt(s string) string {
	const longest = 60
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
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
			return quoted(plain(string(z.Text())))
		}
	}
	return ""
}

func quoted(title string) string {
	if title = excerpt(title); title == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", title)
}

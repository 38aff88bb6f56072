package feed

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// excerpt is the beginning of some HTML as plain text on one line, at most
// limit bytes, cut at a sentence where one ends in time. It reads no more of
// the HTML than it needs.
func excerpt(source string, limit int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	for words := 0; words <= 2*limit; {
		switch z.Next() {
		case html.ErrorToken:
			return shorten(b.String(), limit)
		case html.TextToken:
			text := z.Text()
			b.Write(text)
			words += len(bytes.TrimSpace(text))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline(string(name)) {
				b.WriteByte(' ')
			}
		case html.CommentToken, html.DoctypeToken:
		}
	}
	return shorten(b.String(), limit)
}

// inline reports whether a tag stands within a word's line.
func inline(tag string) bool {
	switch tag {
	case "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u":
		return true
	}
	return false
}

// shorten is s with single spaces, cut to limit bytes: after the last sentence
// that fits when that keeps a third or more, else after the last word that fits.
func shorten(s string, limit int) string {
	s = strings.Join(strings.Fields(html.UnescapeString(s)), " ")
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	head := s[:cut]
	if end := sentence(head); end >= limit/3 {
		return head[:end]
	}
	if space := strings.LastIndexByte(head, ' '); space > 0 {
		head = head[:space]
	}
	return strings.TrimRight(head, " ,;:–—-") + "…"
}

// sentence is the length of s up to the end of its last whole sentence, closing
// quotation marks included; 0 when none ends in it.
func sentence(s string) int {
	last := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '.' && s[i] != '!' && s[i] != '?' {
			continue
		}
		end := i + 1
		for _, quote := range []string{"”", "’", `"`, ")"} {
			if strings.HasPrefix(s[end:], quote) {
				end += len(quote)
			}
		}
		if end < len(s) && s[end] == ' ' {
			last = end
		}
	}
	return last
}

package sanitize

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// attributes writes what an element keeps of its attributes. It reports false
// for elements that are nothing without what they lost, or unknown.
func (w *writer) attributes(e element, given []html.Attribute) (string, bool) {
	var out strings.Builder
	kept := 0
	for _, name := range e.attrs {
		i := slices.IndexFunc(given, func(a html.Attribute) bool { return a.Key == name && a.Namespace == "" })
		value, ok := "", e.as == "img" && name == "alt" // without alt, ears hear the address
		if i >= 0 {
			value, ok = w.value(e, name, printable(given[i].Val))
		}
		if ok {
			out.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
			kept++
		}
		if !ok && (name == "href" || name == "src") {
			return "", false
		}
	}
	visible := e.as != "img" || !isPixel(given)
	return out.String(), e.as != "" && visible && (kept > 0 || e.as != "span")
}

// value is what an attribute's value is written as, and whether it is kept.
func (w *writer) value(e element, name, value string) (string, bool) {
	trimmed := strings.TrimSpace(value)
	switch name {
	case "href", "src":
		return w.address(trimmed, e.as == "a")
	case "width", "height", "colspan", "rowspan", "start":
		n, err := strconv.ParseInt(trimmed, 10, 16)
		return strconv.FormatInt(n, 10), err == nil && (n >= 0 || name == "start")
	case "lang":
		return trimmed, isLanguage(trimmed)
	case "dir":
		trimmed = strings.ToLower(trimmed)
		return trimmed, trimmed == "ltr" || trimmed == "rtl" || trimmed == "auto"
	case "scope":
		trimmed = strings.ToLower(trimmed)
		return trimmed, slices.Contains([]string{"row", "col", "rowgroup", "colgroup"}, trimmed)
	}
	return strings.Join(strings.Fields(value), " "), true // alt and title are for people
}

// address makes an address absolute.
func (w *writer) address(value string, link bool) (string, bool) {
	value = w.addresses.Replace(value)
	u, err := w.base.Parse(value)
	if err != nil || value == "" {
		return "", false
	}
	u.User = nil // it only ever makes an address look like another one
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Hostname() != ""
	case "mailto":
		return u.String(), link && u.Opaque != ""
	}
	return "", false
}

// isPixel reports whether an image is there to be requested, not to be seen.
func isPixel(attrs []html.Attribute) bool {
	return slices.ContainsFunc(attrs, func(a html.Attribute) bool {
		size := strings.TrimSuffix(strings.TrimSpace(a.Val), "px")
		return (a.Key == "width" || a.Key == "height") && (size == "0" || size == "1")
	})
}

// isLanguage reports whether s has the form of a language tag (RFC 5646 §2.1).
func isLanguage(s string) bool {
	for part := range strings.SplitSeq(s, "-") {
		if len(part) == 0 || len(part) > 8 || strings.ContainsFunc(part, notAlphanumeric) {
			return false
		}
	}
	return true
}

func notAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// parseBase is the address that relative ones are resolved against. Without a
// usable one they end up without a host and are dropped, except "//host/path".
func parseBase(base string) *url.URL {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &url.URL{Scheme: "https"}
	}
	return u
}

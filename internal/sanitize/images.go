package sanitize

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"marquee/internal/domain"
)

// Images puts other images in the place of those in what HTML returned: what
// shown gives for the image's address, in its size if it has one. Where it gives
// nil, only the words remain that stand for the image. All else stays as it is.
func Images(safe string, shown func(address string) *domain.Image) string {
	const tag = "<img "
	if !strings.Contains(safe, tag) {
		return safe
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(safe, tag)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		attrs, after, _ := strings.Cut(rest, ">") // within attributes it is written &gt;
		out.WriteString(replaced(tag+attrs+">", shown))
		safe = after
	}
}

// replaced is an image's tag with another image.
func replaced(tag string, shown func(address string) *domain.Image) string {
	z := html.NewTokenizer(strings.NewReader(tag))
	z.Next()
	given := map[string]string{}
	for _, a := range z.Token().Attr {
		given[a.Key] = a.Val
	}
	img := shown(given["src"])
	if img == nil {
		return escaped(given["alt"])
	}
	given["src"] = img.URL
	if img.Width > 0 {
		given["width"], given["height"] = strconv.Itoa(img.Width), strconv.Itoa(img.Height)
	}
	var out strings.Builder
	out.WriteString("<img")
	for _, name := range shared().elements["img"].attrs {
		if value, ok := given[name]; ok {
			out.WriteString(" " + name + `="` + escaped(value) + `"`)
		}
	}
	return out.String() + ">"
}

// escaped is text as HTML writes it.
func escaped(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#39;", "'") }

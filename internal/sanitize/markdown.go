package sanitize

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"marquee/internal/domain"
)

// Markdown makes publishable HTML of Markdown (CommonMark, with tables and
// strikethrough) that may hold HTML of any make. Of images only the words remain.
func Markdown(untrusted, base string) string {
	var raw bytes.Buffer
	md := goldmark.New(
		goldmark.WithExtensions(extension.Strikethrough, extension.Table),
		goldmark.WithRendererOptions(html.WithUnsafe()),
	)
	if err := md.Convert([]byte(untrusted), &raw); err != nil {
		return HTML(untrusted, base) // no writer fails here: what cannot be rendered is words
	}
	return Images(HTML(raw.String(), base), func(string) *domain.Image { return nil })
}

// Linked is the plain text of what HTML returned, with the address of each link
// behind its words, unless they are the address.
func Linked(safe string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(safe, "<a ")
		out.WriteString(before)
		if !found {
			return Text(out.String())
		}
		attrs, after, _ := strings.Cut(rest, ">") // within attributes it is written &gt;
		words, after, _ := strings.Cut(after, "</a>")
		out.WriteString(words)
		_, address, _ := strings.Cut(attrs, `href="`)
		if address, _, _ = strings.Cut(address, `"`); address != "" && address != strings.TrimSpace(words) {
			out.WriteString(" (" + address + ")")
		}
		safe = after
	}
}

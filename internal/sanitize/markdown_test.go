package sanitize_test

import (
	"strings"
	"testing"

	"marquee/internal/sanitize"
)

// What is written in Markdown is published as HTML is, and read as text.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	for note, want := range map[string][2]string{
		"a *b* ~~c~~":                     {"<p>a <em>b</em> <del>c</del></p>", "a b c"},
		"[a & b](https://x.example/?a&b)": {`<p><a href="https://x.example/?a&amp;b">a &amp; b</a></p>`, "a & b (https://x.example/?a&b)"},
		"<https://x.example/>":            {`<p><a href="https://x.example/">https://x.example/</a></p>`, "https://x.example/"},
		"![alt](https://x.example/a.png)": {"<p>alt</p>", "alt"},
	} {
		html := sanitize.Markdown(note, "https://base.example")
		if text := sanitize.Linked(html); strings.TrimSpace(html) != want[0] || text != want[1] {
			t.Errorf("%s: %q, %q; want %q", note, html, text, want)
		}
	}
}

package sanitize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/internal/sanitize"
)

// What a browser reads in the output is harmless, and the output is final.
func FuzzHTML(f *testing.F) {
	for _, sample := range mutations() {
		if len(sample) < 1000 {
			f.Add(sample, base)
		}
	}
	f.Add(`<p lang=fr>a<b>b<p>c</b><a href="../x?q=é&r#s">d<table><td>e</td>f</table>`, base)
	f.Add("<ul><li>a<dl><dd>b<li>c</ul><h1>d<h2>e<pre>\n\nf</pre><q>g&#13;h", "")
	f.Add("<img src='a b\tc' alt=\"'&quot;\" width=3><a href=mailto:a@b>x</a>", "http://[::1]:80/%41/?q")
	f.Fuzz(func(t *testing.T, untrusted, base string) {
		check(t, untrusted, base)
	})
}

// Plain text is plain: one line where one line is promised, no longer than
// asked for, and nothing that cannot be printed.
func FuzzText(f *testing.F) {
	f.Add("<p>One <b>two</b>.<br>“Three four.</p>five &lt;six&gt;", 3)
	f.Add("<pre>a\n\nb</pre>\x00&#1;\xff映画映画", 1)
	f.Add("\u202e \u2028 „a“ «b» \"c\" …. . .", 2)
	f.Fuzz(func(t *testing.T, markup string, words int) {
		text, title, excerpt := sanitize.Text(markup), sanitize.Title(markup), sanitize.Excerpt(markup, words)
		for _, s := range []string{text, title, excerpt} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, outsideXML) || s != strings.TrimSpace(s) {
				t.Errorf("from %q: %q", markup, s)
			}
		}
		if strings.Contains(text, "\n\n\n") || strings.ContainsAny(text, "\t\r") || strings.Contains(text, "  ") {
			t.Errorf("whitespace left in %q", text)
		}
		if strings.Contains(title, "\n") || utf8.RuneCountInString(title) > 400 || sanitize.Title(title) != title {
			t.Errorf("Title(%q) = %q", markup, title)
		}
		if strings.Contains(excerpt, "\n") || len(strings.Fields(excerpt)) > max(words, 0) {
			t.Errorf("Excerpt(%q, %d) = %q", markup, words, excerpt)
		}
	})
}

package sanitize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/internal/sanitize"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range [][2]string{
		{"", ""},
		{" \n a \t b&nbsp;&nbsp;c ", "a b c"},
		{"<p>a</p><p>b</p>", "a\n\nb"},
		{"<h2>a</h2>\n\n<div><div><p>b</div></div>c", "a\n\nb\n\nc"},
		{"a<br>b<br/>c<br><br>d<br><br><br>e", "a\nb\nc\n\nd\n\ne"},
		{"<p>a<br></p><p>b", "a\n\nb"},
		{"<p>un<em>believ</em>able <a href=/x>link</a>.</p>", "unbelievable link."},
		{"<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"},
		{"<ul>\n<li><p>a</p></li>\n<li><p>b</p></li></ul>", "a\n\nb"},
		{"<dl><dt>a<dd>b</dl>", "a\nb"},
		{"<table><tr><th>a<td>b<tr><td>c<td>d</table>e", "a b\nc d\n\ne"},
		{"<section>a</section><aside>b</aside><hr>c", "a\n\nb\n\nc"},
		{"<pre>a\n  b\n\nc</pre>d\ne", "a\nb\n\nc\n\nd e"},
		{"<q>a</q> b", "“a” b"},
		{"a<script>b</script><style>c</style><noscript>d</noscript><!-- e --><svg>f</svg>g", "ag"},
		{"<figure><img src=x alt=still><figcaption>a</figcaption></figure>b", "a\n\nb"},
		{"&lt;b&gt; &amp;amp; &eacute;&#8212;&#x2605;½", "<b> &amp; é—★½"},
		{"a\x00b&#1;c\xffd", "abcd"},
		{"a < b", "a < b"},
		{"<x-y>a</x-y><o:p>b</o:p>", "ab"},
		{"</pre></p>a\nb", "a b"},
	} {
		if got := sanitize.Text(tt[0]); got != tt[1] {
			t.Errorf("Text(%q)\n got %q\nwant %q", tt[0], got, tt[1])
		}
		if got := sanitize.Text(sanitize.HTML(tt[0], base)); got != tt[1] {
			t.Errorf("Text of HTML(%q)\n got %q\nwant %q", tt[0], got, tt[1])
		}
	}
}

func TestTitle(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("reviews ", 60)
	for _, tt := range [][2]string{
		{"", ""},
		{" Reader’s Choice:\r\n\t Copperwire  ", "Reader’s Choice: Copperwire"},
		{"a\x00\x1b[31mb\u0085c\u2028d\u00a0e", "a[31mb c d e"},
		{"a\u202eb\u2066c\ufeffd\u200be", "abcde"},
		{"<b>5 < 6</b> &amp;", "<b>5 < 6</b> &amp;"}, // plain text, as it is
		{"می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"},
		{"bad\xff\xfe bytes\xc3", "bad bytes"},
		{strings.Repeat("é", 400), strings.Repeat("é", 400)},
		{strings.Repeat("é", 401), strings.Repeat("é", 399) + "…"},
		{"a " + strings.Repeat("日", 500), "a " + strings.Repeat("日", 397) + "…"},
		{long[:399] + "s", long[:399] + "s"},
		{long, strings.Repeat("reviews ", 49) + "reviews…"},
		{strings.Repeat("ab, ", 101), strings.Repeat("ab, ", 99) + "ab…"},
	} {
		got := sanitize.Title(tt[0])
		if got != tt[1] {
			t.Errorf("Title(%q)\n got %q\nwant %q", tt[0], got, tt[1])
		}
		if n := utf8.RuneCountInString(got); n > 400 {
			t.Errorf("Title(%q) has %d characters", tt[0], n)
		}
		if again := sanitize.Title(got); again != got {
			t.Errorf("Title is not idempotent: %q, %q", got, again)
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		html  string
		words int
		want  string
	}{
		"short":                     {"<p>One two.</p><p>Three.</p>", 4, "One two. Three."},
		"nothing asked":             {"One two.", 0, ""},
		"less than nothing":         {"One two.", -1, ""},
		"exactly":                   {"a b c", 3, "a b c"},
		"at a sentence":             {"a b c d e f g. H i j", 9, "a b c d e f g."},
		"at the last sentence":      {"a b c d e f g! H? I j", 9, "a b c d e f g! H?"},
		"a sentence too early":      {"a b c d. E f g h i j", 9, "a b c d. E f g h i…"},
		"lower case goes on":        {"a b c d e f yahoo! is a b", 9, "a b c d e f yahoo! is a…"},
		"abbreviation":              {"a b c d e by Mr. Vardo and more", 8, "a b c d e by Mr. Vardo…"},
		"initial":                   {"a b c d e by J. Vardo and more", 8, "a b c d e by J. Vardo…"},
		"dots within":               {"a b c d e the U.S. Army and more", 8, "a b c d e the U.S. Army…"},
		"no doubled stop":           {"a b c d e by Mr. Vardo and more", 7, "a b c d e by Mr…"},
		"no comma before the end":   {"a b c, d, e f", 4, "a b c, d…"},
		"closing marks":             {"a b c d e (f g.”) “H i j k", 8, "a b c d e (f g.”)"},
		"before a quotation":        {"a b c d e f “g h i j” k", 8, "a b c d e f…"},
		"before a straight one":     {`a b c d e f "g h i j" k`, 8, "a b c d e f…"},
		"before guillemets":         {"a b c d e f «g h i j» k", 8, "a b c d e f…"},
		"before a German one":       {"a b c d e f „g h i j“ k", 8, "a b c d e f…"},
		"after a German one":        {"a „b c“ d e f g. H i j", 8, "a „b c“ d e f g."},
		"no sentence within":        {"a b c d “e f. G h i j” k", 8, "a b c d “e f. G h…"},
		"a quotation all the way":   {"“a b c d e f g h i j” k", 8, "“a b c d e f g h…"},
		"a stray closing mark":      {"a” b c d e f g. H i", 8, "a” b c d e f g."},
		"apostrophes":               {"a b ’tis c d e don’t. H i j", 8, "a b ’tis c d e don’t."},
		"one word":                  {"a b", 1, "a…"},
		"markup":                    {"<h2>a</h2><ul><li>b<li>c</ul><script>x</script><p>d e", 4, "a b c d…"},
		"no spaces":                 {strings.Repeat("映画", 100), 10, strings.Repeat("映画", 59) + "映…"},
		"words that are none":       {strings.Repeat("x", 300) + " a b", 2, strings.Repeat("x", 23) + "…"},
		"a sentence that is a half": {"A b c. D e f. G h i. J k l.", 9, "A b c. D e f. G h i."},
	} {
		if got := sanitize.Excerpt(tt.html, tt.words); got != tt.want {
			t.Errorf("%s: Excerpt(%q, %d)\n got %q\nwant %q", name, tt.html, tt.words, got, tt.want)
		}
	}
}

package sanitize_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"marquee/internal/sanitize"
)

const base = "https://lanternscreen.example/reviews/copperwire/"

func TestHTML(t *testing.T) {
	t.Parallel()
	for name, tests := range map[string][][2]string{
		"kept as it is": {
			{"", ""},
			{"plain", "plain"},
			{"<p>A <em>b</em> <strong>c</strong> <i>d</i>.</p>", "<p>A <em>b</em> <strong>c</strong> <i>d</i>.</p>"},
			{"<h1>a</h1><h6>b</h6><hr><p>c<br>d</p>", "<h1>a</h1><h6>b</h6><hr><p>c<br>d</p>"},
			{"<ul><li>a</li><li>b<ol start=\"3\"><li>c</li></ol></li></ul>", "<ul><li>a</li><li>b<ol start=\"3\"><li>c</li></ol></li></ul>"},
			{"<dl><dt>a</dt><dd>b</dd></dl>", "<dl><dt>a</dt><dd>b</dd></dl>"},
			{"<blockquote><p>a</p><p>b</p></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"},
			{"<pre><code>a\n  b</code></pre>", "<pre><code>a\n  b</code></pre>"},
			{
				`<table><caption>x</caption><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr></tbody></table>`,
				`<table><caption>x</caption><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr></tbody></table>`,
			},
			{
				`<figure><img src="https://a.example/b.jpg" alt="still" width="600" height="400"><figcaption>c</figcaption></figure>`,
				`<figure><img src="https://a.example/b.jpg" alt="still" width="600" height="400"><figcaption>c</figcaption></figure>`,
			},
			{`<p lang="fr-CA" dir="ltr">x <span lang="he" dir="rtl">ש</span></p>`, `<p lang="fr-CA" dir="ltr">x <span lang="he" dir="rtl">ש</span></p>`},
			{"Mara's “verdict” – ½ ★ &amp; &lt;b&gt; 日本 😀", "Mara's “verdict” – ½ ★ &amp; &lt;b&gt; 日本 😀"},
		},
		"dropped with its content": {
			{"a<script>alert(1)</script>b", "ab"},
			{"a<script>alert(1)", "a"},
			{"a<SCRIPT SRC=//evil.example></SCRIPT >b", "ab"},
			{"a<script/>alert(1)</script>b", "ab"},
			{"a<style>p{}</style>b<style/>c</style>d", "abd"},
			{"a<iframe src=x>b</iframe>c<object><param><embed>d</object>e", "ace"},
			{"a<svg><a xlink:href=x><circle/></a><svg>b</svg>c</svg>d<svg/>e", "ade"},
			{"a<select><option>b</select>c<button>d</button>e<textarea>f</textarea>g", "aceg"},
			{"a<!-- b --><!doctype html><?php c ?><![CDATA[d]]>e", "ae"},
			{"a<template><b>b</b></template>c<video src=x>d</video>e<title>f</title>g", "aceg"},
		},
		"unwrapped": {
			{"<form action=/x><label>a <input name=b></label></form>", "<div>a </div>"},
			{"<font color=red>a</font> <blink>b</blink> un<span class=x>believ</span>able", "a b unbelievable"},
			{"<section>a</section><article>b</article>", "<div>a</div><div>b</div>"},
			{"<center>a</center><strike>b</strike><tt>c</tt><acronym title=d>e</acronym>", `<div>a</div><s>b</s><code>c</code><abbr title="d">e</abbr>`},
			{"<html><head><meta charset=x><link rel=x></head><body onload=y>a</body></html>", "a"},
			{"<a>a</a> <a name=x>b</a> <a href='javascript:alert(1)'>c</a>", "a b c"},
			{"<constructor>a</constructor><x-y>b</x-y><o:p>c</o:p>", "abc"},
		},
		"attributes": {
			{`<p class=a id=b style="x" onclick="y" data-z=1 title=t>c</p>`, "<p>c</p>"},
			{`<p lang='"><script>' dir=up>a</p><p lang="" DIR=RTL>b</p>`, `<p>a</p><p dir="rtl">b</p>`},
			{`<img src=/a.jpg onerror=alert(1) srcset=x sizes=y width=50% height=-1 alt=" a  'b' &quot;c&quot; ">`, `<img src="https://lanternscreen.example/a.jpg" alt="a 'b' &#34;c&#34;">`},
			{`<img src=/a.jpg width=07 height=9>`, `<img src="https://lanternscreen.example/a.jpg" alt="" width="7" height="9">`},
			{`<img alt="no address"><img src="">a<img src=/p.gif width=1 height=1>b<img src=/p.gif height="0px">`, "ab"},
			{`<td onclick=x>a</td><ol start=x><li value=3>b</ol>`, "a<ol><li>b</li></ol>"},
			{`<img src="/a.jpg" alt="a&#1;b&#xFFFF;c" title="d&#13;e">`, `<img src="https://lanternscreen.example/a.jpg" alt="abc" title="d e">`},
			{`<p lang=a lang=b>c</p>`, `<p lang="a">c</p>`},
		},
		"addresses": {
			{`<a href="../x?q=1&amp;r=2#s">a</a>`, `<a href="https://lanternscreen.example/reviews/x?q=1&amp;r=2#s">a</a>`},
			{`<a href="/x">a</a> <a href="//cdn.example/x">b</a> <a href="#note">c</a>`, `<a href="https://lanternscreen.example/x">a</a> <a href="https://cdn.example/x">b</a> <a href="https://lanternscreen.example/reviews/copperwire/#note">c</a>`},
			{`<a href=" HTTP://A.example/ ">a</a>`, `<a href="http://A.example/">a</a>`},
			{`<a href="mailto:mara@lanternscreen.example?subject=x">a</a><img src="mailto:x@y">`, `<a href="mailto:mara@lanternscreen.example?subject=x">a</a>`},
			{`<img src="/the thing.jpg" alt="">`, `<img src="https://lanternscreen.example/the%20thing.jpg" alt="">`},
			{`<a href="https://mara:secret@a.example/">a</a>`, `<a href="https://a.example/">a</a>`},
			{"<a href=\"java\nscript:alert(1)\">a</a><a href=\"java&#1;script:alert(1)\">b</a><a href=' \x01javascript:x'>c</a>", "abc"},
			{`<a href="JaVaScRiPt:x">a</a><a href="vbscript:x">b</a><a href="data:text/html,x">c</a><a href="tel:1">d</a><a href="http://%zz">e</a>`, "abcde"},
			{`<a href="&#106;avascript&colon;x">a</a><a href="http:///x">b</a><a href="https:x y">c</a>`, "abc"},
			{`<img src="data:image/png;base64,AAAA" alt="x"><img src="javascript:x">`, ""},
			{`<a href="https://a.example/'onclick='x">a</a>`, `<a href="https://a.example/'onclick='x">a</a>`},
		},
		"nesting": {
			{"<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>"},
			{"a</p>b</div>c</b>", "abc"},
			{"<p><b><i>a</b>b</i>c</p>d", "<p><b><i>a</i></b>bc</p>d"},
			{"<b><p>a</b>b</p>c", "<b><p>a</p></b>bc"},
			{"<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>"},
			{"<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"},
			{"<h2>a<h3>b</h2>c</h3>", "<h2>a</h2><h3>bc</h3>"},
			{`<a href="/x">a<a href="/y">b</a>c</a>`, `<a href="https://lanternscreen.example/x">ab</a>c`},
			{"<p>a<hr>b</p>", "<p>a</p><hr>b"},
			{"<table><tr><td>a<td>b<tr><th>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>d"},
			{"<table>a<b>b</b><tr>c<td>d</table>", "<table><tr><td>a<b>b</b></td></tr><tr><td>c</td><td>d</td></tr></table>"},
			{"<table><td>a</table><table><tbody><td>b</table>", "<table><tr><td>a</td></tr></table><table><tbody><tr><td>b</td></tr></tbody></table>"},
			{"<p>a<table><tr><td>b</p>c</td></tr></table>", "<p>a</p><table><tr><td>bc</td></tr></table>"},
			{"<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>", "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>"},
			{"<div><table><tr><td>a</div>b</td></tr></table>c</div>", "<div><table><tr><td>ab</td></tr></table>c</div>"},
			{"<ul><li><table><td><li>a</table>b</ul>", "<ul><li><table><tr><td><li>a</li></td></tr></table>b</li></ul>"},
			{"<tr><td>a</td></tr><li>b", "a<li>b</li>"},
			{"<br/>a</br><hr/><p/>b<div/>c", "<br>a<hr><p>b</p><div>c</div>"},
			{"<div", ""},
			{"a < b && c > d <3", "a &lt; b &amp;&amp; c &gt; d &lt;3"},
			{"<q>a</q><wbr>b<mark>c</mark>", "<q>a</q><wbr>b<mark>c</mark>"},
		},
		"characters": {
			{"a\x00b\x08c\x0bd\x7fe\u0085f\ufffeg\uffffh\ufdd0i\U0001ffffj\xffk\xc3", "abcde\u0085fghijk"},
			{"a&#0;b&#1;c&#xb;d&#xFFFE;e&#xD800;f&#x110000;", "a\ufffdbcde\ufffdf\ufffd"},
			{"a\r\nb\rc&#13;d\te", "a\nb\nc\nd\te"},
			{"<scr\x00ipt>alert(1)</scr\x00ipt>", ""},
			{"&am&#1;p;lt; &amp;lt;script&amp;gt; &nbsp;&eacute;&#150;", "&amp;amp;lt; &amp;lt;script&amp;gt; \u00a0é–"},
			{"  \n <p>a</p> \n ", "<p>a</p>"},
			{" \x01 ", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, tt := range tests {
				if got := sanitize.HTML(tt[0], base); got != tt[1] {
					t.Errorf("HTML(%q)\n got %q\nwant %q", tt[0], got, tt[1])
				}
				check(t, tt[0], base)
			}
		})
	}
}

func TestHTMLWithoutBase(t *testing.T) {
	t.Parallel()
	const untrusted = `<a href="/x">a</a> <a href="//cdn.example/x">b</a> <img src="x.jpg"> <a href="http://a.example">c</a>`
	const want = `a <a href="https://cdn.example/x">b</a>  <a href="http://a.example">c</a>`
	for _, base := range []string{"", "/reviews/", "reviews", "javascript:alert(1)//x", "http://", "file:///x", "://"} {
		if got := sanitize.HTML(untrusted, base); got != want {
			t.Errorf("base %q: %s", base, got)
		}
	}
	if got := sanitize.HTML(`<a href="//cdn.example/x">`, "http://a.example/"); got != `<a href="http://cdn.example/x"></a>` {
		t.Errorf("scheme of the base: %s", got)
	}
}

// Every element that the writer writes passes bluemonday, bare or with all of
// its attributes.
func TestLockFits(t *testing.T) {
	t.Parallel()
	for name := range strings.FieldsSeq("em strong b i u s del ins sub sup small mark code kbd samp var cite dfn q bdi bdo abbr " +
		"p div ul ol li blockquote pre figure figcaption dl dt dd h1 h2 h3 h4 h5 h6 table") {
		bare := "<" + name + ">a</" + name + ">"
		if name == "table" {
			bare = "<table><tr><td>a</td></tr></table>"
		}
		if got := sanitize.HTML(bare, base); got != bare {
			t.Errorf("HTML(%s) = %s", bare, got)
		}
		full := strings.Replace(bare, name, name+` lang="en" dir="auto"`, 1)
		if got := sanitize.HTML(full, base); got != full {
			t.Errorf("HTML(%s) = %s", full, got)
		}
	}
}

// Samples that became dangerous only when a browser read the sanitised text
// again: what is read differently the second time is in none of the output.
func TestMutations(t *testing.T) {
	t.Parallel()
	for _, sample := range mutations() {
		check(t, sample, base)
		check(t, "<p>before</p>"+sample+"<p>after</p>", base)
	}
}

func mutations() []string {
	return []string{
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
		`<svg><p><style><g title="</style><img src onerror=alert(1)>">`,
		`<math><mi><style><img title="</style><img src=x onerror=alert(1)>"></mi></math>`,
		`<select><noscript></select><script>alert(1)</script></noscript>`,
		`<select><style></select><img src=x onerror=alert(1)></style>`,
		`<textarea><a title="</textarea><img src=x onerror=alert(1)>">`,
		`<title><a title="</title><svg onload=alert(1)>">`,
		`<xmp><a title="</xmp><img src=x onerror=alert(1)>">`,
		`<iframe><a title="</iframe><img src=x onerror=alert(1)>">`,
		`<noembed><img title="</noembed><img src=x onerror=alert(1)>">`,
		`<template><img src=x onerror=alert(1)></template>`,
		`<table><template><script>alert(1)</script></template><td><svg onload=alert(1)>`,
		`<plaintext><img src=x onerror=alert(1)>`,
		`<style><!--</style><script>alert(1)//--></script>`,
		`<!--><img src=x onerror=alert(1)>-->`, `<!--->\x3cimg src=x onerror=alert(1)>`, `<! foo="><script>alert(1)</script>">`,
		`<a href="x" href="javascript:alert(1)">a</a>`, `<a href=javascript&colon;alert(1)>a</a>`,
		"<img src=\"`\" alt=\"` onerror=alert(1)\">", `<img src='x' alt='" onerror="alert(1)'>`,
		`<img """><script>alert(1)</script>">`, `<<script>script>alert(1)<</script>/script>`, `<scr<script>ipt>alert(1)</script>`,
		`<p/onclick=alert(1)>a`, `<a/href=javascript:alert(1)>a`, "<a\x0chref=javascript:alert(1)>a", `<base href="javascript:"><a href="//x">a</a>`,
		`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`, `<link rel=stylesheet href=//evil.example>`,
		`<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>`, `<math href="javascript:alert(1)">a</math>`,
		`<svg><foreignObject><div><style></div><img src onerror=alert(1)></style></foreignObject></svg>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`, `&amp;lt;img src=x onerror=alert(1)&amp;gt;`,
		strings.Repeat("<div>", 600) + `<svg><style><a title="</style><img src onerror=alert(1)>">`,
		strings.Repeat("<b>", 600) + `<table><a href="/x">` + strings.Repeat("<i>", 600),
		`<table><tr><td><p><a href="/x"><table><a href="/y"><td></p>a`,
	}
}

// Sizes that take a tree builder down: they are worked through in one go.
func TestHugeInput(t *testing.T) {
	t.Parallel()
	const n = 200_000
	for name, huge := range map[string]string{
		"divs":       strings.Repeat("<div>", n) + "a",
		"pairs":      strings.Repeat("<div>", n) + "a" + strings.Repeat("</div>", n),
		"quotes":     strings.Repeat("<blockquote><p>", n/2) + "a",
		"formatting": strings.Repeat(`<b lang=a><i>`, n/4) + strings.Repeat("<p>a", n/2),
		"links":      strings.Repeat(`<a href="/x">`, n) + "a",
		"tables":     strings.Repeat("<table><tr><td>", n/4) + "a",
		"end tags":   strings.Repeat("<b>", 100) + strings.Repeat("</i>", n) + "a",
		"dropped":    strings.Repeat("<svg>", n) + "a" + strings.Repeat("</svg>", n) + "a",
		"brackets":   strings.Repeat("< ", n) + "a",
		"attributes": "<p " + strings.Repeat("a=b ", n) + ">a",
		"entities":   strings.Repeat("&amp;", n) + "a",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sanitize.HTML(huge, base); !strings.Contains(got, "a") || len(got) > 3*len(huge) {
				t.Errorf("%d bytes became %d", len(huge), len(got))
			}
			if got := sanitize.Text(huge); !strings.Contains(got, "a") {
				t.Errorf("Text lost the text")
			}
		})
	}
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	if got := sanitize.Trusted("<b>a</b>"); got != "<b>a</b>" {
		t.Errorf("Trusted = %q", got)
	}
}

// check holds what is promised of HTML for any input.
func check(t rapid.TB, untrusted, base string) {
	t.Helper()
	clean := sanitize.HTML(untrusted, base)
	if again := sanitize.HTML(clean, base); again != clean {
		t.Errorf("HTML is not idempotent for %q:\n1 %q\n2 %q", untrusted, clean, again)
	}
	if bad := strings.IndexFunc(clean, outsideXML); bad >= 0 {
		t.Errorf("HTML(%q) holds %q", untrusted, clean[bad:])
	}
	checkBalance(t, clean)
	nodes, err := html.ParseFragment(strings.NewReader(clean), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatalf("HTML(%q) = %q: %v", untrusted, clean, err)
	}
	for _, n := range nodes {
		checkNode(t, n)
		for d := range n.Descendants() {
			checkNode(t, d)
		}
	}
}

func outsideXML(r rune) bool {
	return r != '\t' && r != '\n' && (r < 0x20 || r >= 0xD800 && r < 0xE000 || r == 0xFFFE || r == 0xFFFF)
}

// checkBalance reads the output as XML does: every element that was opened is
// closed, innermost first.
func checkBalance(t rapid.TB, clean string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(clean))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.StartTagToken:
			switch token.Data {
			case "br", "hr", "img", "wbr":
			default:
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v in %q", token.Data, open, clean)
			}
			open = open[:len(open)-1]
		case html.TextToken:
		default:
			t.Fatalf("%v in %q", token, clean)
		}
	}
	if len(open) > 0 {
		t.Errorf("%v stay open in %q", open, clean)
	}
}

// checkNode looks at what a browser would make of the output.
func checkNode(t rapid.TB, n *html.Node) {
	t.Helper()
	if n.Type == html.TextNode {
		return
	}
	const harmless = " a abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 " +
		"hr i img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var wbr "
	if n.Type != html.ElementNode || n.Namespace != "" || !strings.Contains(harmless, " "+n.Data+" ") {
		t.Errorf("node %v %q %q in the output", n.Type, n.Namespace, n.Data)
	}
	for _, a := range n.Attr {
		const known = " alt colspan dir height href lang rowspan scope src start title width "
		if a.Namespace != "" || !strings.Contains(known, " "+a.Key+" ") {
			t.Errorf("attribute %s=%q on %s", a.Key, a.Val, n.Data)
		}
		if a.Key == "href" || a.Key == "src" {
			scheme, _, _ := strings.Cut(a.Val, ":")
			if scheme != "http" && scheme != "https" && (scheme != "mailto" || n.Data != "a") {
				t.Errorf("%s=%q on %s", a.Key, a.Val, n.Data)
			}
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	review := strings.Repeat(`<p>Ines Vardo's <em>Copperwire</em> is the <a href="/x">rare</a> thriller &amp; a “comedy”.</p>`, 300)
	b.SetBytes(int64(len(review)))
	for b.Loop() {
		sanitize.HTML(review, base)
	}
}

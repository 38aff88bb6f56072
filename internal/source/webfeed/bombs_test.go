package webfeed_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

// bombs are bodies made to end a reader: by its stack, its memory or the clock.
// Each is about as large as asked for.
func bombs(size int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	count := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, strings.ReplaceAll(format, "#", "%[1]d"), i)
		}
		return b.String()
	}
	feed := func(s string) string { return "<rss><channel>" + s + "</channel></rss>" }
	item := func(s string) string { return feed("<item><guid>1</guid>" + s + "</item>") }
	section := func(s string) string { return item("<description><![CDATA[" + s + "]]></description>") }
	half := func(open, end string) string {
		n := size / (len(open) + len(end))
		return strings.Repeat(open, n) + strings.Repeat(end, n)
	}
	return map[string]string{
		"nested extensions":        item(fill("<a:b>")),
		"nested and closed":        item(half("<a:b>", "</a:b>")),
		"nested at the top":        "<rss>" + fill("<a>"),
		"nested known elements":    item(half("<media:group>", "</media:group>")),
		"nested and out of order":  item(fill("<a><b></a></b>")),
		"end tags":                 item(fill("</a>")),
		"end tags of many names":   item(count("<a#></a#x>")),
		"elements of an item":      item(fill("<x/>")),
		"categories":               item(fill("<category>a</category>")),
		"media":                    item("<media:group>" + fill("<media:content url='x.jpg'/>") + "</media:group>"),
		"titles left open":         item(fill("<title>")),
		"known elements left open": item(fill("<title><link><guid><author><source>")),
		"attributes":               item("<a " + count("x#='1' ") + "/>"),
		"attributes of a link":     item("<link " + count("x#='1' ") + "href='/'/>"),
		"attributes of the root":   "<rss " + count("x#='1' ") + "><channel><item><guid>1</guid></item></channel></rss>",
		"a long attribute":         item("<link href='" + fill("x") + "'/>"),
		"namespaces":               "<rss " + count("xmlns:n#='u:#' ") + "><channel>" + strings.Repeat("<item><guid>1</guid></item>", 5000) + "</channel></rss>",
		"nested namespaces":        item(count("<a xmlns:n#='u:#'>")),
		"bases":                    feed(count("<item xml:base='a#/'><link xml:base='b/'>x</link></item>")),
		"tiny items":               feed(fill("<item/>")),
		"items":                    feed(count("<item><guid>#</guid></item>")),
		"items in items":           "<rss><channel>" + fill("<item>"),
		"items of one guid":        feed(fill("<item><guid>1</guid><title>x</title></item>")),
		"items of strange dates":   feed(count("<item><guid>#</guid><pubDate>1 Jan 2026 1:00 Mars/#</pubDate></item>")),
		"angles":                   "<rss><channel>" + fill("<"),
		"angles in a text":         section(fill("<")),
		"open quotes":              "<rss><channel>" + fill("<a b=\""),
		"half comments":            "<rss><channel>" + fill("<!-"),
		"comments left open":       item(fill("<!--")),
		"comments":                 item(fill("<!---->")),
		"instructions left open":   "<rss><channel>" + fill("<?"),
		"declarations":             fill("<!x") + feed(""),
		"sections left open":       "<rss><channel>" + fill("<![CDATA["),
		"sections that swallow":    item(fill("<![CDATA[</item>")) + "]]>",
		"sections":                 item("<description>" + fill("<![CDATA[a]]>") + "</description>"),
		"a long section":           section(fill("a")),
		"no root":                  fill("<a>"),
		"roots in a page":          "<html>" + fill("<rss>"),
		"roots":                    fill("<rss></rss>"),
		"page titles":              "<html>" + fill("<title>"),
		"references":               "<rss>" + fill("&#"),
		"references in a title":    item("<title>" + fill("&amp") + "</title>"),
		"references in a text":     item("<description>" + fill("&amp;lt;") + "</description>"),
		"an entity bomb":           "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + count("<!ENTITY a# '&a;&a;&a;'>") + "]>" + item("<title>&a1;</title>"),
		"tags in a title":          item("<title><![CDATA[" + fill("<b>") + "]]></title>"),
		"a title":                  item("<title>" + fill("a ") + "</title>"),
		"comments in a title":      item("<title><![CDATA[" + fill("<!--") + "]]></title>"),
		"deep HTML":                section(fill("<div>")),
		"deep XHTML":               item("<description>" + half("<div>", "</div>") + "</description>"),
		"images":                   section(fill("<img src=x>")),
		"links":                    section(fill("<a href=x>")),
		"attributes of HTML":       section("<a " + fill("href=x ") + ">"),
		"footers":                  section(fill("<p>The post <a ")),
		"lines":                    item("<description>" + fill("\n\n") + "x</description>"),
		"controls":                 item("<title>" + fill("\x07") + "</title>"),
		"bytes that are no UTF-8":  item("<title>" + fill("\xE9") + "</title>"),
		"UTF-16":                   utf16le(item("<title>" + strings.Repeat("x", size/2) + "</title>")),
		"UTF-32":                   "\xFF\xFE\x00\x00" + fill("<\x00\x00\x00"),
		"Atom":                     "<feed>" + fill("<entry><id/><content type='xhtml'><div/></content></entry>"),
		"Atom links":               "<feed><entry><id>1</id>" + fill("<link href='x'/>") + "</entry></feed>",
		"base64":                   item("<description mode='base64'>" + fill("AAAA") + "</description>"),
		"JSON arrays":              `{"items":[` + fill(`[`),
		"JSON objects":             `{"items":[` + fill(`{"a":`),
		"JSON items":               `{"items":[` + fill(`{},`) + `{}]}`,
		"JSON fields":              "{" + count(`"a#":1,`) + `"items":[]}`,
		"a long JSON text":         `{"items":[{"id":"1","content_html":"` + fill("x") + `"}]}`,
		"JSON escapes":             `{"items":[{"id":"1","title":"` + fill(`\u0000`) + `"}]}`,
		"JSON line ends":           `{"items":[{"id":"1","title":"` + fill("\n") + `"}]}`,
		"JSON tags":                `{"items":[{"id":"1","tags":[` + count(`"#",`) + `"x"]}]}`,
	}
}

func utf16le(s string) string {
	var b strings.Builder
	b.WriteString("\xFF\xFE")
	for _, unit := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// Whatever 2 MB hold, a read of them ends with an error or with items within the
// caps, and has not allocated more than a small multiple of them. The bombs go
// off one after the other, so that the figures are theirs.
func TestBombs(t *testing.T) {
	const size, most = 2 << 20, 64 << 20
	for name, body := range bombs(size) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		res, err := explode(t, body)
		runtime.ReadMemStats(&after)
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
			t.Errorf("%s: %d bytes allocated", name, allocated)
		}
		if err != nil && len(res.Items) > 0 {
			t.Errorf("%s: items came with %v", name, err)
		}
		if len(res.Items) > 5000 {
			t.Errorf("%s: %d items", name, len(res.Items))
		}
		if err == nil {
			sourcetest.CheckItems(t, res.Items)
		}
	}
}

func explode(t testing.TB, body string) (source.Result, error) {
	t.Helper()
	site := testkit.NewSite()
	mediaType := "application/rss+xml"
	if strings.HasPrefix(body, "{") {
		mediaType = "application/feed+json"
	}
	site.Set("", "/feed/", mediaType, []byte(body))
	return newReader(t, sourcetest.Client(site), "url: https://www.lanternscreen.example/feed/").Read(t.Context(), nil)
}

// BenchmarkBombs must stay below 1 s and 64 MB an operation, for each of them.
func BenchmarkBombs(b *testing.B) {
	for name, body := range bombs(10 << 20) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = explode(b, body) // an error is a good end
			}
		})
	}
}

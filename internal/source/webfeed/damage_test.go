package webfeed_test

import (
	"encoding/base64"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"marquee/internal/sanitize"
)

// maker makes feeds by chance, and damages them by chance.
type maker struct{ *rand.Rand }

func newMaker(seed, n uint64) maker { return maker{rand.New(rand.NewPCG(seed, n))} }

func one[T any](m maker, all ...T) T { return all[m.IntN(len(all))] }

func (m maker) words(n int) string {
	all := make([]string, 1+m.IntN(n))
	for i := range all {
		all[i] = one(m, "salt", "ledger", "café", "Łódź", "紙灯籠", "год", "“quoted”", "–", "Ōkami", "harbor", "a", "1917", "Straße")
	}
	return strings.Join(all, " ")
}

// prose is a text of HTML.
func (m maker) prose() string {
	var b strings.Builder
	for range 1 + m.IntN(3) {
		b.WriteString("<p>" + m.words(12))
		b.WriteString(one(m, "", ` <a href="/x/y">`+m.words(2)+"</a>", ` <img src="/i.png" alt="still">`, "<br> &amp; ", " &#8217;&hellip; ", ` <em>x</em>`))
		b.WriteString("</p>")
	}
	return b.String()
}

// in wraps a text of HTML as feeds carry it.
func (m maker) in(name, attrs, text string) string {
	inner := html.EscapeString(text)
	if m.IntN(2) == 0 {
		inner = "<![CDATA[" + text + "]]>"
	}
	return "<" + name + attrs + ">" + one(m, "", "\n ") + inner + "</" + name + ">"
}

// feed is a whole feed and how many items it has.
func (m maker) feed() (text string, items int) {
	items = 2 + m.IntN(6)
	format := one(m, m.rss, m.rdf, m.atom, m.oldAtom)
	text = one(m, "", "\ufeff") + one(m, `<?xml version="1.0" encoding="utf-8"?>`+"\n", "", "<?xml version='1.0'?>")
	return text + format(items), items
}

func (m maker) shuffled(parts ...string) string {
	m.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return strings.Join(parts, one(m, "", "\n", "\n    "))
}

func (m maker) rss(items int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">` +
		"<channel><title>" + m.words(3) + "</title><link>http://www.example.org/</link><description>" + m.words(5) + "</description>")
	for i := range items {
		b.WriteString("\n<item>" + m.shuffled(
			m.in("title", "", m.words(4)), fmt.Sprintf("<link>http://www.example.org/%d</link>", i),
			fmt.Sprintf(`<guid isPermaLink="false">g-%d</guid>`, i), m.in("description", "", m.prose()),
			one(m, "", m.in("content:encoded", "", m.prose())), "<pubDate>Fri, 20 Nov 2026 15:04:05 +0000</pubDate>",
			one(m, "", "<dc:creator>"+m.words(2)+"</dc:creator>"),
		) + "</item>")
	}
	return b.String() + "</channel></rss>" + one(m, "", "\n")
}

func (m maker) rdf(items int) string {
	var b strings.Builder
	p := one(m, "", "", "r:")
	space := "xmlns"
	if p != "" {
		space = "xmlns:r"
	}
	b.WriteString(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" ` + space + `="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
		"<" + p + `channel rdf:about="http://www.example.org/"><` + p + "title>" + m.words(3) + "</" + p + "title></" + p + "channel>")
	for i := range items {
		b.WriteString(fmt.Sprintf(`<%sitem rdf:about="http://www.example.org/a/%d">`, p, i) + m.shuffled(
			m.in(p+"title", "", m.words(4)), fmt.Sprintf("<%slink>http://www.example.org/%d</%[1]slink>", p, i),
			m.in(p+"description", "", m.prose()), "<dc:date>2015-07-28T01:57:15+02:00</dc:date>",
		) + "</" + p + "item>")
	}
	return b.String() + "</rdf:RDF>"
}

func (m maker) atom(items int) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"` + one(m, "", ` xml:base="http://base.example/dir/"`) + "><title>" + m.words(3) +
		`</title><link rel="alternate" type="text/html" href="http://www.example.org/"/><id>urn:x:feed</id><updated>2026-11-20T15:04:05Z</updated>`)
	for i := range items {
		text := m.in("content", ` type="html"`, m.prose())
		if m.IntN(3) == 0 {
			text = `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>` + m.words(9) + `<a href="/x/y">x</a></p></div></content>`
		}
		b.WriteString("<entry>" + m.shuffled(
			m.in("title", one(m, "", ` type="html"`), m.words(4)), fmt.Sprintf(`<link rel="alternate" type="text/html" href="%s/%d"/>`, one(m, "/post", "http://www.example.org"), i),
			fmt.Sprintf("<id>tag:example.org,2004:%d</id>", i), "<updated>2017-08-18T17:17:23-08:00</updated>", text,
			one(m, "", "<author><name>"+m.words(2)+"</name></author>"), one(m, "", `<category term="x"/>`),
		) + "</entry>")
	}
	return b.String() + "</feed>"
}

func (m maker) oldAtom(items int) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://purl.org/atom/ns#" version="0.3"><title>` + m.words(3) + `</title><link rel="alternate" type="text/html" href="http://www.example.org/"/>`)
	for i := range items {
		text := m.in("content", ` type="text/html" mode="escaped"`, m.prose())
		if m.IntN(4) == 0 {
			text = `<content type="text/html" mode="base64">` + base64.StdEncoding.EncodeToString([]byte(m.prose())) + "</content>"
		}
		b.WriteString("<entry>" + m.shuffled(
			m.in("title", ` type="text/html" mode="escaped"`, m.words(4)), fmt.Sprintf(`<link rel="alternate" type="text/html" href="http://www.example.org/%d/"/>`, i),
			fmt.Sprintf("<id>tag:example.org,2004:%d</id>", i), "<issued>2017-08-18T17:17:23-08:00</issued>", "<modified>2017-08-18T17:17:23-08:00</modified>", text,
		) + "</entry>")
	}
	return b.String() + "</feed>"
}

// damages are the ways in which feeds break, one of each.
func (m maker) damages() map[string]func(string) string {
	at := func(s string, mark string) int { // where one of the marks stands; -1 is nowhere
		n := strings.Count(s, mark)
		if n == 0 {
			return -1
		}
		i := -1
		for range 1 + m.IntN(n) {
			i += 1 + strings.Index(s[i+1:], mark)
		}
		return i
	}
	drop := func(mark string) func(string) string { // one of the marks goes
		return func(s string) string {
			if i := at(s, mark); i >= 0 {
				return s[:i] + s[i+len(mark):]
			}
			return s
		}
	}
	insert := func(what ...string) func(string) string {
		return func(s string) string {
			i := m.IntN(len(s))
			return s[:i] + one(m, what...) + s[i:]
		}
	}
	return map[string]func(string) string{
		"an end tag is missing": func(s string) string {
			i := at(s, "</")
			if i < 0 {
				return s
			}
			return s[:i] + s[i+1+strings.IndexByte(s[i:], '>'):]
		},
		"a start tag is missing": func(s string) string {
			i := max(at(s, "<"), 0)
			return s[:i] + s[i+1+strings.IndexByte(s[i:], '>'):]
		},
		"a > is missing":              drop(">"),
		"a < is missing":              drop("<"),
		"a quotation mark is missing": drop(`"`),
		"an = is missing":             drop("="),
		"a ]]> is missing":            drop("]]>"),
		"a CDATA begins":              insert("<![CDATA["),
		"a comment begins":            insert("<!--", "<!-- x "),
		"a declaration begins":        insert("<!DOCTYPE rss [", "<?php ", "<!"),
		"bare marks":                  insert("&", "<", "& ", "< ", "&nbsp;", "&#0;", "&bogus;", ">", `"`, "]]>", "-->", "?>"),
		"tags of HTML":                insert("<br>", "<p>", "</p>", "<div class=x>", "</div>", "<b>", `<script>if (a<b && c>d) {}</script>`, "<html>", "</body>", "<table"),
		"tags of feeds":               insert("<item>", "</item>", "<entry>", "</entry>", "</channel>", "</rss>", "<title>", "</feed>", "<rss>", "<channel>"),
		"controls":                    insert("\x00", "\x07", "&#7;", "\x1b[31m", "\xff", "\xc3", "\ufffe"),
		"some is missing": func(s string) string {
			i := m.IntN(len(s))
			return s[:i] + s[min(len(s), i+1+m.IntN(len(s)/8+1)):]
		},
		"some is there twice": func(s string) string {
			i := m.IntN(len(s))
			end := min(len(s), i+1+m.IntN(len(s)/4+1))
			return s[:end] + s[i:end] + s[end:]
		},
		"some is other": func(s string) string {
			b := []byte(s)
			for range 1 + m.IntN(8) {
				b[m.IntN(len(b))] = byte(m.IntN(256))
			}
			return string(b)
		},
		"the end is missing": func(s string) string { return s[:len(s)/4+m.IntN(len(s)*3/4)] },
		"all is there twice": func(s string) string { return s + s },
		"before it": func(s string) string {
			return one(m, "junk ", "\n\n", "<br />\n<b>Warning</b>: x in <b>/a.php</b> on line <b>2</b><br />\n", "<!-- x -->", "{}", "<html><body>", "<?xml version='1.0'?>") + s
		},
		"behind it": func(s string) string {
			return s + one(m, "junk", "<!-- x", "<script>x</script>", "</html>", "\x00\x00", "<rss>", "<?php")
		},
		"names are upper case": func(s string) string {
			return strings.NewReplacer("<item", "<ITEM", "</item", "</ITEM", "<entry", "<Entry", "</entry", "</Entry", "<title", "<Title", "</title", "</Title").Replace(s)
		},
		"namespaces are missing": func(s string) string {
			for i := at(s, " xmlns"); i >= 0 && m.IntN(3) > 0; i = at(s, " xmlns") {
				end := strings.IndexAny(s[i+1:], " >")
				if end < 0 {
					break
				}
				s = s[:i] + s[i+1+end:]
			}
			return s
		},
		"another encoding": func(s string) string {
			return strings.Replace(s, "utf-8", one(m, "iso-8859-1", "us-ascii", "x-nothing", "utf-16", "windows-1252"), 1)
		},
		"escaped once more": func(s string) string {
			i := m.IntN(len(s))
			end := min(len(s), i+1+m.IntN(200))
			return s[:i] + html.EscapeString(s[i:end]) + s[end:]
		},
	}
}

// Of 1,500 feeds that were damaged in up to three ways, and in which an item still
// ends, fewer than ten are lost whole.
func TestDamagedFeedsAreRead(t *testing.T) {
	t.Parallel()
	var lost []string
	for n := range uint64(1500) {
		m := newMaker(20261120, n)
		text, _ := m.feed()
		ways := m.damages()
		names := slices.Sorted(maps.Keys(ways))
		var did []string
		for range 1 + m.IntN(3) {
			name := names[m.IntN(len(names))]
			text, did = ways[name](text), append(did, name)
		}
		if low := strings.ToLower(text); !strings.Contains(low, "item>") && !strings.Contains(low, "entry>") {
			continue // nothing whole is left
		}
		if res, err := readBody(t, "application/xml", text); len(res.Items) == 0 {
			lost = append(lost, fmt.Sprintf("%d: %s: %v", n, strings.Join(did, ", "), err))
		}
	}
	t.Logf("%d are lost", len(lost))
	if len(lost) >= 10 {
		t.Errorf("%d are lost:\n%s", len(lost), strings.Join(lost, "\n"))
	}
}

// A feed that was cut off in its first item has that item as soon as it can be
// told from others, and recognised when it is whole.
func TestFirstItemCutOff(t *testing.T) {
	t.Parallel()
	const begin = "<rss><channel><title>Lantern Screen</title><item>"
	for name, c := range map[string]struct {
		body, guid string
		text       string
	}{
		"an id and half a text":       {"<guid isPermaLink='false'>g</guid><description>Half &amp; h", "g", "Half & h"},
		"an id and half a title":      {"<guid isPermaLink='false'>g</guid><title>Ha", "", ""},
		"half an id":                  {"<title>Fog</title><guid>http", "", ""},
		"an address and a title":      {"<title>Fog</title><link>https://e.example/fog/</link><description>Ha", "https://e.example/fog/", ""},
		"an address and a day":        {"<link>https://e.example/fog/</link><pubDate>Fri, 20 Nov 2026 15:04:05 +0000</pubDate><description>Ha", "https://e.example/fog/", "Ha"},
		"an address and half a text":  {"<link>https://e.example/fog/</link><description>Ha", "", ""},
		"a whole text and half a one": {"<guid isPermaLink='false'>g</guid><description>All.</description><content:encoded>Ha", "g", "All."},
	} {
		res, _ := readBody(t, "application/xml", begin+c.body) // what is nothing is an error
		switch {
		case c.guid == "" && len(res.Items) > 0:
			t.Errorf("%s: %+v", name, res.Items)
		case c.guid != "" && (len(res.Items) != 1 || res.Items[0].GUID != c.guid || sanitize.Text(textOf(res.Items[0])) != c.text):
			t.Errorf("%s: %+v", name, res.Items)
		case c.guid != "" && len(res.State) > 0 && strings.Contains(string(res.State), "etag"):
			t.Errorf("%s: it would not be read again", name)
		}
	}
}

// What stands in the place of a root, or before it, hides no items.
func TestBrokenBeginnings(t *testing.T) {
	t.Parallel()
	const items = "<channel><title>T</title><item><title>Fog</title><guid isPermaLink='false'>g</guid></item></channel></rss>"
	for _, begin := range []string{
		"<rs s version='2.0'>", "<rssversion='2.0'>", "<title>x</title>", "<f>", "{}<rss>", `{"error":"x"}` + "\n<?xml version='1.0'?><rss>", "rss>", "< rss>",
	} {
		if res, err := readBody(t, "application/xml", begin+items); err != nil || len(res.Items) != 1 {
			t.Errorf("%s: %d items, %v", begin, len(res.Items), err)
		}
	}
	for _, page := range []string{
		"<html><body><rss version='2.0'><channel><ITEM><title>Fog</title><guid>g</guid></ITEM></channel></rss>",
	} {
		if res, err := readBody(t, "application/xml", page); err != nil || len(res.Items) != 1 {
			t.Errorf("%s: %d items, %v", page, len(res.Items), err)
		}
	}
}

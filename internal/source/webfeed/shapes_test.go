package webfeed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape is an item as feeds in the wild write it, and what is read of it. The
// expectations were checked against another mature reader; where we differ from
// it on purpose, the name says "ours".
type shape struct{ name, feed, want string }

func rss2(item string) string {
	return `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:dcterms="http://purl.org/dc/terms/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">` +
		`<channel><title>Site</title><item>` + item + `</item></channel></rss>`
}

func atom1(entry string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><entry>` + entry + `</entry></feed>`
}

func atom03(entry string) string {
	return `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>` + entry + `</entry></feed>`
}

func shapes() []shape {
	const home = "https://www.lanternscreen.example/"
	return []shape{
		// id | link | title | published | content, else summary
		{"a guid is a link", rss2("<guid>http://h/1</guid>"), "http://h/1|http://h/1|||"},
		{"a guid that is none", rss2("<guid isPermaLink='false'>http://h/1</guid>"), "http://h/1||||"},
		{"a guid that is none, capitals", rss2("<guid ISPERMALINK=False>http://h/1</guid>"), "http://h/1||||"},
		{"a link before the guid", rss2("<link>http://h/l</link><guid>http://h/1</guid>"), "http://h/1|http://h/l|||"},
		{"a link behind the guid", rss2("<guid>http://h/1</guid><link>http://h/l</link>"), "http://h/1|http://h/l|||"},
		{"ours: a relative guid stays what it is", rss2("<guid>/1</guid>"), "/1|" + home + "1|||"},
		{"ours: no link to what is no web address", rss2("<guid>at://did/1</guid><title>x</title>"), "at://did/1||x||"},
		{"no guid", rss2("<link>http://h/1</link>"), "http://h/1|http://h/1|||"},
		{"the last link", rss2("<link>http://h/1</link><link>http://h/2</link>"), "http://h/2|http://h/2|||"},
		{"ours: an own link before Atom's", rss2("<link>http://h/1</link><atom:link href='http://h/2'/>"), "http://h/1|http://h/1|||"},
		{"Atom's link in RSS", rss2("<atom:link rel='self' href='http://h/s'/><atom:link href='http://h/2'/>"), "http://h/2|http://h/2|||"},
		{"a link as Atom writes it", rss2("<guid>1</guid><link href='http://h/2'/>"), "1|http://h/2|||"},
		{"a link with a bare ampersand", rss2("<link>http://h/?a=1&b=2&amp;copy=3</link>"), "http://h/?a=1&b=2&copy=3|http://h/?a=1&b=2&copy=3|||"},
		{"a link in lines", rss2("<link>\n  http://h/1\n</link>"), "http://h/1|http://h/1|||"},
		{"a link in CDATA", rss2("<link><![CDATA[http://h/1]]></link>"), "http://h/1|http://h/1|||"},
		{"a link of an image", rss2("<guid isPermaLink='false'>1</guid><image><title>x</title><link>http://h/i</link></image>"), "1||||"},
		{"a title of a source", rss2("<guid isPermaLink='false'>1</guid><source url='http://h/'>Other</source>"), "1||||"},
		{"Atom's id in RSS", rss2("<atom:id>tag:1</atom:id><title>x</title>"), "tag:1||x||"},
		{"RDF's id", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">` +
			`<item rdf:about="http://h/a"><link>http://h/l</link></item></rdf:RDF>`, "http://h/a|http://h/l|||"},
		{"RSS 0.9", `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">` +
			`<item><title>x</title><link>http://h/l</link></item></r:RDF>`, "http://h/l|http://h/l|x||"},
		{
			"RSS in a namespace", `<rss xmlns="http://backend.userland.com/RSS2"><channel><item><title>x</title><pubDate>2026-11-20</pubDate></item></channel></rss>`,
			"sha256|| x|2026-11-20T00:00:00Z|",
		},
		{"an unknown namespace", `<rss xmlns="http://example.com/own"><channel><item><guid isPermaLink="false">1</guid></item></channel></rss>`, "1||||"},
		{
			"undeclared prefixes", `<rss><channel><item><guid isPermaLink="false">1</guid><content:encoded>&lt;p&gt;a&lt;/p&gt;</content:encoded><dc:date>2026-11-20</dc:date></item></channel></rss>`,
			"1|||2026-11-20T00:00:00Z|<p>a</p>",
		},
		{"other prefixes", `<rss xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:d="http://purl.org/dc/elements/1.1/"><channel><item>` +
			`<guid isPermaLink="false">1</guid><c:encoded>&lt;p&gt;a&lt;/p&gt;</c:encoded><d:date>2026-11-20</d:date></item></channel></rss>`, "1|||2026-11-20T00:00:00Z|<p>a</p>"},
		{"a prefix for everything", `<x:rss xmlns:x="http://purl.org/rss/1.0/"><x:channel><x:item><x:guid isPermaLink="false">1</x:guid><x:title>t</x:title></x:item></x:channel></x:rss>`, "1||t||"},
		{"elements of others", rss2("<guid isPermaLink='false'>1</guid><x:y xmlns:x='u'><title>no</title><description>no</description></x:y><title>yes</title><description>yes</description>"), "1||yes||<p>yes</p>"},
		{"only in elements of others", rss2("<guid isPermaLink='false'>1</guid><x:y xmlns:x='u'><title>yes</title></x:y>"), "1||yes||"},

		{"titles", rss2("<guid isPermaLink='false'>1</guid><title>A &amp;amp; B &lt;b&gt;C&lt;/b&gt; &#38;</title>"), "1||A & B C &||"},
		{"a title in CDATA", rss2("<guid isPermaLink='false'>1</guid><title> <![CDATA[A &#8211; B]]> &amp; <![CDATA[C]]> </title>"), "1||A – B & C||"},
		{"a naked title", rss2("<guid isPermaLink='false'>1</guid><title>A <b>B</b> &lt; C</title>"), "1||A B < C||"},
		{"the first title", rss2("<guid isPermaLink='false'>1</guid><title>A</title><title>B</title>"), "1||A||"},
		{"a title left open", rss2("<title>A<link>http://h/1</link>"), "http://h/1|http://h/1|A||"},
		{"a title of a picture", rss2("<guid isPermaLink='false'>1</guid><media:content url='x.jpg'><media:title>A</media:title></media:content>"), "1||A||"},
		{"Dublin Core's title", rss2("<guid isPermaLink='false'>1</guid><dc:title>A</dc:title>"), "1||A||"},

		{"dates of modules", rss2("<guid isPermaLink='false'>1</guid><dcterms:issued>2026-11-20T10:00:00Z</dcterms:issued>"), "1|||2026-11-20T10:00:00Z|"},
		{"Atom's date in RSS", rss2("<guid isPermaLink='false'>1</guid><atom:updated>2026-11-20T10:00:00Z</atom:updated>"), "1|||2026-11-20T10:00:00Z|"},
		{"the date that can be read", rss2("<guid isPermaLink='false'>1</guid><pubDate>soon</pubDate><dc:date>2026-11-20</dc:date>"), "1|||2026-11-20T00:00:00Z|"},
		{"ours: no date in an unknown zone", rss2("<guid isPermaLink='false'>1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 IST</pubDate>"), "1||||"},

		{"a description and a text", rss2("<guid isPermaLink='false'>1</guid><description>a</description><content:encoded>&lt;p&gt;b&lt;/p&gt;</content:encoded>"), "1||||<p>b</p>"},
		{"two descriptions", rss2("<guid isPermaLink='false'>1</guid><description>a</description><description>b</description>"), "1||||<p>b</p>"},
		{"a naked description", rss2("<guid isPermaLink='false'>1</guid><description>a &amp; <b>b</b><br/><i/>c</description>"), "1||||a &amp; <b>b</b><br><i></i>c"},
		{"a body of XHTML", rss2(`<guid isPermaLink='false'>1</guid><x:body xmlns:x="http://www.w3.org/1999/xhtml"><x:p>a<x:br/>b</x:p></x:body>`), "1||||<p>a<br>b</p>"},
		{"a default body of XHTML", rss2(`<guid isPermaLink='false'>1</guid><body xmlns="http://www.w3.org/1999/xhtml"><p>a</p></body>`), "1||||<p>a</p>"},
		{"a full item", rss2("<guid isPermaLink='false'>1</guid><fullitem>&lt;p&gt;a&lt;/p&gt;</fullitem>"), "1||||<p>a</p>"},
		{"a CDATA section that is not closed", rss2("<guid isPermaLink='false'>1</guid><description><![CDATA[<p>a</p></description>"), "1||||<p>a</p>"},
		{
			"a base of an element", rss2(`<guid isPermaLink='false'>1</guid><description xml:base="http://h/a/">&lt;a href="b">c&lt;/a></description><link xml:base="http://h/l/">d</link>`),
			`1|http://h/l/d|||<a href="http://h/a/b">c</a>`,
		},
		{"attributes without quotation marks", rss2("<guid isPermaLink=false>1</guid><title>x</title>"), "1||x||"},
		{"a quotation mark that is missing", rss2(`<guid isPermaLink="false>1</guid><title type="text">x</title>`), "1||x||"},
		{"an end tag without its end", rss2("<guid isPermaLink='false'>1</guid><title>x</title<description>a</description>"), "1||x||<p>a</p>"},

		{"Atom's id is a link", atom1("<id>http://h/1</id>"), "http://h/1|http://h/1|||"},
		{"Atom's id as it is", atom1("<id>HTTP://H.example/%7Ea/../b?</id>"), "HTTP://H.example/%7Ea/../b?|HTTP://H.example/%7Ea/../b?|||"},
		{"ours: a relative id stays what it is", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://h/a/"><entry><id>b</id></entry></feed>`, "b|http://h/a/b|||"},
		{
			"alternates", atom1("<id>1</id><link rel='self' href='http://h/s'/><link rel='alternate' type='application/pdf' href='http://h/p'/><link type='text/html' href='http://h/é'/>"),
			"1|http://h/é|||",
		},
		{"content that lies elsewhere", atom1("<id>tag:1</id><content type='text/html' src='http://h/c'/>"), "tag:1|http://h/c|||"},
		{"a title of HTML", atom1("<id>tag:1</id><title type='html'>A &amp;lt; &lt;em&gt;B&lt;/em&gt;</title>"), "tag:1||A < B||"},
		{"a title of XHTML", atom1(`<id>tag:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A &lt; <em>B</em></div></title>`), "tag:1||A < B||"},
		{"text", atom1("<id>tag:1</id><summary type='text'>a &lt;b> &amp;amp; c</summary>"), "tag:1||||<p>a &lt;b&gt; &amp;amp; c</p>"},
		{"HTML in CDATA", atom1("<id>tag:1</id><content type='html'><![CDATA[<p>a</p>]]></content>"), "tag:1||||<p>a</p>"},
		{
			"XHTML", atom1(`<id>tag:1</id><content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>a &lt; b</h:p><h:img src="i"/></h:div></content>`),
			`tag:1||||<p>a &lt; b</p><img src="https://www.lanternscreen.example/feed/i">`,
		},
		{"XHTML in several divs", atom1(`<id>tag:1</id><content type="xhtml"><div>a</div><div>b</div></content>`), "tag:1||||<div>a</div><div>b</div>"},
		{"no text", atom1("<id>tag:1</id><title>x</title><content type='image/svg+xml'><svg/></content>"), "tag:1||x||"},
		{"base64", atom03("<id>tag:1</id><content type='text/html' mode='base64'>PHA+YTwvcD4=</content>"), "tag:1||||<p>a</p>"},
		{
			"several contents", atom03("<id>tag:1</id><content type='multipart/alternative'><content type='text/plain'>a</content><content type='text/html' mode='escaped'>&lt;p>b&lt;/p></content></content>"),
			"tag:1||||<p>a</p>",
		},
		{"Atom 0.3", atom03("<id>tag:1</id><issued>2026-11-20T10:00:00Z</issued><modified>2026-11-21T10:00:00Z</modified><summary>a</summary>"), "tag:1|||2026-11-20T10:00:00Z|<p>a</p>"},
		{"only updated", atom1("<id>tag:1</id><updated>2026-11-20T10:00:00Z</updated>"), "tag:1|||2026-11-20T10:00:00Z|"},
		{
			"RSS's elements in Atom", atom1("<guid>tag:1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate><description>a</description><link>http://h/1</link>"),
			"tag:1|http://h/1||2026-11-20T10:00:00Z|<p>a</p>",
		},
		{"a single entry", `<entry xmlns="http://www.w3.org/2005/Atom"><id>tag:1</id><title>x</title></entry>`, "tag:1||x||"},

		{"links with text of several kinds", atom1("<id>tag:1</id><link rel='alternate'>http://h/1</link><link rel='enclosure'>http://h/2</link>"), "tag:1|http://h/1|||"},
		{"nothing but an author", atom1("<author><name>A</name></author>"), "sha256|| ||"},
		{"nothing but what we do not know", rss2("<geo:lat xmlns:geo='u'>1</geo:lat>"), "sha256|| ||"},
		{
			"entities of the document type", "<!DOCTYPE rss [<!ENTITY us 'Lantern \\1 Screen'><!ENTITY x '&us;'><!ENTITY amp 'no'>]>" + rss2("<guid isPermaLink='false'>1</guid><title>&us; &amp; &x;</title>"),
			`1||Lantern \1 Screen & &x;||`,
		},

		{"junk before", "<br />\n<b>Warning</b>: Cannot modify header in <b>/x.php</b><br />\n<?xml version='1.0'?>" + rss2("<guid isPermaLink='false'>1</guid>"), "1||||"},
		{"junk behind", rss2("<guid isPermaLink='false'>1</guid>") + "<!-- cached --><script>x</script>", "1||||"},
		{"a page around", "<html><body><pre>" + rss2("<guid isPermaLink='false'>1</guid>") + "</pre></body></html>", "1||||"},
		{"a long comment before", "<!--" + strings.Repeat("x", 10_000) + "-->" + rss2("<guid isPermaLink='false'>1</guid>"), "1||||"},
		{"XML 1.1", "<?xml version='1.1'?>" + rss2("<guid isPermaLink='false'>1</guid>"), "1||||"},
		{"no root", "<channel><item><guid isPermaLink='false'>1</guid></item></channel>", "1||||"},
		{"an item without an end", "<rss><channel><item><guid isPermaLink='false'>1</guid></channel></rss>", "1||||"},
		{"JSON with line ends in strings", "{\"items\":[{\"id\":\"1\",\"content_text\":\"a\n\nb\",}]}", "1||||<p>a</p><p>b</p>"},
		{"a bad item of JSON before", `{"items":[{"id":1e,},{"id":"2"}]}`, "2||||"},
		{"JSON's number of an id", `{"items":[{"id":7}]}`, "7||||"},
	}
}

func TestReadsAsOthersRead(t *testing.T) {
	t.Parallel()
	for _, s := range shapes() {
		res, err := readBody(t, "", s.feed)
		if err != nil || len(res.Items) != 1 {
			t.Errorf("%s: %d items, %v", s.name, len(res.Items), err)
			continue
		}
		raw := res.Items[0]
		published, text := "", raw.Content
		if !raw.Published.IsZero() {
			published = raw.Published.Format("2006-01-02T15:04:05Z")
		}
		if text == "" {
			text = raw.Summary
		}
		if strings.HasPrefix(raw.GUID, "sha256:") {
			raw.GUID, raw.Title = "sha256", " "+raw.Title
		}
		if diff := cmp.Diff(s.want, strings.Join([]string{raw.GUID, raw.URL, raw.Title, published, text}, "|")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
}

// Several roots are one feed.
func TestSeveralRoots(t *testing.T) {
	t.Parallel()
	res, err := readBody(t, "", rss2("<guid>1</guid>")+"\n"+atom1("<id>2</id>")+rss2("<guid>3</guid>"))
	if err != nil || len(res.Items) != 3 {
		t.Errorf("%d items, %v", len(res.Items), err)
	}
}

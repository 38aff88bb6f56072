package feedxml

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"marquee/internal/soup"
)

// What gofeed is given is well-formed, small, and in words that we know,
// whatever a stranger wrote.
func FuzzTidy(f *testing.F) {
	for _, body := range []string{
		`<title>A &amp; B</title><link>http://h/</link><guid isPermaLink="false">1</guid><description><![CDATA[<p>a</p>]]></description>`,
		`<media:group><media:content url="x.jpg"><media:title>A<media:credit role='director'>B</media:content></media:group>`,
		`<author><name>A</name></author><source><author><name>B</name></author></source><category term="a" label='"'/>`,
		`<x:y><title>nested</title></x:y><title/><dc:creator>A<b>`, `<letterboxd:filmTitle>A</letterboxd:filmTitle><tmdb:movieId>1`,
		`<content type="multipart/alternative"><content type="text/plain">a</content></content>`, `<skipHours><hour>1</hour></skipHours><ttl>6`,
		`<title xmlns="u">a</title><a xmlns:dc="v"><dc:title>b</title`, "<title>\x00&#0;&#xFFFE;]]>&bad;<", `<link href=a"b rel='alternate' TYPE=x/>`,
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	base, err := url.Parse("https://www.lanternscreen.example/feed/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string, isAtom bool) {
		var d Tidier
		p, err := d.Item(Item{Atom: isAtom, Whole: len(body)%2 == 0, Base: base, body: soup.Legal(strings.ToValidUTF8(body, ""))})
		if err != nil {
			return
		}
		if len(p.Doc) > 8*len(body)+100 {
			t.Errorf("%d bytes became %d", len(body), len(p.Doc))
		}
		checkDocument(t, string(p.Doc))
	})
}

func checkDocument(t *testing.T, out string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader("<x>" + out + "</x>"))
	dec.Strict = true
	for depth := 0; ; {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		switch tok := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxHolders+3 {
				t.Errorf("%d elements inside each other in %s", depth, out)
			}
			seen := map[string]bool{}
			for _, a := range tok.Attr {
				if seen[a.Name.Local] {
					t.Errorf("attribute %s twice in %s", a.Name.Local, out)
				}
				seen[a.Name.Local] = true
			}
		case xml.EndElement:
			depth--
		}
	}
}

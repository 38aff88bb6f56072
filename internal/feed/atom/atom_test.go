package atom_test

import (
	"encoding/xml"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/feedtest"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	feedtest.Run(t, atom.Format())
}

// document decodes what RFC 4287 §4.1 counts.
type document struct {
	IDs      []string `xml:"id"`
	Titles   []typed  `xml:"title"`
	Updated  []string `xml:"updated"`
	Authors  []string `xml:"author>name"`
	Subtitle []string `xml:"subtitle"`
	Links    []link   `xml:"link"`
	Entries  []struct {
		IDs        []string `xml:"id"`
		Titles     []typed  `xml:"title"`
		Updated    []string `xml:"updated"`
		Published  []string `xml:"published"`
		Summaries  []typed  `xml:"summary"`
		Contents   []typed  `xml:"content"`
		Links      []link   `xml:"link"`
		Categories []struct {
			Term   string `xml:"term,attr"`
			Scheme string `xml:"scheme,attr"`
			Label  string `xml:"label,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

type typed struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

func decode(t *testing.T, doc *feed.Document) document {
	t.Helper()
	body, err := atom.Format().Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := xml.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCardinality is RFC 4287 §4.1.1 and §4.1.2 for whole, bare and empty
// documents.
func TestCardinality(t *testing.T) {
	t.Parallel()
	whole := feedtest.Document(t, domain.Audience{})
	bare := feedtest.Document(t, domain.Audience{})
	bare.Title, bare.Author, bare.Description = "", "", ""
	bare.Entries = []feed.Entry{{ID: "urn:x:1"}, {ID: "urn:x:2", URL: "https://site.example/"}}
	empty := &feed.Document{ID: "urn:x:feed", Name: "empty"}
	for _, doc := range []*feed.Document{whole, bare, empty} {
		d := decode(t, doc)
		if len(d.IDs) != 1 || len(d.Titles) != 1 || len(d.Updated) != 1 || len(d.Authors) != 1 || d.Authors[0] == "" || d.Titles[0].Text == "" {
			t.Errorf("feed: %+v", d)
		}
		if len(d.Subtitle) > 0 && d.Subtitle[0] == "" {
			t.Error("a blank subtitle")
		}
		for _, e := range d.Entries {
			if len(e.IDs) != 1 || len(e.Titles) != 1 || e.Titles[0].Text == "" || len(e.Updated) != 1 || len(e.Published) > 1 {
				t.Errorf("entry: %+v", e)
			}
			if alternates := count(e.Links, "alternate"); alternates > 1 || alternates == 0 && len(e.Contents) == 0 {
				t.Errorf("entry %s has %d alternates and %d contents", e.IDs[0], alternates, len(e.Contents))
			}
		}
	}
}

func count(links []link, rel string) int {
	n := 0
	for _, l := range links {
		if l.Rel == rel {
			n++
		}
	}
	return n
}

func TestTypesAndSchemes(t *testing.T) {
	t.Parallel()
	d := decode(t, feedtest.Document(t, domain.Audience{}))
	for _, l := range append(d.Links, d.Entries[1].Links...) {
		if l.Rel == "" || l.Href == "" || l.Type == "" && l.Rel != "hub" {
			t.Errorf("link %+v", l)
		}
	}
	if count(d.Links, "self") != 1 || count(d.Links, "hub") != 1 || count(d.Links, "alternate") != 1 {
		t.Errorf("links %+v", d.Links)
	}
	e := d.Entries[2] // the Reader's Choice
	if e.Titles[0].Type != "text" || e.Summaries[0].Type != "text" || e.Contents[0].Type != "html" {
		t.Errorf("types %+v %+v %+v", e.Titles, e.Summaries, e.Contents)
	}
	if len(e.Categories) != 2 || e.Categories[0].Scheme == "" || e.Categories[0].Scheme == e.Categories[1].Scheme || e.Categories[1].Label != "Reader’s Choice" {
		t.Errorf("categories %+v", e.Categories)
	}
}

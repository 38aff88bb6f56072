package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// entry is one piece of a built feed, whatever the format, as a reader sees it.
type entry struct {
	ID, URL, Title string
	Published      time.Time
	Tags           []string
	Summary        string // plain text
	HTML           string
}

// builtRSS is the part of RSS 2.0 that readers show.
type builtRSS struct {
	Items []struct {
		GUID        string   `xml:"guid"`
		Link        string   `xml:"link"`
		Title       string   `xml:"title"`
		PubDate     string   `xml:"pubDate"`
		Categories  []string `xml:"category"`
		Description string   `xml:"description"`
		Content     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
	} `xml:"channel>item"`
}

// builtAtom is the part of Atom that readers show.
type builtAtom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Entries []struct {
		ID    string `xml:"id"`
		Links []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Title      string `xml:"title"`
		Published  string `xml:"published"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
		Summary string `xml:"summary"`
		Content string `xml:"content"`
	} `xml:"entry"`
}

// builtJSON is the part of JSON Feed that readers show.
type builtJSON struct {
	Version string `json:"version"`
	Items   []struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		Title     string    `json:"title"`
		Published time.Time `json:"date_published"`
		Tags      []string  `json:"tags"`
		Summary   string    `json:"summary"`
		HTML      string    `json:"content_html"`
	} `json:"items"`
}

// build writes the public site to a folder, as marquee feeds build does.
func (i *instance) build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := i.BuildSite(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// builtFeeds are the feed of a name in a folder, by its formats.
func builtFeeds(t *testing.T, dir, name string) map[string][]entry {
	t.Helper()
	built := map[string][]entry{}
	for format, read := range map[string]func(*testing.T, []byte) []entry{
		"rss": builtFromRSS, "atom": builtFromAtom, "json": builtFromJSON,
	} {
		body, err := os.ReadFile(filepath.Join(dir, "feeds", name+"."+format))
		if err != nil {
			t.Fatal(err)
		}
		built[format] = read(t, body)
	}
	return built
}

func builtFromRSS(t *testing.T, body []byte) []entry {
	t.Helper()
	var feed builtRSS
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&feed); err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for _, it := range feed.Items {
		entries = append(entries, entry{
			it.GUID, it.Link, it.Title, instant(t, time.RFC1123Z, it.PubDate), it.Categories, textOf(it.Description), it.Content,
		})
	}
	return entries
}

func builtFromAtom(t *testing.T, body []byte) []entry {
	t.Helper()
	var feed builtAtom
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&feed); err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for _, a := range feed.Entries {
		e := entry{ID: a.ID, Title: a.Title, Published: instant(t, time.RFC3339, a.Published), Summary: a.Summary, HTML: a.Content}
		for _, l := range a.Links {
			if l.Rel == "alternate" || l.Rel == "" {
				e.URL = l.Href
			}
		}
		for _, c := range a.Categories {
			e.Tags = append(e.Tags, c.Term)
		}
		entries = append(entries, e)
	}
	return entries
}

func builtFromJSON(t *testing.T, body []byte) []entry {
	t.Helper()
	var feed builtJSON
	if err := json.Unmarshal(body, &feed); err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for _, it := range feed.Items {
		entries = append(entries, entry{it.ID, it.URL, it.Title, it.Published.UTC(), it.Tags, it.Summary, it.HTML})
	}
	return entries
}

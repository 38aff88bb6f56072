package feedtest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"strings"
	"time"
)

// Parsed is what a parser that knows nothing of Marquee reads from a feed.
type Parsed struct {
	ID, Title, Self, Language string
	Older                     string // the page of the archive before it
	Updated                   time.Time
	Items                     []ParsedItem
}

// ParsedItem is one item of a parsed feed.
type ParsedItem struct {
	ID, URL, Title, Author, Language string
	Summary, HTML, Image             string
	Tags                             []string
	Published, Updated               time.Time
}

// Parse reads a feed by its media type, strictly.
func Parse(contentType string, body []byte) (*Parsed, error) {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	switch mediaType {
	case "application/rss+xml":
		return parseRSS(body)
	case "application/atom+xml":
		return parseAtom(body)
	case "application/feed+json":
		return parseJSON(body)
	}
	return nil, fmt.Errorf("no parser for %s: write one here", mediaType)
}

type rssDocument struct {
	Version string `xml:"version,attr"`
	Channel struct {
		Title string `xml:"title"`
		Links []struct {
			XMLName xml.Name
			Rel     string `xml:"rel,attr"`
			Href    string `xml:"href,attr"`
		} `xml:"link"`
		Language string `xml:"language"`
		Built    string `xml:"lastBuildDate"`
		Items    []struct {
			Title       string   `xml:"title"`
			Link        string   `xml:"link"`
			GUID        string   `xml:"guid"`
			Description string   `xml:"description"`
			Content     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Creator     string   `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Language    string   `xml:"http://purl.org/dc/elements/1.1/ language"`
			Categories  []string `xml:"category"`
			PubDate     string   `xml:"pubDate"`
			Media       struct {
				URL string `xml:"url,attr"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
		} `xml:"item"`
	} `xml:"channel"`
}

func parseRSS(body []byte) (*Parsed, error) {
	var doc rssDocument
	if err := strictXML(body, "rss", &doc); err != nil {
		return nil, err
	}
	ch := &doc.Channel
	p := &Parsed{Title: ch.Title, Language: ch.Language}
	for _, l := range ch.Links {
		if l.XMLName.Space == "http://www.w3.org/2005/Atom" && l.Rel == "self" {
			p.Self = l.Href
		}
		if l.XMLName.Space == "http://www.w3.org/2005/Atom" && l.Rel == "prev-archive" {
			p.Older = l.Href
		}
	}
	var errs []error
	date := func(s string) time.Time { return parseDate(&errs, time.RFC1123Z, s) }
	p.Updated = date(ch.Built)
	for _, it := range ch.Items {
		p.Items = append(p.Items, ParsedItem{
			ID: it.GUID, URL: it.Link, Title: it.Title, Author: it.Creator, Language: it.Language,
			Summary: html.UnescapeString(it.Description), HTML: it.Content, Image: it.Media.URL,
			Tags: it.Categories, Published: date(it.PubDate),
		})
	}
	return p, errors.Join(errs...)
}

type atomDocument struct {
	Lang    string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Entries []struct {
		Lang       string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Author     string     `xml:"author>name"`
		Links      []atomLink `xml:"link"`
		Summary    string     `xml:"summary"`
		Content    string     `xml:"content"`
		Published  string     `xml:"published"`
		Updated    string     `xml:"updated"`
		Categories []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

func parseAtom(body []byte) (*Parsed, error) {
	var doc atomDocument
	if err := strictXML(body, "feed", &doc); err != nil {
		return nil, err
	}
	var errs []error
	date := func(s string) time.Time { return parseDate(&errs, time.RFC3339, s) }
	p := &Parsed{ID: doc.ID, Title: doc.Title, Language: doc.Lang, Updated: date(doc.Updated), Self: href(doc.Links, "self"), Older: href(doc.Links, "prev-archive")}
	for _, e := range doc.Entries {
		it := ParsedItem{
			ID: e.ID, URL: href(e.Links, "alternate"), Title: e.Title, Author: e.Author, Language: e.Lang,
			Summary: e.Summary, HTML: e.Content, Image: href(e.Links, "enclosure"),
			Published: date(e.Published), Updated: parseDate(&errs, microseconds, e.Updated).Truncate(time.Second),
		}
		for _, c := range e.Categories {
			it.Tags = append(it.Tags, c.Term)
		}
		p.Items = append(p.Items, it)
	}
	return p, errors.Join(errs...)
}

func href(links []atomLink, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

type jsonDocument struct {
	Version  string `json:"version"`
	Title    string `json:"title"`
	FeedURL  string `json:"feed_url"`
	NextURL  string `json:"next_url"`
	Language string `json:"language"`
	Items    []struct {
		ID        string                  `json:"id"`
		URL       string                  `json:"url"`
		Title     string                  `json:"title"`
		Language  string                  `json:"language"`
		Summary   string                  `json:"summary"`
		HTML      string                  `json:"content_html"`
		Text      *string                 `json:"content_text"`
		Image     string                  `json:"image"`
		Tags      []string                `json:"tags"`
		Authors   []struct{ Name string } `json:"authors"`
		Published string                  `json:"date_published"`
		Modified  string                  `json:"date_modified"`
	} `json:"items"`
}

func parseJSON(body []byte) (*Parsed, error) {
	var doc jsonDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, err
	}
	var errs []error
	if doc.Version != "https://jsonfeed.org/version/1.1" || doc.Items == nil {
		errs = append(errs, errors.New("no version or no items"))
	}
	date := func(s string) time.Time { return parseDate(&errs, time.RFC3339, s) }
	p := &Parsed{Title: doc.Title, Self: doc.FeedURL, Older: doc.NextURL, Language: doc.Language}
	for _, i := range doc.Items {
		it := ParsedItem{
			ID: i.ID, URL: i.URL, Title: i.Title, Language: i.Language, Summary: i.Summary, HTML: i.HTML,
			Image: i.Image, Tags: i.Tags, Published: date(i.Published), Updated: date(i.Modified),
		}
		if i.HTML == "" && i.Text == nil {
			errs = append(errs, fmt.Errorf("item %s has no content", i.ID))
		}
		if len(i.Authors) > 0 {
			it.Author = i.Authors[0].Name
		}
		p.Items = append(p.Items, it)
	}
	return p, errors.Join(errs...)
}

// strictXML walks all of body as one well-formed document with a root of the
// given name, every prefix declared, and decodes it.
func strictXML(body []byte, root string, into any) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	depth, roots := 0, 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
			if err := declared(tok); err != nil {
				return err
			}
			if depth == 1 && tok.Name.Local != root {
				return fmt.Errorf("root is %s", tok.Name.Local)
			}
		case xml.EndElement:
			depth--
		}
	}
	if roots != 1 || depth != 0 {
		return fmt.Errorf("%d roots, depth %d at the end", roots, depth)
	}
	return xml.Unmarshal(body, into)
}

// declared fails for a prefix without a namespace: encoding/xml then leaves the
// prefix where the namespace belongs.
func declared(e xml.StartElement) error {
	if s := e.Name.Space; s != "" && !strings.Contains(s, ":") {
		return fmt.Errorf("prefix %s of %s is not declared", s, e.Name.Local)
	}
	return nil
}

// parseDate reads a date that must be written exactly so, weekday included.
func parseDate(errs *[]error, layout, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		*errs = append(*errs, err)
	} else if back := t.Format(layout); back != s {
		*errs = append(*errs, fmt.Errorf("date %q should be %q", s, back))
	}
	return t.UTC()
}

package webpage

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/dates"
)

// author is whom the page names as its author, for programs.
func (p *page) author() string {
	for _, css := range []string{`meta[name="author"]`, `[itemprop~="author"] [itemprop~="name"]`, `[itemprop~="author"]`, `a[rel~="author"]`} {
		if name := line(p.doc.Find(css).First()); name != "" && !strings.Contains(name, "://") {
			return name
		}
	}
	return ""
}

// published is when the page says, for programs, that it was published. What it
// says of a film's release does not count.
func (p *page) published(zone *time.Location) time.Time {
	written := []string{p.doc.Find(`meta[property="article:published_time"]`).AttrOr("content", "")}
	for _, script := range p.doc.Find(`script[type="application/ld+json"]`).EachIter() {
		var graph any
		if json.Unmarshal([]byte(script.Text()), &graph) == nil {
			written = append(written, publishedIn(graph))
		}
	}
	for _, css := range []string{`[itemprop~="datePublished"]`, `meta[name="date"]`, `time[pubdate]`, `main time[datetime], article time[datetime]`} {
		e := p.doc.Find(css).FilterFunction(func(_ int, e *goquery.Selection) bool {
			return e.Closest(`[itemprop~="itemReviewed"], [itemtype$="/Movie"]`).Length() == 0
		}).First()
		for _, key := range []string{"content", "datetime"} {
			written = append(written, e.AttrOr(key, ""))
		}
	}
	for _, s := range written {
		if at := dates.Parse(s, zone); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// publishedIn is the date of the page or its article in JSON-LD, which may stand
// in a list or a graph.
func publishedIn(node any) string {
	switch node := node.(type) {
	case []any:
		for _, one := range node {
			if date := publishedIn(one); date != "" {
				return date
			}
		}
	case map[string]any:
		kinds := fmt.Sprint(node["@type"]) // one or a list
		date, _ := node["datePublished"].(string)
		for _, piece := range []string{"Article", "Posting", "Review", "Page"} {
			if date != "" && strings.Contains(kinds, piece) {
				return date
			}
		}
		return publishedIn(node["@graph"])
	}
	return ""
}

package demo

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"time"

	"marquee/internal/domain"
)

// permanent is where the site first stood. guids keep it wherever the site is
// served from, as WordPress's do.
const permanent = "https://www.lanternscreen.example"

// post is one entry of the sample site.
type post struct {
	ID         int
	Slug       string
	Type       string // reviews, definitives or post
	Days       int    // before the Friday of the edition
	At         string // local time of that day
	Title      string
	Categories []string
	Film       *film
	Image      string
	Excerpt    string
	Body       string

	URL       string    `yaml:"-"`
	GUID      string    `yaml:"-"`
	Picture   string    `yaml:"-"`
	Published time.Time `yaml:"-"`
}

// film is what the sample site knows of the film a post is about.
type film struct {
	Title    string
	Year     int
	Director string
	Cast     []string
	Runtime  int // minutes
	Rated    string
	Stars    float64
	Poster   string
	IMDB     string
	Genre    string
}

// place gives the post its addresses and its date.
func (p *post) place(home string, friday domain.Date, zone *time.Location) error {
	at, err := time.Parse("15:04", p.At)
	if err != nil {
		return fmt.Errorf("post %s: %w", p.Slug, err)
	}
	day := friday.In(zone).AddDate(0, 0, -p.Days)
	p.Published = time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, zone)
	p.URL, p.GUID = home+"/"+p.Slug+"/", permanent+"/?p="+strconv.Itoa(p.ID)
	if p.Type != "post" {
		p.URL = home + "/" + p.Type + "/" + p.Slug + "/"
		p.GUID = permanent + "/?post_type=" + p.Type + "&p=" + strconv.Itoa(p.ID)
	}
	picture := p.Image
	if p.Film != nil {
		picture = p.Film.Poster
	}
	if picture != "" {
		p.Picture = home + uploads + picture
	}
	return nil
}

// HTML is the body as its page shows it. It is our own text, not a stranger's.
func (p *post) HTML() template.HTML { return template.HTML(p.Body) } //nolint:gosec,forbidigo // embedded

// JSONLD is what an SEO plugin would say about the post's film; nil for none.
func (p *post) JSONLD() (template.JS, error) { //nolint:forbidigo // made by encoding/json, which escapes <
	if p.Film == nil {
		return "", nil
	}
	people := []map[string]string{}
	for _, name := range p.Film.Cast {
		people = append(people, map[string]string{"@type": "Person", "name": name})
	}
	text, err := json.Marshal(map[string]any{
		"@context": "https://schema.org", "@type": "Review", "name": p.Title,
		"datePublished": p.Published.Format(time.RFC3339),
		"reviewRating": map[string]any{
			"@type": "Rating", "ratingValue": p.Film.Stars, "bestRating": "4", "worstRating": "0",
		},
		"itemReviewed": map[string]any{
			"@type": "Movie", "name": p.Film.Title, "dateCreated": strconv.Itoa(p.Film.Year),
			"director": map[string]string{"@type": "Person", "name": p.Film.Director}, "actor": people,
			"duration": fmt.Sprintf("PT%dM", p.Film.Runtime), "contentRating": p.Film.Rated, "genre": p.Film.Genre,
			"image": p.Picture, "sameAs": "https://www.imdb.com/title/" + p.Film.IMDB + "/",
		},
	})
	return template.JS(text), err //nolint:gosec,forbidigo // see above
}

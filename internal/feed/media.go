package feed

import (
	"cmp"
	"strings"

	"marquee/internal/domain"
)

// MediaNamespace is Media RSS 1.5.1's, which has the slash at the end.
const MediaNamespace = "http://search.yahoo.com/mrss/"

// HistoryNamespace is that of RFC 5005, feeds and their archives.
const HistoryNamespace = "http://purl.org/syndication/history/1.0"

// Media is the image that stands for an entry and, with it, the film's credits,
// as Media RSS has them in RSS and in Atom.
type Media struct {
	URL     string       `xml:"url,attr"`
	Medium  string       `xml:"medium,attr"`
	Type    string       `xml:"type,attr,omitempty"`
	Width   int          `xml:"width,attr,omitempty"`
	Height  int          `xml:"height,attr,omitempty"`
	Title   *typed       `xml:"media:title"`
	Credits []credit     `xml:"media:credit"`
	Rating  *mediaRating `xml:"media:rating"`
}

type typed struct {
	Type  string `xml:"type,attr"`
	Inner string `xml:",innerxml"`
}

// credit is a person and their role in lower case (EBU role codes).
type credit struct {
	Role   string `xml:"role,attr"`
	Scheme string `xml:"scheme,attr"`
	Name   string `xml:",chardata"`
}

type mediaRating struct {
	Scheme string `xml:"scheme,attr"`
	Value  string `xml:",chardata"`
}

// MediaThumbnail is the image, small.
type MediaThumbnail struct {
	URL    string `xml:"url,attr"`
	Width  int    `xml:"width,attr,omitempty"`
	Height int    `xml:"height,attr,omitempty"`
}

// NewMedia is an entry's, nil without an image.
func NewMedia(e *Entry) *Media {
	if e.Image == nil {
		return nil
	}
	m := &Media{
		URL: e.Image.URL, Medium: "image", Type: e.Image.Type, Width: e.Image.Width, Height: e.Image.Height,
	}
	title := e.Title
	if e.Film != nil {
		title = cmp.Or(e.Film.Title, title)
		m.Credits = append(credits("director", e.Film.Directors), credits("actor", e.Film.Cast)...)
		m.Rating = mpaa(e.Film.ContentRating)
	}
	if title != "" {
		m.Title = &typed{Type: "plain", Inner: PlainXML(title)}
	}
	return m
}

func credits(role string, names []string) []credit {
	var all []credit
	for _, name := range names {
		all = append(all, credit{Role: role, Scheme: "urn:ebu", Name: name})
	}
	return all
}

// mpaa is the film's content rating when it is one of the scheme's words. The
// critic's own rating has no place in Media RSS: media:starRating is an average.
func mpaa(rating string) *mediaRating {
	switch r := strings.ToLower(rating); r {
	case "g", "pg", "pg-13", "r", "nc-17":
		return &mediaRating{Scheme: "urn:mpaa", Value: r}
	}
	return nil
}

// NewMediaThumbnail is an entry's, nil without an image.
func NewMediaThumbnail(img *domain.Image) *MediaThumbnail {
	if img == nil {
		return nil
	}
	return &MediaThumbnail{URL: img.URL, Width: img.Width, Height: img.Height}
}

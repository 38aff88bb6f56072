package wordpress

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"marquee/internal/domain"
)

// maxTerms bounds what a piece may be filed under.
const maxTerms = 200

// embedded is what the API puts with a piece. What may not be read is an error
// object in its place, and what is empty is a list where PHP means an object: so
// each part is read by itself, and what cannot be read is not there.
type embedded struct {
	authors []named
	media   []media
	terms   []term
}

type named struct {
	Name string `json:"name"` // HTML
}

type term struct {
	Name     string `json:"name"` // HTML
	Taxonomy string `json:"taxonomy"`
}

func readEmbedded(raw json.RawMessage) embedded {
	var parts struct {
		Author []json.RawMessage   `json:"author"`
		Media  []json.RawMessage   `json:"wp:featuredmedia"`
		Terms  [][]json.RawMessage `json:"wp:term"` // a list for each taxonomy
	}
	_ = json.Unmarshal(raw, &parts) // the parts that fit are filled in
	return embedded{
		authors: readAll[named](parts.Author),
		media:   readAll[media](parts.Media),
		terms:   readAll[term](slices.Concat(parts.Terms...)),
	}
}

// readAll reads what can be read.
func readAll[T any](list []json.RawMessage) []T {
	var all []T
	for _, raw := range list[:min(len(list), maxTerms)] {
		var one T
		if json.Unmarshal(raw, &one) == nil {
			all = append(all, one)
		}
	}
	return all
}

func (e *embedded) author() string {
	var names []string
	for _, a := range e.authors {
		if name := plain(a.Name); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// in are the names of the terms of a taxonomy, each once.
func (e *embedded) in(taxonomy string) []string {
	var names []string
	for _, t := range e.terms {
		if name := plain(t.Name); t.Taxonomy == taxonomy && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// taxonomies are those that the piece has terms in, in the site's order.
func (e *embedded) taxonomies() []string {
	var all []string
	for _, t := range e.terms {
		if t.Taxonomy != "" && !slices.Contains(all, t.Taxonomy) {
			all = append(all, t.Taxonomy)
		}
	}
	return all
}

// media is a piece's featured image.
type media struct {
	Type    string          `json:"media_type"`
	MIME    string          `json:"mime_type"`
	Alt     string          `json:"alt_text"`
	Source  string          `json:"source_url"`
	Details json.RawMessage `json:"media_details"`
}

// size is one of the files that WordPress has made of an image.
type size struct {
	Source string `json:"source_url"`
	MIME   string `json:"mime_type"`
	Width  pixels `json:"width"`
	Height pixels `json:"height"`
}

// pixels are a number that some plugins write as text.
type pixels int

// UnmarshalJSON reads a number, or a text of one; anything else is 0.
func (p *pixels) UnmarshalJSON(b []byte) error {
	n, err := strconv.Atoi(strings.Trim(string(b), `"`))
	if err != nil || n < 0 || n > 1<<16 {
		n = 0
	}
	*p = pixels(n)
	return nil
}

// image is the largest file of the featured image that is still fit for a mail.
func (r *reader) image(p *piece) *domain.Image {
	for _, m := range p.embedded.media {
		if img := r.mediaImage(m); img != nil {
			return img
		}
	}
	return r.sharedImage(p.Yoast)
}

func (r *reader) mediaImage(m media) *domain.Image {
	if m.Type != "" && m.Type != "image" {
		return nil
	}
	best := m.best()
	address := webAddress(r.home, best.Source)
	if address == "" {
		return nil
	}
	return &domain.Image{URL: address, Type: imageType(best.MIME), Width: int(best.Width), Height: int(best.Height), Alt: plain(m.Alt)}
}

func (m *media) best() size {
	const largest = 2000
	var details struct {
		Width  pixels                     `json:"width"`
		Height pixels                     `json:"height"`
		Sizes  map[string]json.RawMessage `json:"sizes"`
	}
	_ = json.Unmarshal(m.Details, &details) // the parts that fit are filled in
	full := size{m.Source, m.MIME, details.Width, details.Height}
	if max(full.Width, full.Height) <= largest {
		return full
	}
	var fit []size
	for _, name := range sorted(details.Sizes) {
		var s size
		if json.Unmarshal(details.Sizes[name], &s) == nil && s.Source != "" && s.of(full) && max(s.Width, s.Height) <= largest {
			fit = append(fit, s)
		}
	}
	if len(fit) == 0 {
		return full
	}
	return slices.MaxFunc(fit, func(a, b size) int { return cmp.Compare(a.Width, b.Width) })
}

// of tells a smaller copy of a picture from a piece cut out of it.
func (s *size) of(full size) bool {
	across, down := int(s.Width)*int(full.Height), int(s.Height)*int(full.Width)
	return s.Width > 0 && max(across, down)-min(across, down) <= max(across, down)/50
}

func imageType(s string) string {
	if !strings.HasPrefix(s, "image/") {
		return ""
	}
	return s
}

// sharedImage is the picture that an SEO plugin shows with links to the piece.
func (r *reader) sharedImage(yoast json.RawMessage) *domain.Image {
	var said struct {
		Images []struct {
			URL    string `json:"url"`
			Type   string `json:"type"`
			Width  pixels `json:"width"`
			Height pixels `json:"height"`
		} `json:"og_image"`
	}
	_ = json.Unmarshal(yoast, &said) // the parts that fit are filled in
	for _, img := range said.Images {
		if address := webAddress(r.home, img.URL); address != "" {
			return &domain.Image{URL: address, Type: imageType(img.Type), Width: int(img.Width), Height: int(img.Height)}
		}
	}
	return nil
}

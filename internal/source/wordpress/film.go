package wordpress

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/filmdata"
)

// maxWords bounds how many values one field gives.
const maxWords = 100

// factNames are the facts that the option fields may name.
func factNames() []string { return append(filmdata.FieldNames(), "poster", "still") }

// people are the taxonomies in which critics file films by who made them, and
// the facts that they are. Nobody wants them as categories: they are dozens.
func people(taxonomy string) (fact string) {
	name := strings.ReplaceAll(strings.ToLower(taxonomy), "-", "_")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "film_"), "movie_")
	switch strings.TrimSuffix(name, "s") {
	case "director":
		return "directors"
	case "actor", "actress", "actresse", "cast", "performer":
		return "cast"
	case "writer", "screenwriter":
		return "writers"
	}
	return ""
}

// categories are the names of all terms but those that are facts about the film.
func (r *reader) categories(p *piece) []string {
	var names []string
	for _, taxonomy := range p.embedded.taxonomies() {
		if people(taxonomy) != "" || r.isFact(taxonomy) {
			continue
		}
		for _, name := range p.embedded.in(taxonomy) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// isFact tells whether the configuration has a fact in a taxonomy. A genre is
// something to go by too.
func (r *reader) isFact(taxonomy string) bool {
	for fact, from := range r.fields {
		if from == taxonomy && fact != "genres" {
			return true
		}
	}
	return false
}

// film is what the piece says of a film: in the fields that the configuration
// names, where one of those is empty in taxonomies of people, and in the JSON-LD of
// an SEO plugin.
func (r *reader) film(p *piece) *domain.Film {
	facts := map[string][]string{}
	for _, taxonomy := range p.embedded.taxonomies() {
		if fact := people(taxonomy); fact != "" {
			facts[fact] = append(facts[fact], p.embedded.in(taxonomy)...)
		}
	}
	var pictures domain.Film
	for fact, from := range r.fields {
		switch fact {
		case "poster":
			pictures.Poster = r.picture(p.field(from))
		case "still":
			pictures.Still = r.picture(p.field(from))
		default:
			if told := p.told(from); len(told) > 0 {
				facts[fact] = told
			}
		}
	}
	film := filmdata.FromFields(facts)
	if pictures.Poster != nil || pictures.Still != nil {
		film = filmdata.Merge(film, &pictures)
	}
	return filmdata.Merge(film, r.linkedFilm(p))
}

// told are the names in what the configuration names, a taxonomy or a field.
func (p *piece) told(from string) []string {
	if names := p.embedded.in(from); len(names) > 0 {
		return names
	}
	return words(p.field(from))
}

// field is the value at a path into the piece, "acf.rating"; nil when there is
// none. PHP writes an empty object as a list.
func (p *piece) field(path string) json.RawMessage {
	value := p.all
	for name := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if json.Unmarshal(value, &object) != nil {
			return nil
		}
		value = object[name]
	}
	return value
}

// words are the texts in a value as custom fields come: a text, a number, an
// object that names something (a term, a post, a choice), or a list of those.
// false is how Advanced Custom Fields says that there is nothing.
func words(raw json.RawMessage) []string {
	var text string
	var number json.Number
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case json.Unmarshal(raw, &text) == nil:
		if text = plain(text); text != "" {
			return []string{text}
		}
	case json.Unmarshal(raw, &number) == nil:
		return []string{number.String()}
	case json.Unmarshal(raw, &list) == nil:
		var all []string
		for _, one := range list[:min(len(list), maxWords)] {
			all = append(all, words(one)...)
		}
		return all[:min(len(all), maxWords)]
	case json.Unmarshal(raw, &object) == nil:
		for _, name := range []string{"rendered", "name", "post_title", "title", "label", "value"} {
			if all := words(object[name]); len(all) > 0 {
				return all
			}
		}
	}
	return nil
}

// picture is an image in a custom field: its address, or an object with it.
func (r *reader) picture(raw json.RawMessage) *domain.Image {
	var address string
	var object struct {
		URL    string `json:"url"`
		Alt    string `json:"alt"`
		MIME   string `json:"mime_type"`
		Width  pixels `json:"width"`
		Height pixels `json:"height"`
	}
	if json.Unmarshal(raw, &address) == nil {
		object.URL = address
	} else if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	if address = webAddress(r.home, object.URL); address == "" {
		return nil
	}
	return &domain.Image{
		URL: address, Type: imageType(object.MIME), Width: int(object.Width), Height: int(object.Height), Alt: plain(object.Alt),
	}
}

// linkedFilm reads the JSON-LD that an SEO plugin writes into the piece's page,
// and which the API gives too.
func (r *reader) linkedFilm(p *piece) *domain.Film {
	var said struct {
		Schema json.RawMessage `json:"schema"`
	}
	if json.Unmarshal(p.Yoast, &said) != nil || len(said.Schema) == 0 {
		return nil
	}
	address := webAddress(r.home, p.Link)
	if address == "" {
		address = r.home.String()
	}
	facts, err := filmdata.FromPage(scripted(said.Schema), "text/html; charset=utf-8", address)
	if err != nil {
		return nil // a piece need not have any
	}
	return facts.Film
}

// scripted is a page that holds JSON-LD and nothing else.
func scripted(schema json.RawMessage) []byte {
	var page bytes.Buffer
	page.WriteString(`<script type="application/ld+json">`)
	json.HTMLEscape(&page, schema) // so that no text in it ends the script
	page.WriteString("</script>")
	return page.Bytes()
}

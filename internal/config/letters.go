package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The themes of letters.
const (
	ThemePaper  = "paper"
	ThemeScreen = "screen"
)

type letterKeys struct {
	Theme string   `yaml:"theme"`
	Fonts fontKeys `yaml:"fonts"`
	Logo  logoKeys `yaml:"logo"`
}

type fontKeys struct {
	Text     string `yaml:"text"`
	Headings string `yaml:"headings"`
	Labels   string `yaml:"labels"`
}

type logoKeys struct {
	URL    string `yaml:"url"`
	Width  int    `yaml:"width"`
	Height int    `yaml:"height"`
}

// letters reads how letters look.
func (r *reader) letters(node *yaml.Node, l Letters) Letters {
	at := path{"letters"}
	k := letterKeys{Theme: l.Theme}
	r.decode(node, at, &k)
	r.oneOf(k.Theme, at.Key("theme"), []string{ThemePaper, ThemeScreen})
	r.fonts(k.Fonts, at.Key("fonts"))
	r.letterLogo(k.Logo, at.Key("logo"))
	return Letters{Theme: k.Theme, Fonts: Fonts(k.Fonts), Logo: Logo(k.Logo)}
}

// fonts checks names of families and commas: what stands in a style must not end it.
func (r *reader) fonts(k fontKeys, at path) {
	for _, f := range []struct{ key, list string }{{"text", k.Text}, {"headings", k.Headings}, {"labels", k.Labels}} {
		if !regexp.MustCompile(`^[\pL\pN ,'-]*$`).MatchString(f.list) || strings.Count(f.list, "'")%2 != 0 {
			r.mistake(at.Key(f.key), `%q is no list of fonts: write Georgia, 'Times New Roman', serif`, f.list)
		}
	}
}

// widest is as broad as a letter's text.
const widest = 552

func (r *reader) letterLogo(k logoKeys, at path) {
	if k == (logoKeys{}) {
		return
	}
	if r.required(k.URL, at.Key("url"), "the address of a PNG or JPEG on your own server") {
		r.webAddress(k.URL, at.Key("url"))
	}
	if k.Width < 1 || k.Width > widest || k.Height < 1 || k.Height > widest {
		r.mistake(at, "needs the width and height in which it is shown, 1 to %d pixels each: write width: 240 and height: 60", widest)
	}
}

package config

import (
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"

	"marquee/internal/yamlfile"
)

type tmdbKeys struct {
	Token   Secret   `yaml:"token"`
	Regions []string `yaml:"regions"`
}

// tmdb reads how TMDB is asked, which it is not without a token.
func (r *reader) tmdb(node *yaml.Node) TMDB {
	at := path{"tmdb"}
	var k tmdbKeys
	r.decode(node, at, &k)
	if yamlfile.IsNull(node) {
		return TMDB{}
	}
	if k.Token.IsZero() && node.Kind == yaml.MappingNode {
		r.mistake(at.Key("token"), "missing: write the API Read Access Token, from themoviedb.org/settings/api")
	}
	if strings.ContainsAny(k.Token.Reveal(), " \t\r\n") {
		r.mistake(at.Key("token"), "holds a blank: copy the token alone")
	}
	for i, code := range k.Regions {
		if region, err := language.ParseRegion(code); err != nil || region.String() != code || !region.IsCountry() {
			r.mistake(at.Key("regions").Element(i), "%q is no country: write its two capital letters, such as US or DE", code)
		}
	}
	t := TMDB(k)
	if len(t.Regions) == 0 {
		t.Regions = []string{"US"}
	}
	return t
}

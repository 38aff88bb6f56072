package config

import (
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

type publicationKeys struct {
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	URL         string `yaml:"url"`
	Author      string `yaml:"author"`
	Language    string `yaml:"language"`
	Timezone    string `yaml:"timezone"`
	Patreon     string `yaml:"patreon"`
	Address     string `yaml:"address"`
	Icon        string `yaml:"icon"`
	Logo        string `yaml:"logo"`
	Cover       string `yaml:"cover"`
	AccentColor string `yaml:"accent_color"`
}

func (r *reader) publication(node *yaml.Node, p domain.Publication) domain.Publication {
	at := path{"publication"}
	k := publicationKeys{Language: p.Language, Timezone: p.Zone.String()}
	r.decode(node, at, &k)
	r.required(k.Title, at.Key("title"), "the publication's name, as readers know it")
	if r.required(k.URL, at.Key("url"), "the address of its home page") {
		r.webAddress(k.URL, at.Key("url"))
	}
	r.webAddress(k.Patreon, at.Key("patreon"))
	r.language(k.Language, at.Key("language"))
	return domain.Publication{
		Title: k.Title, Description: k.Description, URL: k.URL, Author: k.Author, Language: k.Language,
		Zone: r.zone(k.Timezone, at.Key("timezone")), Patreon: k.Patreon, Address: k.Address,
		Look: r.look(k, at),
	}
}

// look reads what feed readers show of the publication.
func (r *reader) look(k publicationKeys, at path) domain.Look {
	r.webAddress(k.Icon, at.Key("icon"))
	r.webAddress(k.Logo, at.Key("logo"))
	r.webAddress(k.Cover, at.Key("cover"))
	accent := strings.TrimPrefix(k.AccentColor, "#")
	if accent != "" && !regexp.MustCompile(`^[0-9A-Fa-f]{6}$`).MatchString(accent) {
		r.mistake(at.Key("accent_color"), "%q is no colour: write six hexadecimal digits in quotes, as in \"1E4B96\"", k.AccentColor)
	}
	return domain.Look{Icon: k.Icon, Logo: k.Logo, Cover: k.Cover, Accent: strings.ToUpper(accent)}
}

// language checks the form of a language tag (RFC 5646 §2.1), not its words.
func (r *reader) language(tag string, at path) {
	if !regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`).MatchString(tag) {
		r.mistake(at, "%q is no language: write a tag such as en-US, de or pt-BR", tag)
	}
}

// zone finds a time zone. The host's own is refused: slots must not move when
// the daemon does.
func (r *reader) zone(name string, at path) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		r.mistake(at, "%q is no time zone: write its IANA name, such as America/Chicago, Europe/Berlin or UTC", name)
		return time.UTC
	}
	return zone
}

package config

import (
	"cmp"

	"go.yaml.in/yaml/v4"
)

// maxFeed bounds a feed's items: more than readers keep, and than a document
// should weigh. Older items are in the feed's archive (RFC 5005).
const maxFeed = 500

type feedKeys struct {
	Title       string        `yaml:"title"`
	Description string        `yaml:"description"`
	Items       selectionKeys `yaml:"items"`
	Limit       int           `yaml:"limit"`
}

type selectionKeys struct {
	Kinds   []string `yaml:"kinds"`
	Series  []string `yaml:"series"`
	Sources []string `yaml:"sources"`
}

func (r *reader) feeds(node *yaml.Node, cfg *Config) []Feed {
	var names []string
	for _, s := range cfg.Sources {
		names = append(names, s.Name)
	}
	var feeds []Feed
	for _, e := range r.named(node, path{"feeds"}) {
		f := r.feed(e, names)
		f.Title = cmp.Or(f.Title, cfg.Publication.Title)
		feeds = append(feeds, f)
	}
	return feeds
}

func (r *reader) feed(e entry, sources []string) Feed {
	k := feedKeys{Limit: defaultFeed().Limit}
	r.decode(e.node, e.at, &k)
	if k.Limit < 1 || k.Limit > maxFeed {
		r.mistake(e.at.key("limit"), "%d is out of range: write how many items the feed holds, 1 to %d", k.Limit, maxFeed)
	}
	items := e.at.key("items")
	for i, name := range k.Items.Sources {
		r.oneOf(name, items.key("sources").element(i), sources)
	}
	return Feed{
		Name: e.name, Title: k.Title, Description: k.Description, Limit: k.Limit,
		Items: Selection{
			Kinds:  r.itemKinds(k.Items.Kinds, items.key("kinds")),
			Series: k.Items.Series, Sources: k.Items.Sources,
		},
	}
}

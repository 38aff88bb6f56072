package config

import (
	"cmp"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

// maxFeed bounds a feed's items: more than readers keep, and than a document
// should weigh. Older items are in the feed's archive (RFC 5005).
const maxFeed = 500

type feedKeys struct {
	Title       string        `yaml:"title"`
	Description string        `yaml:"description"`
	Items       selectionKeys `yaml:"items"`
	Entries     string        `yaml:"entries"`
	ItemTitle   string        `yaml:"item_title"`
	Limit       int           `yaml:"limit"`
}

type selectionKeys struct {
	Kinds   []string `yaml:"kinds"`
	Series  []string `yaml:"series"`
	Sources []string `yaml:"sources"`
	Tags    []string `yaml:"tags"`
	Rating  string   `yaml:"rating"`
	Years   string   `yaml:"years"`
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
		r.mistake(e.at.Key("limit"), "%d is out of range: write how many items the feed holds, 1 to %d", k.Limit, maxFeed)
	}
	return Feed{
		Name: e.name, Title: k.Title, Description: k.Description, Limit: k.Limit, ItemTitle: k.ItemTitle,
		Entries: r.entriesOf(k.Entries, e.at.Key("entries")),
		Items:   r.selection(k.Items, e.at.Key("items"), sources),
	}
}

// entriesOf is what an entry is.
func (r *reader) entriesOf(s string, at path) string {
	const items = "items"
	if s == "" || s == items || !r.oneOf(s, at, []string{items, EntriesPicks, EntriesEditions}) {
		return ""
	}
	return s
}

func (r *reader) selection(k selectionKeys, at path, sources []string) Selection {
	for i, name := range k.Sources {
		r.oneOf(name, at.Key("sources").Element(i), sources)
	}
	return Selection{
		Kinds:  r.itemKinds(k.Kinds, at.Key("kinds")),
		Series: k.Series, Sources: k.Sources, Tags: k.Tags,
		Rating: r.rating(k.Rating, at.Key("rating")), Years: r.years(k.Years, at.Key("years")),
	}
}

// rating is a rating on a scale that is written out, nil for none.
func (r *reader) rating(s string, at path) *domain.Rating {
	if s == "" {
		return nil
	}
	rating, err := domain.ParseRating(s, 0)
	if err != nil {
		r.mistake(at, "%q is no rating on a scale: write the least that is taken, as in 3/4", s)
		return nil
	}
	return &rating
}

// years reads "1962", "1960-1979", "1960-" or "-1979".
func (r *reader) years(s string, at path) Years {
	m := regexp.MustCompile(`^(\d{4})?(-)?(\d{4})?$`).FindStringSubmatch(s)
	if m == nil || m[2] == "" && m[3] != "" || s == "-" {
		r.mistake(at, "%q are no years: write one, as in 1962, or the first and the last, as in 1960-1979", s)
		return Years{}
	}
	from, _ := strconv.Atoi(m[1]) // "" is 0: no end
	to, _ := strconv.Atoi(m[3])
	if m[2] == "" {
		to = from
	}
	if to != 0 && to < from {
		r.mistake(at, "%q ends before it begins: write the first year, then the last", s)
	}
	return Years{From: from, To: to}
}

package config

import (
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

type sourceKeys struct {
	Kind       string    `yaml:"kind"`
	Schedule   string    `yaml:"schedule"`
	Settle     Duration  `yaml:"settle"`
	Flood      int       `yaml:"flood"`
	AlertAfter Duration  `yaml:"alert_after"`
	Apart      bool      `yaml:"apart"`
	Credit     yaml.Node `yaml:"credit"`
	Release    yaml.Node `yaml:"release"`
	Rules      yaml.Node `yaml:"rules"`
}

// maxSettle is how long a piece may be kept out of editions for want of quiet.
const maxSettle = 24 * time.Hour

type creditKeys struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
}

type rulesKeys struct {
	Kind      string   `yaml:"kind"`
	Rating    float64  `yaml:"rating"`
	Exclusive []string `yaml:"exclusive"`
	Match     listed   `yaml:"match"`
}

type ruleKeys struct {
	Category string    `yaml:"category"`
	Path     string    `yaml:"path"`
	Title    string    `yaml:"title"`
	Kind     string    `yaml:"kind"`
	Series   string    `yaml:"series"`
	Release  yaml.Node `yaml:"release"`
	Skip     bool      `yaml:"skip"`
}

// sources reads the sources, and notes the ladders of those that have one.
func (r *reader) sources(node *yaml.Node, cfg *Config) []Source {
	var sources []Source
	for _, e := range r.named(node, path{"sources"}) {
		sources = append(sources, r.source(e, cfg))
	}
	return sources
}

func (r *reader) source(e entry, cfg *Config) Source {
	s := defaultSource()
	k := sourceKeys{Schedule: s.Schedule, Settle: Duration(s.Settle), Flood: s.Flood, AlertAfter: Duration(s.AlertAfter)}
	opts := r.options(e, &k)
	r.required(k.Kind, e.at.Key("kind"), "what kind of source it is, such as webfeed")
	r.required(k.Schedule, e.at.Key("schedule"), `when it is read, such as "0 * * * *", or remove the key`)
	if time.Duration(k.Settle) > maxSettle {
		r.mistake(e.at.Key("settle"), "is longer than a day, in which a weekly letter would miss too much: write a time such as 15m")
	}
	if k.Flood < 0 {
		r.mistake(e.at.Key("flood"), "must not be below 0: write how many old pieces may come back as new at once, or 0 for any number")
	}
	if !k.Release.IsZero() {
		cfg.Release.Sources[e.name] = r.ladder(entry{at: e.at.Key("release"), node: &k.Release}, cfg.Tiers)
	}
	return Source{
		Name: e.name, Kind: k.Kind, Schedule: k.Schedule, Settle: time.Duration(k.Settle), Flood: k.Flood,
		AlertAfter: time.Duration(k.AlertAfter), Apart: k.Apart,
		Credit: r.credit(&k.Credit, e.at.Key("credit")),
		Rules:  r.rules(&k.Rules, e.at.Key("rules"), s.Rules, cfg.Tiers), Options: opts,
	}
}

func (r *reader) credit(node *yaml.Node, at path) Credit {
	var k creditKeys
	r.decode(node, at, &k)
	r.webAddress(k.URL, at.Key("url"))
	if (k.Title == "") != (k.URL == "") {
		r.mistake(at, "is half a credit: write both title, what the source is called, and url, the address of its feed or site")
	}
	return Credit(k)
}

func (r *reader) rules(node *yaml.Node, at path, rules Rules, tiers domain.Tiers) Rules {
	k := rulesKeys{Kind: string(rules.Kind), Rating: rules.Rating}
	r.decode(node, at, &k)
	r.oneOf(k.Kind, at.Key("kind"), itemKindNames())
	if !(domain.Rating{Best: k.Rating}).Valid() {
		r.mistake(at.Key("rating"), "%v is no best rating: write how many stars the best film gets, such as 4 or 5", k.Rating)
	}
	rules = Rules{Kind: domain.ItemKind(k.Kind), Rating: k.Rating, Exclusive: k.Exclusive}
	for i, phrase := range k.Exclusive {
		if strings.TrimSpace(phrase) == "" {
			r.mistake(at.Key("exclusive").Element(i), "is empty and would mark every piece: write a phrase from the teasers")
		}
	}
	for _, e := range elements(k.Match, at.Key("match")) {
		rules.Match = append(rules.Match, r.rule(e, tiers))
	}
	return rules
}

func (r *reader) rule(e entry, tiers domain.Tiers) Rule {
	var k ruleKeys
	r.decode(e.node, e.at, &k)
	if k.Category == "" && k.Path == "" && k.Title == "" {
		r.mistake(e.at, "matches nothing: write a category, a path or a title to match")
	}
	var release domain.Ladder
	if !k.Release.IsZero() {
		release = r.ladder(entry{at: e.at.Key("release"), node: &k.Release}, tiers)
	}
	if k.Kind == "" && k.Series == "" && len(release) == 0 && !k.Skip {
		r.mistake(e.at, "does nothing: write the kind, the series or the release that such pieces get, or skip: true")
	}
	if k.Path != "" && !strings.HasPrefix(k.Path, "/") {
		r.mistake(e.at.Key("path"), "%q begins no path: write what follows the site's name, from / on", k.Path)
	}
	if _, err := regexp.Compile(k.Title); err != nil {
		r.mistake(e.at.Key("title"), "is no regular expression: %w: put a \\ before signs that stand for themselves", err)
	}
	if k.Kind != "" {
		r.oneOf(k.Kind, e.at.Key("kind"), itemKindNames())
	}
	return Rule{
		Category: k.Category, Path: k.Path, Title: k.Title,
		Kind: domain.ItemKind(k.Kind), Series: k.Series, Release: release, Skip: k.Skip,
	}
}

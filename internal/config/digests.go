package config

import (
	"cmp"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

// What a digest does in a week without anything to say.
const (
	WhenEmptySkip = "skip"
	WhenEmptySend = "send"
)

type digestKeys struct {
	Title     string   `yaml:"title"`
	Schedule  string   `yaml:"schedule"`
	Cutoff    Duration `yaml:"cutoff"`
	To        string   `yaml:"to"`
	WhenEmpty string   `yaml:"when_empty"`
	Grace     Duration `yaml:"grace"`
	Period    Duration `yaml:"period"`
	Subject   string   `yaml:"subject"`
	Credits   string   `yaml:"credits"`
	Sections  listed   `yaml:"sections"`
}

type sectionKeys struct {
	Section string `yaml:"section"`
	Title   string `yaml:"title"`
	To      string `yaml:"to"`
}

func (r *reader) digests(node *yaml.Node, cfg *Config) []Digest {
	var digests []Digest
	for _, e := range r.named(node, path{"digests"}) {
		d, k := defaultDigest(), digestKeys{}
		k.Cutoff, k.Grace, k.Period = Duration(d.Cutoff), Duration(d.Grace), Duration(d.Period)
		k.To, k.WhenEmpty = d.To, d.WhenEmpty
		r.decode(e.node, e.at, &k)
		r.required(k.Schedule, e.at.key("schedule"), `when it is sent, such as "0 17 * * FRI"`)
		r.oneOf(k.WhenEmpty, e.at.key("when_empty"), []string{WhenEmptySkip, WhenEmptySend})
		if k.Period <= 0 {
			r.mistake(e.at.key("period"), "must be positive: write a time span such as 7d")
		}
		digests = append(digests, Digest{
			Name: e.name, Title: cmp.Or(k.Title, cfg.Publication.Title), Schedule: k.Schedule,
			Cutoff: time.Duration(k.Cutoff), To: r.group(k.To, e.at.key("to"), cfg.Tiers),
			WhenEmpty: k.WhenEmpty, Grace: time.Duration(k.Grace), Period: time.Duration(k.Period), Subject: k.Subject, Credits: k.Credits,
			Sections: r.sections(k.Sections, e.at.key("sections"), cfg.Tiers),
		})
	}
	return digests
}

func (r *reader) sections(list listed, at path, tiers domain.Tiers) []Section {
	if len(list) == 0 {
		r.mistake(at, "missing: write at least one, as in [{section: reviews}]")
	}
	var sections []Section
	for _, e := range elements(list, at) {
		k := sectionKeys{To: domain.ToEveryone}
		opts := r.options(e, &k)
		r.required(k.Section, e.at.key("section"), "what it shows, such as reviews or picks")
		sections = append(sections, Section{Kind: k.Section, Title: k.Title, To: r.group(k.To, e.at.key("to"), tiers), Options: opts})
	}
	return sections
}

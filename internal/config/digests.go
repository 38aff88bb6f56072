package config

import (
	"cmp"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

// What a digest does in a week without anything to say.
const (
	WhenEmptySkip = "skip"
	WhenEmptySend = "send"
)

// What a digest does without something that a section waits for.
const (
	WhenMissingSend = "send"
	WhenMissingHold = "hold"
)

// Whether a digest's editions go out by themselves.
const (
	ApprovalNone = "none"
	ApprovalWait = "wait"
)

type digestKeys struct {
	Title       string    `yaml:"title"`
	Schedule    string    `yaml:"schedule"`
	Cutoff      Duration  `yaml:"cutoff"`
	To          string    `yaml:"to"`
	WhenEmpty   string    `yaml:"when_empty"`
	WhenMissing string    `yaml:"when_missing"`
	Wait        Duration  `yaml:"wait"`
	Approval    string    `yaml:"approval"`
	Dates       yaml.Node `yaml:"dates"`
	Grace       Duration  `yaml:"grace"`
	Period      Duration  `yaml:"period"`
	Subject     string    `yaml:"subject"`
	Credits     string    `yaml:"credits"`
	Sections    listed    `yaml:"sections"`
}

type datesKeys struct {
	Skip []string `yaml:"skip"`
	Also []string `yaml:"also"`
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
		k.To, k.WhenEmpty, k.WhenMissing, k.Approval = d.To, d.WhenEmpty, d.WhenMissing, d.Approval
		r.decode(e.node, e.at, &k)
		r.required(k.Schedule, e.at.Key("schedule"), `when it is sent, such as "0 17 * * FRI"`)
		r.oneOf(k.WhenEmpty, e.at.Key("when_empty"), []string{WhenEmptySkip, WhenEmptySend})
		r.oneOf(k.WhenMissing, e.at.Key("when_missing"), []string{WhenMissingSend, WhenMissingHold})
		r.oneOf(k.Approval, e.at.Key("approval"), []string{ApprovalNone, ApprovalWait})
		if k.Period <= 0 {
			r.mistake(e.at.Key("period"), "must be positive: write a time span such as 7d")
		}
		digests = append(digests, Digest{
			Name: e.name, Title: cmp.Or(k.Title, cfg.Publication.Title), Schedule: k.Schedule,
			Cutoff: time.Duration(k.Cutoff), To: r.group(k.To, e.at.Key("to"), cfg.Tiers),
			WhenMissing: k.WhenMissing, Wait: time.Duration(k.Wait), Approval: k.Approval, Dates: r.dates(&k.Dates, e.at.Key("dates")),
			WhenEmpty: k.WhenEmpty, Grace: time.Duration(k.Grace), Period: time.Duration(k.Period), Subject: k.Subject, Credits: k.Credits,
			Sections: r.sections(k.Sections, e.at.Key("sections"), cfg.Tiers),
		})
	}
	return digests
}

// dates reads where a digest leaves its schedule.
func (r *reader) dates(node *yaml.Node, at path) Dates {
	var k datesKeys
	var d Dates
	r.decode(node, at, &k)
	for i, text := range k.Skip {
		day, err := domain.ParseDate(text)
		if err != nil {
			r.mistake(at.Key("skip").Element(i), "%q is no day: write 2026-12-25", text)
			continue
		}
		d.Skip = append(d.Skip, day)
	}
	for i, text := range k.Also {
		if _, err := time.Parse(domain.SlotLayout, text); err != nil {
			r.mistake(at.Key("also").Element(i), "%q is no date and time: write 2026-12-23T12:00", text)
			continue
		}
		d.Also = append(d.Also, domain.Slot(text))
	}
	slices.Sort(d.Also)
	return d
}

func (r *reader) sections(list listed, at path, tiers domain.Tiers) []Section {
	if len(list) == 0 {
		r.mistake(at, "missing: write at least one, as in [{section: reviews}]")
	}
	var sections []Section
	for _, e := range elements(list, at) {
		k := sectionKeys{To: domain.ToEveryone}
		opts := r.options(e, &k)
		r.required(k.Section, e.at.Key("section"), "what it shows, such as reviews or picks")
		sections = append(sections, Section{Kind: k.Section, Title: k.Title, To: r.group(k.To, e.at.Key("to"), tiers), Options: opts})
	}
	return sections
}

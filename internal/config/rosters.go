package config

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

type rosterKeys struct {
	Kind     string   `yaml:"kind"`
	Schedule string   `yaml:"schedule"`
	Grace    Duration `yaml:"grace"`
	Syncs    int      `yaml:"syncs"`
	Share    int      `yaml:"share"`
}

func (r *reader) rosters(node *yaml.Node) []Roster {
	var rosters []Roster
	for _, e := range r.named(node, path{"rosters"}) {
		rosters = append(rosters, r.roster(e))
	}
	return rosters
}

func (r *reader) roster(e entry) Roster {
	d := defaultRoster()
	k := rosterKeys{Grace: Duration(d.Grace), Syncs: d.Syncs, Share: d.Share}
	opts := r.options(e, &k)
	r.required(k.Kind, e.at.Key("kind"), "what kind of roster it is, such as patreon or csvfile")
	if slices.Contains([]string{domain.RosterReaders, domain.RosterByHand}, e.name) {
		r.mistake(e.at, "is the name of people whom no roster lists: give the roster another name")
	}
	if k.Syncs < 1 {
		r.mistake(e.at.Key("syncs"), "%d is too few: write how many syncs in a row must miss somebody, from 1 on", k.Syncs)
	}
	if k.Share < 0 || k.Share > 100 {
		r.mistake(e.at.Key("share"), "%d is no share: write how many of a hundred may leave at once, 0 to 100", k.Share)
	}
	return Roster{
		Name: e.name, Kind: k.Kind, Schedule: k.Schedule,
		Grace: time.Duration(k.Grace), Syncs: k.Syncs, Share: k.Share, Options: opts,
	}
}

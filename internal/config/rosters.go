package config

import "go.yaml.in/yaml/v4"

type rosterKeys struct {
	Kind string `yaml:"kind"`
}

func (r *reader) rosters(node *yaml.Node) []Roster {
	var rosters []Roster
	for _, e := range r.named(node, path{"rosters"}) {
		var k rosterKeys
		opts := r.options(e, &k)
		r.required(k.Kind, e.at.key("kind"), "what kind of roster it is, such as csvfile")
		rosters = append(rosters, Roster{Name: e.name, Kind: k.Kind, Options: opts})
	}
	return rosters
}

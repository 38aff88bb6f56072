package config

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

type stepKeys struct {
	To    string   `yaml:"to"`
	After Duration `yaml:"after"`
}

// release reads the ladders. A key that is an item kind's name means the kind;
// every other key means a series.
func (r *reader) release(node *yaml.Node, tiers domain.Tiers) Release {
	release := Release{Series: map[string]domain.Ladder{}, Sources: map[string]domain.Ladder{}, Kinds: map[domain.ItemKind]domain.Ladder{}}
	seen := map[string]string{}
	for _, e := range r.entries(node, path{"release"}) {
		folded := strings.ToLower(e.name)
		if earlier, ok := seen[folded]; ok {
			r.mistake(e.at, "means the same as %s above it: keep one of the two", earlier)
		}
		seen[folded] = e.name
		ladder := r.ladder(e, tiers)
		switch {
		case slices.Contains(itemKindNames(), e.name):
			release.Kinds[domain.ItemKind(e.name)] = ladder
		case slices.Contains(itemKindNames(), folded):
			r.mistake(e.at, "is it the item kind or a series?: write %s for the kind", folded)
		default:
			release.Series[e.name] = ladder
		}
	}
	return release
}

// ladder reads the steps. A series or a source may have none, [], to be open
// although a kind is not.
func (r *reader) ladder(e entry, tiers domain.Tiers) domain.Ladder {
	if e.node.Kind != yaml.SequenceNode {
		r.mistake(e.at, "must be a list of steps: write [{to: patrons, after: 0s}, {to: everyone, after: 48h}]")
		return nil
	}
	var steps listed
	for _, node := range e.node.Content {
		steps = append(steps, *node)
	}
	ladder := domain.Ladder{}
	for _, step := range elements(steps, e.at) {
		var k stepKeys
		r.decode(step.node, step.at, &k)
		to := r.group(k.To, step.at.Key("to"), tiers)
		after := time.Duration(k.After)
		if n := len(ladder); n > 0 && after < ladder[n-1].After {
			r.mistake(step.at.Key("after"), "%v is earlier than the step before it: write the steps earliest first", after)
		}
		ladder = append(ladder, domain.Step{To: to, After: after})
	}
	return ladder
}

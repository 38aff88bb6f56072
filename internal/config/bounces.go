package config

import (
	"time"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
)

type bounceKeys struct {
	Dead     int      `yaml:"dead"`
	Within   Duration `yaml:"within"`
	Editions int      `yaml:"editions"`
	Over     Duration `yaml:"over"`
}

// bounces reads when an address gets no more mail.
func (r *reader) bounces(node *yaml.Node, at path, rules domain.BounceRules) domain.BounceRules {
	k := bounceKeys{Dead: rules.Dead, Within: Duration(rules.Within), Editions: rules.Editions, Over: Duration(rules.Over)}
	r.decode(node, at, &k)
	for _, n := range []struct {
		key   string
		value int
	}{{"dead", k.Dead}, {"editions", k.Editions}} {
		if n.value < 1 {
			r.mistake(at.Key(n.key), "%d is too few: write how many letters must come back, from 1 on", n.value)
		}
	}
	return domain.BounceRules{Dead: k.Dead, Within: time.Duration(k.Within), Editions: k.Editions, Over: time.Duration(k.Over)}
}

package config_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
)

type kindOptions struct {
	URL      string          `yaml:"url"`
	Max      int             `yaml:"max"`
	Every    config.Duration `yaml:"every"`
	Wait     time.Duration   `yaml:"wait"`
	Password config.Secret   `yaml:"password"`
	Logins   []login         `yaml:"logins"`
	Deep     *login          `yaml:"deep"`
}

type login struct {
	User  string        `yaml:"user"`
	Token config.Secret `yaml:"token"`
}

// TestOptionsMistakes gathers the mistakes of two kinds, as the program does.
func TestOptionsMistakes(t *testing.T) {
	t.Parallel()
	cfg := parse(t, minimal+`sources:
  reviews:
    kind: webfeed
    urll: x
    shedule: "@daily"
    max: [1]
    wait: 10 minutes
  other: {kind: webfeed, password_file: none, logins: [{user: [a]}, 5], every: soon, deep: {tokn: x, kin: y}}
`)
	var all config.Errors
	for _, s := range cfg.Sources {
		var o kindOptions
		err := s.Options.Decode(&o)
		if !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("Decode = %v", err)
		}
		all.Add(err)
		all.Add(s.Options.Errorf("kind", "is closed: write another"))
	}
	all.Add(errors.Join(cfg.Sources[0].Options.Errorf("url", "missing: write the feed's address"), errors.New("no place at all")))
	want := strings.Join([]string{
		`no place at all`,
		`3:3: sources.reviews.url: missing: write the feed's address`,
		`4:5: sources.reviews.kind: is closed: write another`,
		`5:5: sources.reviews.urll: unknown key (did you mean url?)`,
		`6:5: sources.reviews.shedule: unknown key (did you mean schedule?)`,
		`7:5: sources.reviews.max: must be a whole number: write 5, without quotes`,
		`8:5: sources.reviews.wait: must be a time span: write 30s, 15m or 48h`,
		`9:11: sources.other.kind: is closed: write another`,
		`9:26: sources.other.password_file: none cannot be used: no such file or directory: write the secret into it, and let Marquee read it`,
		`9:57: sources.other.logins[0].user: must be text: put it in quotes`,
		`9:69: sources.other.logins[1]: must hold keys: write them indented on the lines below`,
		`9:73: sources.other.every: is no time span: write 30s, 15m, 48h or 10d`,
		`9:93: sources.other.deep.tokn: unknown key (did you mean token?)`,
		`9:102: sources.other.deep.kin: unknown key (known: user, token)`,
	}, "\n")
	got := strings.ReplaceAll(all.Err().Error(), "testdata/config.yaml:", "")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

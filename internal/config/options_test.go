package config_test

import (
	"errors"
	"fmt"
	"path/filepath"
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
	Kind     domain.ItemKind `yaml:"item_kind"`
	Password config.Secret   `yaml:"password"`
	Logins   []login         `yaml:"logins"`
	Deep     *login          `yaml:"deep"`
}

type login struct {
	User  string        `yaml:"user"`
	Token config.Secret `yaml:"token"`
}

func TestOptionsDecode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "pw"), "hunter2\n")
	opts, err := config.ParseOptions(`
url: https://lanternscreen.example
every: 2d
item_kind: picks
password_file: pw
logins: [{user: a, token: 0123}, {user: b, token_file: pw}]
deep: {token_file: pw}
`, dir)
	if err != nil {
		t.Fatal(err)
	}
	o := kindOptions{Max: 10}
	if err := opts.Decode(&o); err != nil {
		t.Fatal(err)
	}
	if o.Max != 10 || time.Duration(o.Every) != 48*time.Hour || o.Kind != domain.Picks || o.URL == "" {
		t.Errorf("decoded %+v", o)
	}
	if o.Password.Reveal() != "hunter2" || o.Logins[0].Token.Reveal() != "0123" || o.Logins[1].Token.Reveal() != "hunter2" || o.Deep.Token.Reveal() != "hunter2" {
		t.Error("secrets differ from their files")
	}
	if err := opts.Errorf("password", "is too short"); err.Error() != "options:5:1: password: is too short" {
		t.Errorf("the place of a secret in a file: %v", err)
	}
	if opts.Keys()[3] != "password_file" {
		t.Errorf("decoding changed the options: %v", opts.Keys())
	}
	if got, want := opts.Path("picks"), filepath.Join(dir, "picks"); got != want || opts.Path("/picks") != "/picks" || opts.Path("") != "" {
		t.Errorf("paths: %s, %s, %s", got, opts.Path("/picks"), opts.Path(""))
	}
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

func TestZeroOptions(t *testing.T) {
	t.Parallel()
	var opts config.Options
	o := kindOptions{Max: 3}
	if err := opts.Decode(&o); err != nil || o.Max != 3 || len(opts.Keys()) != 0 {
		t.Errorf("decoded %+v, %v, %v", o, opts.Keys(), err)
	}
	if err := opts.Errorf("url", "missing"); err.Error() != "url: missing" {
		t.Errorf("error is %v", err)
	}
	if _, err := config.ParseOptions("{", "."); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("malformed options: %v", err)
	}
}

func TestErrorsKeepCauses(t *testing.T) {
	t.Parallel()
	var errs config.Errors
	if errs.Add(nil); errs.Err() != nil {
		t.Error("nothing is a mistake")
	}
	opts, err := config.ParseOptions("path: picks", ".")
	if err != nil {
		t.Fatal(err)
	}
	errs.Add(errors.New("one"))
	errs.Add(errors.New("two"))
	errs.Add(fmt.Errorf("build the sources: %w", opts.Errorf("path", "cannot be read: %w", domain.ErrNotFound)))
	if !errors.Is(errs.Err(), domain.ErrNotFound) || errs.Error() != "one\ntwo\noptions:1:1: path: cannot be read: not found" {
		t.Errorf("error is %v", errs.Err())
	}
}

func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "empty"), "\n")
	writeFile(t, filepath.Join(dir, "long"), strings.Repeat("x", 64<<10+1))
	writeFile(t, filepath.Join(dir, "full"), strings.Repeat("x", 64<<10))
	for name, want := range map[string]string{
		"empty": "it is empty", "long": "it is longer than 64 KB", ".": "is a directory", "full": "",
	} {
		opts, err := config.ParseOptions("password_file: "+name, dir)
		if err != nil {
			t.Fatal(err)
		}
		var o kindOptions
		err = opts.Decode(&o)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), name+" cannot be used: "+want) {
			t.Errorf("%s: error is %v, want %s", name, err, want)
		}
	}
}

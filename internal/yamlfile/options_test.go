package yamlfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/yamlfile"
)

type kindOptions struct {
	URL      string            `yaml:"url"`
	Max      int               `yaml:"max"`
	Every    yamlfile.Duration `yaml:"every"`
	Wait     time.Duration     `yaml:"wait"`
	Kind     domain.ItemKind   `yaml:"item_kind"`
	Password yamlfile.Secret   `yaml:"password"`
	Logins   []login           `yaml:"logins"`
	Deep     *login            `yaml:"deep"`
}

type login struct {
	User  string          `yaml:"user"`
	Token yamlfile.Secret `yaml:"token"`
}

func TestOptionsDecode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "pw"), "hunter2\n")
	opts, err := yamlfile.ParseOptions(`
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

func TestZeroOptions(t *testing.T) {
	t.Parallel()
	var opts yamlfile.Options
	o := kindOptions{Max: 3}
	if err := opts.Decode(&o); err != nil || o.Max != 3 || len(opts.Keys()) != 0 {
		t.Errorf("decoded %+v, %v, %v", o, opts.Keys(), err)
	}
	if err := opts.Errorf("url", "missing"); err.Error() != "url: missing" {
		t.Errorf("error is %v", err)
	}
	if _, err := yamlfile.ParseOptions("{", "."); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("malformed options: %v", err)
	}
}

func TestErrorsKeepCauses(t *testing.T) {
	t.Parallel()
	var errs yamlfile.Errors
	if errs.Add(nil); errs.Err() != nil {
		t.Error("nothing is a mistake")
	}
	opts, err := yamlfile.ParseOptions("path: picks", ".")
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
		opts, err := yamlfile.ParseOptions("password_file: "+name, dir)
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

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/domain"
)

// TestBadFiles loads one bad file per mistake. The first line says what its only
// mistake is reported as, after the file's name.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/config/*.yaml")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d bad files, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := bytes.Cut(data, []byte("\n"))
			want, ok := strings.CutPrefix(string(first), "# want: ")
			if !ok {
				t.Fatalf("first line is %q, not # want: …", first)
			}
			checkBad(t, file, want)
		})
	}
}

func checkBad(t *testing.T, file, want string) {
	t.Helper()
	cfg, err := config.Load(file, nil)
	if cfg != nil || !errors.Is(err, domain.ErrInvalid) {
		t.Fatalf("Load = %v, %v; want no configuration and an invalid one's error", cfg, err)
	}
	lines := strings.Split(err.Error(), "\n")
	found := false
	for _, line := range lines {
		place, ok := strings.CutPrefix(line, file+":")
		if !ok {
			t.Errorf("mistake does not begin with the file's name: %s", line)
		}
		found = found || strings.Contains(place, want)
	}
	if !found {
		t.Errorf("got  %s\nwant …%s…", err, want)
	}
	if len(lines) > 1 && !strings.Contains(file, "no_keys") && !strings.Contains(file, "publication_missing") {
		t.Errorf("one mistake is reported as %d:\n%s", len(lines), err)
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	const text = `publication: {titel: Lantern Screen, url: lanternscreen.example}
server:
  listen: ${LISTEN}
feeds:
  Reviews: {limit: many, items: {kinds: [revue], sources: [a]}}
mail:
  key_file: none
sources:
  a: {kind: webfeed, rules: {rating: x, match: [5, {kind: essay}]}}
`
	_, err := config.Parse([]byte(text), "c.yaml", nil)
	want := strings.Join([]string{
		`c.yaml:1:1: publication.title: missing: write the publication's name, as readers know it`,
		`c.yaml:1:15: publication.titel: unknown key (did you mean title?)`,
		`c.yaml:1:38: publication.url: "lanternscreen.example" is no web address: write it whole, as in https://lanternscreen.example`,
		`c.yaml:3:3: server.listen: the environment has no variable LISTEN: set it, or write the value here`,
		`c.yaml:5:3: feeds.Reviews: is no name: write small letters a-z, digits and -, beginning with a letter or digit`,
		`c.yaml:5:13: feeds.Reviews.limit: must be a whole number: write 5, without quotes`,
		`c.yaml:5:42: feeds.Reviews.items.kinds[0]: "revue" is not known here (known: review, essay, list, picks, post, poll)`,
		`c.yaml:7:3: mail.key_file: none cannot be used: no such file or directory: write the secret into it, and let Marquee read it`,
		`c.yaml:9:30: sources.a.rules.rating: must be a number: write 4 or 2.5, without quotes`,
		`c.yaml:9:49: sources.a.rules.match[0]: must hold keys: write them indented on the lines below`,
		`c.yaml:9:52: sources.a.rules.match[1]: matches nothing: write a category, a path or a title to match`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var all *config.Errors
	if !errors.As(err, &all) || len(all.All()) != 11 {
		t.Errorf("error is %T with %v", err, all.All())
	}
}

func TestLoadWithoutFile(t *testing.T) {
	t.Parallel()
	_, err := config.Load("nowhere/config.yaml", nil)
	const want = "nowhere/config.yaml: cannot be read: no such file or directory: copy config.example.yaml here, or name your file with --config"
	if err == nil || err.Error() != want || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

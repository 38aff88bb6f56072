package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"marquee/internal/config"
)

const exampleFile = "../../config.example.yaml"

// anyVariable knows every variable, as the example needs.
func anyVariable(string) (string, bool) { return "of-the-environment", true }

func TestExampleLoads(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(exampleFile, anyVariable)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Sources) == 0 || len(cfg.Feeds) == 0 || len(cfg.Digests) == 0 || len(cfg.Rosters) == 0 || len(cfg.Release.Kinds) == 0 {
		t.Errorf("example shows too little: %+v", cfg)
	}
}

// TestExampleIsComplete enables the keys that the example has behind a "#",
// first those that may stand together, then the secrets' files instead of the
// secrets. Both must load, and together they must hold every key there is.
func TestExampleIsComplete(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), "# store: sqlite:marquee.db", "store: postgres://marquee@db.example/marquee", 1)
	dir := t.TempDir()
	for _, name := range []string{
		"store", "mail", "mail-2025", "dkim-rsa.pem", "dkim-ed25519.pem",
		"patreon-token", "patreon-refresh", "patreon-client", "patreon-hooks", "tmdb", "postmark", "mailgun", "resend",
	} {
		writeFile(t, filepath.Join(dir, "secrets", name), "secret\n")
	}
	var shown []string
	for _, files := range []bool{false, true} {
		enabled := enable(text, files)
		if _, err := config.Parse([]byte(enabled), filepath.Join(dir, "config.yaml"), anyVariable); err != nil {
			t.Errorf("with all keys enabled: %v", err)
		}
		shown = append(shown, keyPaths(t, enabled)...)
	}
	for _, key := range config.SchemaKeys() {
		if !slices.Contains(shown, key) {
			t.Errorf("config.example.yaml says nothing of %s", key)
		}
	}
}

// enable takes the # from keys: from those that name files, or from the others.
func enable(text string, files bool) string {
	key := regexp.MustCompile(`(?m)^ *# [a-z_]+: .*$`)
	return key.ReplaceAllStringFunc(text, func(line string) string {
		if strings.Contains(line, "_file: ") != files {
			return line
		}
		return strings.Replace(line, "# ", "", 1)
	})
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyPaths are the paths of all keys in a text, written as SchemaKeys does.
func keyPaths(t *testing.T, text string) []string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Load([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var paths []string
	var walk func(n *yaml.Node, at string)
	walk = func(n *yaml.Node, at string) {
		for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if slices.Contains([]string{"sources", "release", "feeds", "digests", "rosters", "mail.domains"}, at) {
				name = "*"
			}
			here := strings.TrimPrefix(at+"."+name, ".")
			paths = append(paths, here)
			walk(n.Content[i+1], here)
		}
		for i := 0; n.Kind == yaml.SequenceNode && i < len(n.Content); i++ {
			walk(n.Content[i], at+"[]")
		}
	}
	walk(doc.Content[0], "")
	return paths
}

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/config"
)

// FuzzParse: there is a configuration or there are mistakes, never both and
// never neither; each mistake is one line that begins with the file's name.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("../../testdata/config/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, exampleFile) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte(strings.Repeat("[", 100)))
	f.Add([]byte("\"a\\nb\": 1"))
	f.Add([]byte("store: ${A}${$${${B"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := config.Parse(data, "c.yaml", func(name string) (string, bool) { return name, name < "M" })
		if (cfg == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", cfg, err)
		}
		if cfg != nil {
			return
		}
		var all *config.Errors
		if !errors.As(err, &all) || len(all.All()) == 0 {
			t.Fatalf("error is %T: %v", err, err)
		}
		for _, one := range all.All() {
			if line := one.Error(); !strings.HasPrefix(line, "c.yaml:") || strings.Contains(line, "\n") {
				t.Errorf("mistake is %q", line)
			}
		}
	})
}

package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// released lists the hash of every migration: databases out there were made by
// just these bytes. Add a line for a migration that is about to be released;
// never edit one.
const released = "testdata/migrations.sha256"

func TestMigrationsAreTheSameNumbers(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`)
	numbers := map[string][]string{}
	for _, file := range migrations(t) {
		engine, base := strings.Split(file, "/")[0], filepath.Base(file)
		if !name.MatchString(base) {
			t.Errorf("%s is not named NNNN_name.sql", file)
		}
		if slices.Contains(numbers[engine], base[:4]) {
			t.Errorf("%s has a number that is taken", file)
		}
		numbers[engine] = append(numbers[engine], base[:4])
	}
	if !slices.Equal(numbers["sqlite"], numbers["postgres"]) || len(numbers["sqlite"]) == 0 {
		t.Errorf("migrations %v", numbers)
	}
}

func TestReleasedMigrationsStay(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(released)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		hash, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[file] = hash
	}
	for _, file := range migrations(t) {
		sql, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(sql)
		if hash := hex.EncodeToString(sum[:]); listed[file] != hash {
			t.Errorf("%s is listed as %q and is\n%s  %s", file, listed[file], hash, file)
		}
		delete(listed, file)
	}
	for file := range listed {
		t.Errorf("%s is gone", file)
	}
}

// migrations are all engines' files, sorted.
func migrations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/migrations/*")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

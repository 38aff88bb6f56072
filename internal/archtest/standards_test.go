package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestStandards keeps docs/standards.md and the code together: each RFC that
// the code cites has a row, and each row that says yes is cited.
func TestStandards(t *testing.T) {
	t.Parallel()
	cited := citedRFCs(t)
	table, err := os.ReadFile(root + "/docs/standards.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| RFC (\d+) \|[^|]*\| *(yes|partial|no) *\|`).FindAllStringSubmatch(string(table), -1) {
		rows[m[1]] = m[2]
	}
	for rfc, file := range cited {
		if rows[rfc] == "" {
			t.Errorf("%s cites RFC %s, which has no row in docs/standards.md", file, rfc)
		}
	}
	for rfc, done := range rows {
		if done == "yes" && cited[rfc] == "" {
			t.Errorf("docs/standards.md says yes to RFC %s, which no code cites", rfc)
		}
	}
}

// citedRFCs maps the number of each RFC that our code cites to a file that does.
func citedRFCs(t *testing.T) map[string]string {
	t.Helper()
	cited := map[string]string{}
	number := regexp.MustCompile(`RFC (\d{3,5})`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		body, err := os.ReadFile(path)
		for _, m := range number.FindAllStringSubmatch(string(body), -1) {
			cited[m[1]] = strings.TrimPrefix(path, root+"/")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(cited) == 0 {
		t.Fatal("no RFC is cited: is the root right?")
	}
	return cited
}

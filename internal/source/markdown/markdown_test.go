package markdown_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/markdown"
)

var update = flag.Bool("update", false, "rewrite the files that tests compare with")

const samples = "../../../testdata/picks"

func chicago(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// shelf is a folder, a reader of it and a clock a day after everything written.
type shelf struct {
	*testing.T
	dir    string
	reader source.Reader
	now    time.Time
	log    *bytes.Buffer
	last   source.State
}

func newShelf(t *testing.T, dir, more string) *shelf {
	t.Helper()
	s := &shelf{T: t, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	opts, err := config.ParseOptions(fmt.Sprintf("path: %q\n%s", dir, more), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.dir = dir
	env := source.Env{
		Name: "picks", Zone: chicago(t), Now: func() time.Time { return s.now },
		Log: slog.New(slog.NewTextHandler(s.log, nil)),
	}
	if s.reader, err = markdown.Kind().New(env, opts); err != nil {
		t.Fatal(err)
	}
	return s
}

// write saves a file as somebody did an hour before now.
func (s *shelf) write(name, text string) {
	s.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	s.touch(name, s.now.Add(-time.Hour))
}

func (s *shelf) touch(name string, at time.Time) {
	s.Helper()
	if err := os.Chtimes(filepath.Join(s.dir, name), at, at); err != nil {
		s.Fatal(err)
	}
}

func (s *shelf) remove(name string) {
	s.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		s.Fatal(err)
	}
}

// read reads on from the last result, which it keeps as gathering would.
func (s *shelf) read() source.Result {
	s.Helper()
	res, err := s.reader.Read(s.Context(), s.last)
	if err != nil {
		s.Fatal(err)
	}
	s.last = res.State
	return res
}

// one reads a folder with this one file.
func one(t *testing.T, name, text, more string) (source.Raw, *shelf) {
	t.Helper()
	s := newShelf(t, t.TempDir(), more)
	s.write(name, text)
	res := s.read()
	if len(res.Items) != 1 || len(res.Problems) != 0 {
		t.Fatalf("got %d items and problems %v, want one item", len(res.Items), res.Problems)
	}
	return res.Items[0], s
}

func TestSamples(t *testing.T) {
	t.Parallel()
	s := newShelf(t, samples, "")
	res := s.read()
	if len(res.Problems) > 0 || s.log.Len() > 0 {
		t.Errorf("problems %v, log %s", res.Problems, s.log)
	}
	var got strings.Builder
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(res.Items); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/samples.json", got.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(samples + "/_mistakes/*.md")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(file)
			s := newShelf(t, t.TempDir(), "")
			s.write(name, string(text))
			res := s.read()
			if len(res.Items) > 0 || len(res.Problems) == 0 {
				t.Fatalf("got items %v and problems %v, want problems alone", res.Items, res.Problems)
			}
			golden(t, strings.TrimSuffix(file, "md")+"want", told(t, s, res.Problems))
		})
	}
}

func told(t *testing.T, s *shelf, problems []source.Problem) string {
	t.Helper()
	var out strings.Builder
	for _, p := range problems {
		if p.GUID == "" || !errors.Is(p.Err, domain.ErrInvalid) {
			t.Errorf("%s: guid %q, error %T", p.Where, p.GUID, p.Err)
		}
		where, ok := strings.CutPrefix(p.Where, filepath.ToSlash(s.dir)+"/")
		if !ok {
			t.Errorf("where %q does not begin with the folder", p.Where)
		}
		fmt.Fprintf(&out, "%s: %v\n", where, p.Err)
	}
	return out.String()
}

func TestOptions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"no path":          {"url: https://lanternscreen.example", "path"},
		"unknown kind":     {"{path: picks, item_kind: movies}", "item_kind"},
		"relative address": {"{path: picks, url: /picks/}", "url"},
		"another scheme":   {"{path: picks, url: 'ftp://lanternscreen.example'}", "url"},
		"unknown key":      {"{path: picks, paht: x}", "paht"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts, err := config.ParseOptions(tt.text, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if _, err = markdown.Kind().New(source.Env{}, opts); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one about %s", err, tt.want)
			}
		})
	}
}

func TestRelativePath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newShelf(t, filepath.Join(dir, "picks"), "")
	s.write("2026-11-20.md", "## Copperwire")
	opts, err := config.ParseOptions("path: picks/", dir)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := markdown.New(source.Env{Now: func() time.Time { return s.now }}, opts)
	if err != nil {
		t.Fatal(err)
	}
	res, err := reader.Read(t.Context(), nil)
	if err != nil || len(res.Problems) != 1 {
		t.Fatalf("got %v, %v", res, err)
	}
	if got := res.Problems[0].Where; got != "picks/2026-11-20.md:1" {
		t.Errorf("got %q, want the path as configured, and the line", got)
	}
}

package markdown

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
)

// FuzzPage holds that any text either makes a whole piece or is refused with
// lines that the file has, and that saving it with other line ends changes
// nothing.
func FuzzPage(f *testing.F) {
	for _, pattern := range []string{"*.md", "_mistakes/*.md"} {
		files, err := filepath.Glob("../../../testdata/picks/" + pattern)
		if err != nil || len(files) == 0 {
			f.Fatal("no samples: ", err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Add([]byte("## *a\nb* (2020)\n\n*x\ny* · z\n"))
	opts, err := config.ParseOptions("{path: picks, url: 'https://lanternscreen.example'}", "/")
	if err != nil {
		f.Fatal(err)
	}
	r, err := New(source.Env{Zone: time.UTC, Now: func() time.Time { return time.Unix(0, 0) }}, opts)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p := fuzzPage(r, text)
		lines := 1 + bytes.Count(plainLines(text), []byte("\n"))
		for _, n := range append(slices.Clone(p.wrong), p.odd...) {
			if n.line < 0 || n.line > lines || n.text == "" {
				t.Errorf("note %+v, but there are %d lines", n, lines)
			}
		}
		if len(p.wrong) == 0 && !p.draft {
			checkRaw(t, p.raw)
		}
		again := fuzzPage(r, plainLines(text))
		if !slices.Equal(p.wrong, again.wrong) || p.raw.Content != again.raw.Content {
			t.Errorf("with plain lines: %v and %q, else %v and %q", again.wrong, again.raw.Content, p.wrong, p.raw.Content)
		}
	})
}

func fuzzPage(r *Reader, text []byte) *page {
	name := "2026-11-20.md"
	fsys := fstest.MapFS{name: {Data: text, ModTime: time.Unix(1, 0)}}
	return r.readPage(fsys, file{path: name, size: int64(len(text))}, true)
}

func checkRaw(t *testing.T, raw source.Raw) {
	t.Helper()
	if raw.GUID != "2026-11-20" || raw.Title == "" || raw.URL == "" || !slices.Contains(domain.ItemKinds(), raw.Kind) {
		t.Errorf("not a whole piece: %+v", raw)
	}
	if domain.DateOf(raw.Published).String() != raw.GUID {
		t.Errorf("published %v, which is not its day", raw.Published)
	}
	for _, p := range raw.Picks {
		if p.Title == "" || p.Year != 0 && (p.Year < 1870 || p.Year > 2199) {
			t.Errorf("not a whole pick: %+v", p)
		}
	}
}

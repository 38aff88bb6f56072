package markdown_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/markdown"
)

func guids(res source.Result) string {
	var all []string
	for _, it := range res.Items {
		all = append(all, it.GUID)
	}
	for _, p := range res.Problems {
		all = append(all, "!"+p.GUID)
	}
	return strings.Join(all, " ")
}

func TestFolderOverTime(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	check := func(what, want string) {
		t.Helper()
		res := s.read()
		got := guids(res)
		if res.Unchanged {
			got = "unchanged"
		} else if !res.Complete {
			t.Errorf("%s: the result is not complete", what)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	check("empty from the start", "")
	s.write("2026-11-13.md", "One.")
	s.write("old/2026-11-06.md", "Two.")
	check("first read", "2026-11-13 old/2026-11-06")
	check("again", "unchanged")
	s.touch("2026-11-13.md", s.now.Add(-time.Minute))
	check("touched", "unchanged")
	check("after the touch", "unchanged")
	s.write("2026-11-13.md", "1ne.")
	s.touch("2026-11-13.md", s.now.Add(-2*time.Minute))
	check("edited, same size", "2026-11-13 old/2026-11-06")
	s.write("2026-11-13.md", "2ne.")
	s.touch("2026-11-13.md", s.now.Add(-2*time.Minute))
	check("edited, same size and time: not worth a look", "unchanged")
	s.touch("2026-11-13.md", s.now.Add(-3*time.Minute))
	check("edited, and seen", "2026-11-13 old/2026-11-06")
	s.write("2026-11-20.md", "---\ntitle: a: b\n---\n")
	check("a broken file", "2026-11-13 old/2026-11-06 !2026-11-20")
	check("still broken", "2026-11-13 old/2026-11-06 !2026-11-20")
	s.write("2026-11-20.md", "---\ntitle: a b\n---\n")
	check("mended", "2026-11-13 2026-11-20 old/2026-11-06")
	s.remove("2026-11-13.md")
	check("deleted", "2026-11-20 old/2026-11-06")
	s.write("2026-11-20.md", "---\ndraft: true\npicks: [nonsense]\n---\n")
	check("made a draft", "old/2026-11-06")
	check("still a draft", "unchanged")
	s.write("old/2026-11-06.md", "---\ndraft: yes\n---\n")
	check("the last one made a draft", "")
}

func TestSettling(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-13.md", "Done.")
	s.write("2026-11-20.md", "Half a sen")
	s.touch("2026-11-20.md", s.now.Add(-time.Second))
	if got := guids(s.read()); got != "2026-11-13 !2026-11-20" {
		t.Errorf("while it is written: got %q", got)
	}
	s.now = s.now.Add(500 * time.Millisecond)
	if got := guids(s.read()); got != "2026-11-13 2026-11-20" {
		t.Errorf("left alone since the last read: got %q", got)
	}
	s.write("2026-11-20.md", "A sentence.")
	s.touch("2026-11-20.md", s.now.Add(time.Second)) // a file server's clock is ahead
	if got := guids(s.read()); got != "2026-11-13 !2026-11-20" {
		t.Errorf("written in the near future: got %q", got)
	}
	s.now = s.now.Add(time.Hour)
	if got := guids(s.read()); got != "2026-11-13 2026-11-20" {
		t.Errorf("an hour later: got %q", got)
	}
}

func TestNothingIsTakenBack(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "picks")
	s := newShelf(t, dir, "")
	if _, err := s.reader.Read(t.Context(), nil); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a missing folder: got error %v, want one that names it", err)
	}
	s.write("2026-11-20.md", "A note.")
	s.read()
	s.remove("2026-11-20.md")
	if _, err := s.reader.Read(t.Context(), s.last); err == nil || !strings.Contains(err.Error(), "is empty and was not before") {
		t.Errorf("an emptied folder: got error %v", err)
	}
	other := newShelf(t, dir, "item_kind: review")
	if _, err := other.reader.Read(t.Context(), s.last); err == nil {
		t.Error("an emptied folder, settings changed: got no error")
	}
	s.remove(".")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.reader.Read(t.Context(), s.last); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("a file in its place: got error %v", err)
	}
}

func TestDroppings(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-20.md", "A note.")
	for _, name := range []string{
		".2026-11-20.md.swp", "2026-11-20.md~", ".#2026-11-20.md", "#2026-11-20.md#", "~$2026-11-20.md", ".2026-11-13.md",
		"2026-11-13.md.tmp", "2026-11-13.txt", "2026-11-13", "README.md", "Readme.markdown", "_index.md", ".git/2026-11-13.md", "_old/2026-11-13.md",
		"2026-11-20 (Mara's conflicted copy 2026-11-21).md", "2026-11-20.sync-conflict-20261121-120000-ABCDEFG.md", ".DS_Store", ".note.txt.icloud",
	} {
		s.write(name, "not a piece")
	}
	if err := os.Mkdir(filepath.Join(s.dir, "2026-11-13.md"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"2026-11-06.md": "2026-11-13.md", "linked.md": "2026-11-20.md"} {
		if err := os.Symlink(filepath.Join(s.dir, target), filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := guids(s.read()); got != "2026-11-20 !linked" {
		t.Errorf("got %q, want the one piece, and the link to a file, which has no date", got)
	}
}

func TestCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-20.md", "A note.")
	s.write(".2026-11-13.md.icloud", "elsewhere")
	s.write("2026-11-06.md", strings.Repeat("All work and no play. ", 60_000))
	res := s.read()
	if got := guids(res); got != "2026-11-20 !2026-11-13 !2026-11-06" {
		t.Fatalf("got %q", got)
	}
	for i, want := range []string{"placeholder", "too large"} {
		if got := res.Problems[i].Err.Error(); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}

func TestOdditiesAreToldOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-13.md", "---\nrelaese: patrons\n---\n")
	s.read()
	s.write("2026-11-20.md", "A note.")
	s.read()
	if got := strings.Count(s.log.String(), "relaese"); got != 1 {
		t.Errorf("told %d times, want once:\n%s", got, s.log)
	}
}

func TestSettingsChange(t *testing.T) {
	t.Parallel()
	s := newShelf(t, t.TempDir(), "")
	s.write("2026-11-20.md", "A note.")
	s.read()
	other := newShelf(t, s.dir, "url: https://lanternscreen.example")
	other.last = s.last
	if res := other.read(); res.Unchanged || len(res.Items) != 1 || res.Items[0].URL == "" {
		t.Errorf("got %+v, want the piece with its address", res)
	}
	opts, err := config.ParseOptions(fmt.Sprintf("{path: %q, url: https://lanternscreen.example}", s.dir), "/")
	if err != nil {
		t.Fatal(err)
	}
	moved, err := markdown.New(source.Env{Zone: time.UTC, Now: func() time.Time { return s.now }}, opts)
	if err != nil {
		t.Fatal(err)
	}
	res, err := moved.Read(t.Context(), other.last)
	if err != nil || len(res.Items) != 1 || !res.Items[0].Published.Equal(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("in another zone: got %+v, %v", res, err)
	}
}

func TestDamagedState(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"", "{", "null", "[]", `{"files":null}`, `{"files":{"2026-11-20.md":null}}`} {
		s := newShelf(t, t.TempDir(), "")
		s.write("2026-11-20.md", "A note.")
		s.last = source.State(state)
		if got := guids(s.read()); got != "2026-11-20" {
			t.Errorf("state %q: got %q", state, got)
		}
	}
}

// Markdown's time grows with the square of some things that nobody writes.
func TestBombs(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"quotes":          strings.Repeat("> ", 200_000),
		"quotes together": strings.Repeat(">", 200_000),
		"lists":           strings.Repeat("- ", 200_000),
		"numbered lists":  strings.Repeat("10) ", 100_000),
		"indented list":   strings.Repeat("  ", 500) + "- x",
		"links":           strings.Repeat("[a](<b", 100_000),
		"films":           strings.Repeat("## A (2020)\nB\n\n", 50_000),
		"picks":           "---\npicks:\n" + strings.Repeat("- title: a\n", 50_000) + "---\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t, t.TempDir(), "")
			s.write("2026-11-20.md", text)
			if res := s.read(); len(res.Problems) != 1 || !strings.Contains(res.Problems[0].Err.Error(), "too many") {
				t.Errorf("got %d items and problems %v", len(res.Items), res.Problems)
			}
		})
	}
}

func TestNoFolder(t *testing.T) {
	t.Parallel()
	s := newShelf(t, filepath.Join(t.TempDir(), "picks"), "")
	if _, err := s.reader.Read(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "picks is not there: make it") {
		t.Errorf("error %v", err)
	}
}

package archtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// documents are the texts that may name nothing that does not exist.
func documents(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	texts := map[string]string{}
	for _, f := range append(files, root+"/README.md", root+"/CONTRIBUTING.md") {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimPrefix(f, root+"/")] = string(body)
	}
	return texts
}

// quoted are the pieces of a text in `backticks` and the lines of its ```blocks```.
func quoted(text string) []string {
	var pieces []string
	block := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			block = !block
			continue
		}
		if block {
			pieces = append(pieces, strings.TrimSpace(line))
			continue
		}
		parts := strings.Split(line, "`")
		for i := 1; i < len(parts); i += 2 {
			pieces = append(pieces, parts[i])
		}
	}
	return pieces
}

func TestDocumentedPathsExist(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile(`^(\./)?(cmd|internal|templates|testdata|docs|\.ci)/[\w./*-]*$`)
	for name, text := range documents(t) {
		for _, piece := range quoted(text) {
			if !path.MatchString(piece) {
				continue
			}
			if found, err := filepath.Glob(filepath.Join(root, strings.ReplaceAll(piece, "NAME", "*"))); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", name, piece)
			}
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), link[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, link[1])
			}
		}
	}
}

// TestDocumentedUse holds the documents against the program, which is built once:
// linking it is most of the work.
func TestDocumentedUse(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("commands", func(t *testing.T) { commandsExist(t, binary) })
	t.Run("configurations", func(t *testing.T) { configurationsAreFine(t, binary) })
}

func commandsExist(t *testing.T, binary string) {
	command := regexp.MustCompile(`^(?:\./)?marquee((?: [a-z][a-z-]+)+)`)
	checked := map[string]bool{}
	for name, text := range documents(t) {
		for _, piece := range quoted(text) {
			m := command.FindStringSubmatch(piece)
			if m == nil || checked[m[1]] {
				continue
			}
			checked[m[1]] = true
			if !commandExists(binary, strings.Fields(m[1])) {
				t.Errorf("%s names marquee%s, which is no command", name, m[1])
			}
		}
	}
	if len(checked) < 5 {
		t.Errorf("only %d commands are documented", len(checked))
	}
}

// configurationsAreFine lets the program check README's ten lines and the example,
// down to the options of every kind.
func configurationsAreFine(t *testing.T, binary string) {
	dir := t.TempDir()
	_, block, _ := strings.Cut(documents(t)["README.md"], "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	files := map[string]string{filepath.Join(dir, "config.yaml"): block, filepath.Join(dir, "smtp-password"): "secret"}
	for file, text := range files {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{filepath.Join(dir, "config.yaml"), root + "/config.example.yaml"} {
		cmd := exec.Command(binary, "--config", file, "check")
		cmd.Env = append(os.Environ(), "MARQUEE_SMTP_PASSWORD=secret")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

func build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "marquee")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, root+"/cmd/marquee") // as make build does, and what it compiles is there for it
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// commandExists tries the words as a command, then without the last, which may
// be an argument of it.
func commandExists(binary string, words []string) bool {
	for n := len(words); n >= max(1, len(words)-1); n-- {
		if exec.Command(binary, append(slices.Clone(words[:n]), "--help")...).Run() == nil {
			return true
		}
	}
	return false
}

func TestDocumentedMakeTargetsExist(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(root + "/Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range documents(t) {
		for _, piece := range quoted(text) {
			target, ok := strings.CutPrefix(piece, "make ")
			target, _, _ = strings.Cut(target, " ")
			if ok && !regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(target)+`:`).Match(makefile) {
				t.Errorf("%s names make %s, which is no target", name, target)
			}
		}
	}
}

func TestDocumentedKeysExist(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(root + "/config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	top := []string{"publication", "server", "sources", "fetch", "release", "feeds", "digests", "rosters", "mail"}
	key := regexp.MustCompile(`^[a-z_]+(\.[a-zA-Z_]+)+$`)
	for name, text := range documents(t) {
		for _, piece := range quoted(text) {
			first, _, _ := strings.Cut(piece, ".")
			if !key.MatchString(piece) || !slices.Contains(top, first) {
				continue
			}
			last := piece[strings.LastIndexByte(piece, '.')+1:]
			if !regexp.MustCompile(`(?m)^[#\s{-]*(.*[{,]\s*)?` + regexp.QuoteMeta(last) + `:`).Match(example) {
				t.Errorf("%s names the key %s, which config.example.yaml does not have", name, piece)
			}
		}
	}
}

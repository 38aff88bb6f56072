package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// builds are the programs under test, each built when a test first asks for it.
type builds struct {
	mu    sync.Mutex
	dir   string
	files map[string]string // what was built, by name
}

var programs builds

// real is the program as `make build` makes it.
func (b *builds) real(t *testing.T) string { return b.get(t, "marquee", nil) }

// hasty is the same program in a hurry: what it waits for minutes takes seconds.
func (b *builds) hasty(t *testing.T) string { return b.get(t, "hasty", hurry) }

// edit is a change to a line of a source file; one from nothing is a file more.
type edit struct{ file, from, to string }

// ahead is the variable of the environment that says by how much the clock of a
// hasty program is ahead of ours.
const ahead = "MARQUEE_FAULTS_AHEAD"

// hurry makes waits shorter, and lets the clock be wrong. Retries come 600 times
// as fast, so that five minutes are half a second.
var hurry = []edit{
	{"internal/schedule/runner.go", `EveryMinute = "* * * * *"`, `EveryMinute = "@every 1s"`},
	{"internal/jobs/work.go", `betweenTicks = time.Minute`, `betweenTicks = time.Second`},
	{"internal/delivery/runner.go", `leaseTTL     = 5 * time.Minute`, `leaseTTL     = 5 * time.Second`},
	{"internal/delivery/outcome.go", `waits[min(attempts, len(waits)-1)]`, `waits[min(attempts, len(waits)-1)] / 600`},
	{"internal/delivery/relays.go", `absentRest = 5 * time.Second`, `absentRest = 500 * time.Millisecond`},
	{"internal/delivery/relays.go", `maxAbsence = 5 * time.Minute`, `maxAbsence = 2 * time.Second`},
	{"internal/delivery/paces.go", `recovery = 10 * time.Minute`, `recovery = time.Second`},
	{"internal/delivery/paces.go", `slowRest   = 10 * time.Second`, `slowRest   = 500 * time.Millisecond`},
	{"internal/store/postgres/postgres.go", `"idle_in_transaction_session_timeout"] = "30s"`, `"idle_in_transaction_session_timeout"] = "2s"`},
	{"cmd/marquee/main.go", `time.Now().UTC()`, `time.Now().UTC().Add(func() time.Duration { d, _ := time.ParseDuration(os.Getenv("` + ahead + `")); return d }())`},
	{"internal/mail/smtp/smtp.go", `dot:     10 * time.Minute`, `dot:     3 * time.Second`},
}

// silence is how long the hasty program waits for the answer to a letter's end.
const silence = 3 * time.Second

// get builds a program with edits unless it is there.
func (b *builds) get(t *testing.T, name string, edits []edit) string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if file := b.files[name]; file != "" {
		return file
	}
	file, err := b.build(name, edits)
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	b.files[name] = file
	return file
}

// build makes a program the way `make build` does, so that they share their work.
func (b *builds) build(name string, edits []edit) (string, error) {
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "marquee-faults-")
		if err != nil {
			return "", err
		}
		b.dir, b.files = dir, map[string]string{}
	}
	file := filepath.Join(b.dir, name)
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", file, "./cmd/marquee"}
	if len(edits) > 0 {
		overlay, err := b.overlay(name, edits)
		if err != nil {
			return "", err
		}
		args = slices.Insert(args, 1, "-overlay="+overlay)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return file, nil
}

// overlay writes the edited files, and the list of them that the compiler wants.
func (b *builds) overlay(name string, edits []edit) (string, error) {
	replace := map[string]string{}
	for _, e := range edits {
		path, err := filepath.Abs(filepath.Join("..", "..", e.file))
		if err != nil {
			return "", err
		}
		from, edited := path, replace[path]
		if edited != "" {
			from = edited // once more
		} else {
			edited = filepath.Join(b.dir, fmt.Sprintf("%s-%d.go", name, len(replace)))
			replace[path] = edited
		}
		text, err := e.apply(from)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(edited, []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(b.dir, name+".json")
	return file, os.WriteFile(file, list, 0o600)
}

// apply is a file as it is after the edit.
func (e edit) apply(path string) (string, error) {
	if e.from == "" {
		return e.to, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if strings.Count(string(text), e.from) != 1 {
		return "", fmt.Errorf("%s does not say %q once: the list of edits is out of date", e.file, e.from)
	}
	return strings.Replace(string(text), e.from, e.to, 1), nil
}

// remove deletes what was built.
func (b *builds) remove() {
	if b.dir != "" {
		_ = os.RemoveAll(b.dir)
	}
}

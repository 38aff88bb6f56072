package sourcetest

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"marquee/internal/source"
	"marquee/internal/testkit"
)

// Stage is what the source under test holds.
type Stage string

// The stages. A kind's archive must have sections for each of them.
const (
	First     Stage = ""          // at least three pieces, all readable
	Changed   Stage = "changed"   // First, one piece of it edited
	Gone      Stage = "gone"      // First without one piece
	OneBad    Stage = "bad"       // First, one piece of it unreadable
	Malformed Stage = "malformed" // nothing that can be read
)

// Suite says what the kind under test can do.
type Suite struct {
	// Archive is the path of the kind's txtar archive.
	Archive string
	// Files says that the archive holds files, not web pages.
	Files bool
	// Complete says that a Result lists all that the source holds.
	Complete bool
	// Incremental says that a Read after the first gives only what is new or
	// has changed.
	Incremental bool
	// Requests is how many requests an unchanged source costs; 0 is one.
	Requests int
	// NoValidators says that the kind has no use for ETag and Last-Modified.
	NoValidators bool
	// Huge makes a section that holds n pieces: its name and content, without
	// the response's header. Nil leaves the case out.
	Huge func(n int) (name string, content []byte)
	// HugeType is the media type with which a huge page is served.
	HugeType string
}

// subject is one source under test.
type subject struct {
	suite Suite
	site  *testkit.Site // nil for files
	dir   string
	files []txtar.File
	env   source.Env
}

func newSubject(t *testing.T, suite Suite) *subject {
	t.Helper()
	archive, err := os.ReadFile(suite.Archive)
	if err != nil {
		t.Fatal(err)
	}
	s := &subject{suite: suite, dir: t.TempDir(), files: txtar.Parse(archive).Files}
	s.env = source.Env{Name: "test", Dir: s.dir, Zone: time.UTC, Log: discard(), Now: clock}
	if !suite.Files {
		if s.site, err = testkit.ParseSite(archive); err != nil {
			t.Fatal(err)
		}
		s.env.Client = Client(s.site)
	}
	s.turn(t, First)
	return s
}

// turn brings the source into a stage.
func (s *subject) turn(t *testing.T, stage Stage) {
	t.Helper()
	if s.site != nil {
		s.site.Turn(string(stage))
		s.site.Forget()
		return
	}
	wanted := map[string][]byte{}
	for _, f := range s.files {
		name, in, _ := strings.Cut(f.Name, " @")
		if _, own := wanted[name]; in == string(stage) || (in == "" && !own) {
			wanted[name] = f.Data
		}
	}
	for _, f := range s.files {
		name, _, _ := strings.Cut(f.Name, " @")
		s.write(t, name, wanted[name])
	}
}

// write puts a file below the directory; a file of nothing is no file, so that
// an archive can say that a stage lacks one.
func (s *subject) write(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if len(data) == 0 {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// put replaces one section of the present stage.
func (s *subject) put(t *testing.T, name string, content []byte) {
	t.Helper()
	if s.site == nil {
		s.write(t, name, content)
		return
	}
	s.site.Set("", name, s.suite.HugeType, content)
}

// failing is a handler that refuses every request for ten minutes.
func failing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "600")
	w.WriteHeader(http.StatusServiceUnavailable)
}

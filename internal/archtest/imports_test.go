// Package archtest keeps the architecture: it fails when a package imports what
// the tables below do not allow.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "marquee/"

// layers is the architecture, lowest first. A package imports only lower layers
// and its own parent; a package below a listed one belongs to its layer.
var layers = []string{
	"internal/domain internal/soup",
	"internal/answer internal/clock internal/yamlfile",
	"internal/config internal/fetch internal/sanitize internal/schedule internal/patreonapi internal/tmdb internal/picks internal/filmdata internal/testkit internal/token internal/dkim internal/robots internal/calendar internal/dates internal/charset internal/likeness internal/press internal/feedxml templates testdata",
	"internal/entitle internal/prose",
	"internal/source internal/feed internal/digest internal/patron internal/mail internal/bounce",
	"internal/gather internal/picture internal/delivery internal/notice internal/fence internal/static internal/websub internal/doctor internal/operator internal/films internal/feedlink",
	"internal/jobs internal/web internal/inbound internal/metrics",
	"internal/store",
	"internal/app",
	"internal/demo",
	"cmd internal/archtest internal/faults",
}

// allowed are the imports within one layer that we want, each with its reason.
var allowed = map[string]string{
	"internal/store/postgres -> internal/store/sqlstore": "the engines share one text of SQL",
	"internal/store/sqlite -> internal/store/sqlstore":   "the engines share one text of SQL",
}

// owners are the packages that alone may import an outside module.
var owners = map[string]string{
	"database/sql":                     "internal/store internal/jobs",
	"github.com/emersion/go-smtp":      "internal/inbound internal/testkit",
	"github.com/go-playground/locales": "internal/calendar",
	"github.com/gorilla/feeds":         "internal/feed",
	"github.com/jackc/pgx":             "internal/store/postgres",
	"github.com/mmcdole/gofeed":        "internal/source/webfeed",
	"github.com/riverqueue/river":      "internal/store internal/jobs",
	"github.com/prometheus":            "internal/metrics",
	"github.com/robfig/cron":           "internal/schedule",
	"github.com/wneessen/go-mail":      "internal/mail",
	"modernc.org/sqlite":               "internal/store/sqlite",
	"rsc.io/qr":                        "internal/web",
}

func TestImports(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err) // an import cycle, most likely: run go build ./...
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		for _, imp := range p.Imports {
			check(t, strings.TrimPrefix(p.ImportPath, module), imp)
		}
	}
}

func check(t *testing.T, from, imp string) {
	t.Helper()
	for outside, who := range owners {
		if within(imp, outside) && !anyWithin(from, who) {
			t.Errorf("%s imports %s: that is for %s", from, imp, who)
		}
	}
	to, ours := strings.CutPrefix(imp, module)
	if !ours || within(from, to) || allowed[from+" -> "+to] != "" {
		return
	}
	if layer(t, to) >= layer(t, from) {
		t.Errorf("%s imports %s, which is not below it", from, to)
	}
}

func layer(t *testing.T, p string) int {
	t.Helper()
	i := slices.IndexFunc(layers, func(l string) bool { return anyWithin(p, l) })
	if i < 0 {
		t.Fatalf("%s is in no layer", p)
	}
	return i
}

func anyWithin(p, dirs string) bool {
	return slices.ContainsFunc(strings.Fields(dirs), func(d string) bool { return within(p, d) })
}

func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

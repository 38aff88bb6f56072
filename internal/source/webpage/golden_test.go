package webpage_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The captured WordPress site, read by its pages alone, as if it had no feed.
func TestCapturedSite(t *testing.T) {
	t.Parallel()
	const host = "http://127.0.0.1:8088"
	captured, err := testkit.Captured(os.DirFS(root + "wordpress"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.Site, w.env.Client = captured, sourcetest.Client(captured)
	options := "list: {url: " + host + "/reviews/, items: main article, title: h2, next: a.next}\narticle: {author: .byline}\n"
	res := w.read(options, nil)
	for i := range res.Items {
		if err := w.detail(options, &res.Items[i]); err != nil {
			res.Problems = append(res.Problems, source.Problem{Where: res.Items[i].Title, Err: err})
		}
	}
	sourcetest.CheckItems(t, res.Items)
	compareGolden(t, "wordpress.json", res)
}

func compareGolden(t *testing.T, name string, res source.Result) {
	t.Helper()
	type problem struct{ Where, Err string }
	view := struct {
		Items    []source.Raw
		Problems []problem
	}{Items: res.Items}
	for _, p := range res.Problems {
		view.Problems = append(view.Problems, problem{p.Where, p.Err.Error()})
	}
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(view); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, path)), got.String()); diff != "" {
		t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", path, diff)
	}
}

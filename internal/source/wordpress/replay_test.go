package wordpress_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/testkit"
)

// The site that the tests read is the captured one as far as it was asked for
// lists of reviews and for reviews: the same posts, totals, refusals, and the
// same embedded things, for the same questions.
func TestSiteAnswersAsTheRealOneDid(t *testing.T) {
	t.Parallel()
	replayed := 0
	for _, dir := range []string{captured, more} {
		calls, err := testkit.Calls(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range calls {
			if !answered(call) {
				continue
			}
			replayed++
			t.Run(call.File, func(t *testing.T) {
				t.Parallel()
				compareAnswers(t, dir, call)
			})
		}
	}
	if replayed < 25 {
		t.Errorf("replayed %d exchanges, there are more", replayed)
	}
}

// answered are the calls that the site knows how to answer.
func answered(call testkit.Call) bool {
	target := strings.TrimPrefix(strings.ReplaceAll(call.Target, "/?rest_route=", "/wp-json"), "/wp-json/wp/v2/")
	about := strings.HasPrefix(target, "reviews") || strings.HasPrefix(call.Target, "/wp-json/wp/v2/definitives") ||
		strings.HasPrefix(call.Target, "/wp-json/wp/v2/posts")
	for _, other := range []string{"slug=", "status=", "context=", "password=", "=stars", "=yesterday", "categories=", "per_page=101", "28097", "28095", "2&_embed"} {
		about = about && !strings.Contains(call.Target, other)
	}
	return about && call.Method == http.MethodGet && len(call.Header) == 0 && path.Dir(call.File) != "variants"
}

func compareAnswers(t *testing.T, dir string, call testkit.Call) {
	t.Helper()
	s := openSite(t, strings.TrimPrefix(path.Dir(call.File), "."))
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, home+call.Target, nil))
	status, header := head(t, path.Join(dir, call.File))
	for _, name := range []string{"X-WP-Total", "X-WP-TotalPages"} {
		if got := rec.Header().Get(name); got != header.Get(name) {
			t.Errorf("%s: %q, want %q", name, got, header.Get(name))
		}
	}
	var got, real any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body(t, path.Join(dir, call.File)), &real); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(real, got); rec.Code != status || diff != "" {
		t.Errorf("status %d, want %d; -captured +site:\n%.2000s", rec.Code, status, diff)
	}
}

package wordpress_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"marquee/internal/source/sourcetest"
)

// crowd is a site with so many more reviews than the captured 29.
func crowd(t *testing.T, more int) *site {
	t.Helper()
	s := openSite(t, "")
	for i := range more {
		s.write("reviews", 28022, 40000+i, "2025-01-01T00:00:00", fmt.Sprintf("2025-01-01T00:%02d:%02d", i/60, i%60))
	}
	return s
}

// onPage works once, before a page of a list is answered.
func (s *site) onPage(page string, work func()) {
	done := false
	s.before = func(r *http.Request, _ int) {
		if !done && r.URL.Query().Get("page") == page {
			done = true
			work()
		}
	}
}

// A list that changes while it is read is read again: no piece slips from one page
// to another unseen, and none that went meanwhile is given.
func TestListChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page  string
		work  func(s *site)
		items int
	}{
		"one goes, before":  {"2", func(s *site) { s.trash(28000) }, 137},
		"one comes, before": {"2", func(s *site) { s.write("reviews", 28022, 27999, "2026-11-22T12:00:00", "2026-11-22T11:00:00") }, 139},
		"one goes, one comes": {"2", func(s *site) {
			s.trash(28000)
			s.write("reviews", 28022, 50000, "2026-11-22T12:00:00", "2026-11-22T11:00:00")
		}, 138},
		"the last page goes":      {"3", func(s *site) { s.trash(trashed(29)...) }, 109},
		"an edit moves none":      {"2", func(s *site) { s.edit(28000, "2026-11-22T12:00:00", "<p>x</p>") }, 138},
		"nothing happens, really": {"9", func(*site) {}, 138},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := crowd(t, 100)
			s.onPage(c.page, func() { c.work(s) })
			res := read(t, of(t, s), nil)
			sourcetest.CheckItems(t, res.Items)
			if len(res.Items) != c.items || !res.Complete || len(res.Problems) != 1 {
				t.Errorf("%d items, want %d; complete %t, problems %v", len(res.Items), c.items, res.Complete, res.Problems)
			}
		})
	}
}

func trashed(n int) []int {
	var ids []int
	for i := range n {
		ids = append(ids, 40000+i)
	}
	return ids
}

// A cache that keeps one page for all cannot be believed, and the operator hears
// what it does.
func TestCacheConfusesPages(t *testing.T) {
	t.Parallel()
	s := crowd(t, 100)
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		q := r.URL.Query()
		if !strings.HasSuffix(r.URL.Path, "/reviews") || q.Get("page") == "" {
			return false
		}
		q.Set("page", "1")
		r.URL.RawQuery = q.Encode()
		s.list(w, r, "reviews")
		return true
	}
	res := read(t, of(t, s), nil)
	if len(res.Items) != 59 || res.Complete || len(res.Problems) != 2 || !strings.Contains(res.Problems[0].Err.Error(), "50 of 129 pieces came") {
		t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
	}
	s.answer = nil
	again := read(t, of(t, s), res.State)
	if len(again.Items) != 79 || len(again.Problems) != 1 {
		t.Errorf("afterwards %d items, problems %v", len(again.Items), again.Problems)
	}
	if last := read(t, of(t, s), again.State); !last.Unchanged {
		t.Errorf("in the end %d items, problems %v", len(last.Items), last.Problems)
	}
}

// A plugin that takes pieces out of lists, and leaves them in the total, is lived
// with: two readings agree.
func TestTotalCountsWhatIsNotListed(t *testing.T) {
	t.Parallel()
	s := crowd(t, 100)
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/reviews") {
			return false
		}
		answerWithout(s, w, r, 40000, false)
		return true
	}
	res := read(t, of(t, s), nil)
	if len(res.Items) != 137 || !res.Complete || len(res.Problems) != 1 {
		t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
	}
	s.Forget()
	if again := read(t, of(t, s), res.State); !again.Unchanged || len(s.Asked()) != 3 {
		t.Errorf("unchanged %t, asked %q", again.Unchanged, s.Asked())
	}
}

// A proxy that drops X-WP-Total leaves the end of the pages to go by, and two
// readings that agree.
func TestNoTotals(t *testing.T) {
	t.Parallel()
	s := crowd(t, 100)
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("per_page") == "" {
			return false
		}
		rec := httptest.NewRecorder()
		s.list(rec, r, strings.TrimPrefix(r.URL.Path, "/wp-json/wp/v2/"))
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
		return true
	}
	res := read(t, of(t, s), nil)
	if len(res.Items) != 138 || !res.Complete || len(res.Problems) != 1 {
		t.Errorf("%d items, complete %t, problems %v", len(res.Items), res.Complete, res.Problems)
	}
	if again := read(t, of(t, s), res.State); !again.Unchanged {
		t.Errorf("again %d items, problems %v", len(again.Items), again.Problems)
	}
}

// A host that is too slow for a page of fifty is asked for ten at a time.
func TestSmallerPagesForASlowHost(t *testing.T) {
	t.Parallel()
	s := crowd(t, 100)
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("per_page") != "50" {
			return false
		}
		w.WriteHeader(http.StatusGatewayTimeout)
		return true
	}
	res := read(t, of(t, s), nil)
	if len(res.Items) != 138 || !res.Complete {
		t.Errorf("%d items, complete %t", len(res.Items), res.Complete)
	}
	if asked := s.Asked(); !slices.ContainsFunc(asked, func(a string) bool { return strings.Contains(a, "page=13&per_page=10") }) {
		t.Errorf("asked %q", asked)
	}
}

// After a great clearing out each Read asks for fifty pieces; nothing is
// withdrawn before all is known, and all of it then.
func TestManyAreGone(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	for i := range 100 {
		s.write("reviews", 28022, 40000+i, "2025-01-01T00:00:00", "2026-11-22T12:30:00")
	}
	if res := s.gather(t); len(res.Items) != 100 {
		t.Fatalf("%d items", len(res.Items))
	}
	s.trash(trashed(100)...)
	if res := s.gather(t); res.Complete || len(s.Asked()) != 54 {
		t.Errorf("complete %t after %d requests", res.Complete, len(s.Asked()))
	}
	if res := s.gather(t); !res.Complete || len(s.gone) != 100 || len(res.Items) != 38 {
		t.Errorf("complete %t, %d withdrawn, %d items", res.Complete, len(s.gone), len(res.Items))
	}
	s.expect(t, s.gather(t), "", "", 3)
}

func TestFarTooManyPieces(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/posts") {
			return false
		}
		w.Header().Set("X-WP-Total", "20001")
		send(w, []post{})
		return true
	}
	_, err := of(t, s).Read(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "list of post: more than 20000 pieces: read the site with kind: webfeed") {
		t.Errorf("got %v", err)
	}
}

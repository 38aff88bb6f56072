package wordpress_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

// shelf keeps what a site's reader gives, as gathering does.
type shelf struct {
	*site
	reader source.Reader
	clock  *clock
	state  source.State
	items  map[string]source.Raw
	gone   []string // withdrawn by the last Read
}

func openShelf(t *testing.T, options string) *shelf {
	t.Helper()
	s := &shelf{site: openSite(t, ""), clock: noon(), items: map[string]source.Raw{}}
	s.reader = setup{client: sourcetest.Client(s.site), options: "url: " + home + "\n" + options, now: s.clock}.reader(t)
	s.gather(t)
	return s
}

// gather reads once and keeps what was given. Each Read is by a process of its own.
func (s *shelf) gather(t *testing.T) source.Result {
	t.Helper()
	s.Forget()
	s.clock.Time = s.clock.Add(time.Hour)
	res := read(t, s.reader, s.state)
	sourcetest.CheckItems(t, res.Items)
	if res.Unchanged && (len(res.Items) > 0 || len(res.Problems) > 0 || res.Complete) {
		t.Errorf("unchanged, and %d items, problems %v, complete %t", len(res.Items), res.Problems, res.Complete)
	}
	s.state, s.gone = res.State, nil
	kept := map[string]bool{}
	for _, p := range res.Problems {
		kept[p.GUID] = true
	}
	for _, raw := range res.Items {
		s.items[raw.GUID], kept[raw.GUID] = raw, true
	}
	for guid := range s.items {
		if res.Complete && !kept[""] && !kept[guid] {
			delete(s.items, guid)
			s.gone = append(s.gone, guid[strings.LastIndex(guid, "p="):])
		}
	}
	slices.Sort(s.gone)
	return res
}

// ids are the ids in the guids of what a Read gave.
func idsOf(items []source.Raw) string {
	var all []string
	for _, raw := range items {
		all = append(all, raw.GUID[strings.LastIndex(raw.GUID, "p=")+2:])
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// expect fails t unless the last Read gave these pieces, withdrew these, and cost
// so many requests.
func (s *shelf) expect(t *testing.T, res source.Result, given, withdrawn string, requests int) {
	t.Helper()
	if got := idsOf(res.Items); got != given {
		t.Errorf("given: %q, want %q", got, given)
	}
	if got := strings.Join(s.gone, " "); got != withdrawn {
		t.Errorf("withdrawn: %q, want %q", got, withdrawn)
	}
	if asked := s.Asked(); len(asked) != requests {
		t.Errorf("%d requests, want %d: %s", len(asked), requests, strings.Join(asked, "\n"))
	}
}

func TestFirstReadGivesEverything(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	res := read(t, of(t, s), nil)
	sourcetest.CheckItems(t, res.Items)
	if len(res.Items) != 38 || !res.Complete || res.Unchanged {
		t.Errorf("%d items, complete %t, unchanged %t", len(res.Items), res.Complete, res.Unchanged)
	}
	if !slices.IsSortedFunc(res.Items, func(a, b source.Raw) int { return b.Published.Compare(a.Published) }) {
		t.Error("the newest, whose details are learnt first, are not first")
	}
	if len(res.Problems) != 1 || res.Problems[0].GUID != home+"/?post_type=reviews&p=28085" {
		t.Errorf("problems %v, want the protected piece's", res.Problems)
	}
	asked := strings.Join(s.Asked(), "\n")
	if len(s.Asked()) != 6 || !strings.HasPrefix(asked, "/\n/wp-json/wp/v2/types\n/feed/\n") {
		t.Errorf("asked\n%s", asked)
	}
}

func TestUnchangedSiteCostsOneSmallRequestAType(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	for range 3 {
		if res := s.gather(t); !res.Unchanged {
			t.Errorf("%d items, problems %v", len(res.Items), res.Problems)
		}
		for _, asked := range s.Asked() {
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, home+asked, nil))
			if rec.Body.Len() > 600 || strings.Contains(asked, "_embed") {
				t.Errorf("%s: %d bytes", asked, rec.Body.Len())
			}
		}
	}
	s.expect(t, source.Result{}, "", "", 6) // three, asked twice
}

// After the captured editor's work all is as the site has it: two pieces opened,
// one of them beyond every feed's window, one was renamed, one dated anew, two
// went to the trash.
func TestEditorsWorkIsFollowed(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	before := maps.Clone(s.items)
	after := openSite(t, "after")
	s.posts = after.posts
	res := s.gather(t)
	if got := strings.Join(s.gone, " "); got != "p=28043 p=28089" || !res.Complete || len(res.Items) != 36 {
		t.Errorf("withdrawn %q, complete %t, %d items", got, res.Complete, len(res.Items))
	}
	want := byGUID(read(t, of(t, after), nil).Items)
	for guid, raw := range s.items {
		if _, ok := before[guid]; !ok {
			t.Errorf("%s is new, and its piece is not", guid)
		}
		if diff := cmp.Diff(want[guid], raw); diff != "" {
			t.Errorf("%s (-site +kept):\n%s", guid, diff)
		}
	}
	for id, exclusive := range map[string]bool{"p=28091": false, "p=28061": false, "p=28067": true} {
		if got := strings.Contains(find(t, res.Items, id).Content, "currently exclusive to Patreon"); got != exclusive {
			t.Errorf("%s: exclusive %t", id, got)
		}
	}
	if got := find(t, res.Items, "p=28067"); got.URL != home+"/reviews/copperwire-directors-cut/" || got.Title != "Copperwire (Director’s Cut)" {
		t.Errorf("the renamed piece is %q at %s", got.Title, got.URL)
	}
	if got := find(t, res.Items, "p=28000").Published; !got.Equal(time.Date(2026, 11, 22, 7, 25, 53, 0, time.UTC)) {
		t.Errorf("the piece dated anew is of %s", got)
	}
	if !s.gather(t).Unchanged {
		t.Error("the next read finds more to do")
	}
}

func TestEditBeyondTheFeedsWindowIsFound(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.edit(28000, "2026-11-22T12:30:00", "<p>Better.</p>")
	res := s.gather(t)
	s.expect(t, res, "28000", "", 4)
	if asked := s.Asked()[3]; !strings.Contains(asked, "modified_after=2026-11-19T14%3A31%3A07Z") {
		t.Errorf("asked %s", asked)
	}
	if find(t, res.Items, "p=28000").Content != "<p>Better.</p>" {
		t.Error("the edit did not arrive")
	}
	s.expect(t, s.gather(t), "", "", 3)
}

// A scheduled piece appears with the date of its last edit: wp_publish_post
// changes nothing but the status. So does what an importer brings.
func TestScheduledPieceAppears(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.write("reviews", 28091, 28097, "2026-11-22T13:00:00", "2025-12-24T00:00:00")
	s.expect(t, s.gather(t), "28097", "", 5) // three probes, the ids, the piece
	if got := s.items[home+"/?post_type=reviews&p=28097"]; !got.Updated.Equal(got.Published) {
		t.Errorf("published %s, updated %s: before it was there", got.Published, got.Updated)
	}
	s.expect(t, s.gather(t), "", "", 3)
}

// A piece that is missing was taken back only when the site says so.
func TestMissingPieceIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file      string // captured
		status    int
		body      string
		withdrawn string
		problem   string
	}{
		"trashed":               {"after/rest-review-trashed.http", 0, "", "p=28043", ""},
		"a draft again":         {"rest-error-draft-anonymous.http", 0, "", "p=28043", ""},
		"scheduled again":       {"rest-error-scheduled-anonymous.http", 0, "", "p=28043", ""},
		"deleted":               {"rest-error-invalid-id.http", 0, "", "p=28043", ""},
		"not for this login":    {"", http.StatusForbidden, `{"code": "rest_forbidden"}`, "p=28043", ""},
		"a draft, for a login":  {"", http.StatusOK, `{"id": 28043, "status": "draft"}`, "p=28043", ""},
		"database down":         {"variants/database-down-rest.http", 0, "", "", "answered 500 Internal Server Error (\"Database Error\")"},
		"maintenance":           {"variants/maintenance-rest.http", 0, "", "", "answered 503 Service Unavailable (\"Maintenance\")"},
		"a firewall":            {"", http.StatusForbidden, "<title>Blocked</title>", "", "answered 403 Forbidden (\"Blocked\")"},
		"no such route":         {"rest-error-no-route.http", 0, "", "", "answered 404 Not Found (rest_no_route)"},
		"the API closes":        {"rest-auth-none-me.http", 0, "", "", "answered 401 Unauthorized (rest_not_logged_in)"},
		"a page, with 200":      {"", http.StatusOK, "<html><title>Welcome</title>", "", "it is a web page (\"Welcome\"), not JSON"},
		"it is there, unlisted": {"", http.StatusOK, `{"id": 28043, "status": "publish"}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openShelf(t, "")
			s.trash(28043)
			s.answer = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/28043") {
					return false
				}
				if c.file != "" {
					return replay(t, w, path.Join(captured, c.file))
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
				return true
			}
			res := s.gather(t)
			if got := strings.Join(s.gone, " "); got != c.withdrawn || res.Complete != (c.withdrawn != "") {
				t.Errorf("withdrawn %q, complete %t", got, res.Complete)
			}
			if c.problem == "" {
				return
			}
			if i := slices.IndexFunc(res.Problems, func(p source.Problem) bool { return p.Where == "reviews 28043" }); i < 0 ||
				!strings.Contains(res.Problems[i].Err.Error(), c.problem) {
				t.Errorf("problems %v, want …%s…", res.Problems, c.problem)
			}
			s.answer = nil // the site has recovered
			if s.gather(t); strings.Join(s.gone, " ") != "p=28043" {
				t.Errorf("when the site answers again, withdrawn %q", s.gone)
			}
		})
	}
}

// Lists from a cache lack what was just published. The piece stays, and is whole
// in the result when another one is withdrawn.
func TestPieceThatIsThereAndNotListed(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/reviews") {
			return false
		}
		answerWithout(s.site, w, r, 28041, true)
		return true
	}
	s.expect(t, s.gather(t), "", "", 5) // three probes, the ids, the piece
	s.expect(t, s.gather(t), "", "", 3)
	s.trash(28043)
	res := s.gather(t)
	if got := strings.Join(s.gone, " "); got != "p=28043" || len(res.Items) != 37 {
		t.Errorf("withdrawn %q, %d items", got, len(res.Items))
	}
	s.expect(t, s.gather(t), "", "", 3)
	s.answer = nil // the list has it again
	s.expect(t, s.gather(t), "28041", "", 5)
	s.expect(t, s.gather(t), "", "", 3)
}

// answerWithout answers a list as the site does, but for one piece; counted says
// that the total does not count it either.
func answerWithout(s *site, w http.ResponseWriter, r *http.Request, id int, counted bool) {
	rec := httptest.NewRecorder()
	s.list(rec, r, strings.TrimPrefix(r.URL.Path, "/wp-json/wp/v2/"))
	var rows []post
	if json.Unmarshal(rec.Body.Bytes(), &rows) != nil {
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
		return
	}
	total := rec.Header().Get("X-WP-Total")
	if counted && total != "0" {
		var n int
		_, _ = fmt.Sscan(total, &n)
		total = fmt.Sprint(n - 1)
	}
	w.Header().Set("X-WP-Total", total)
	send(w, slices.DeleteFunc(rows, func(p post) bool { return number(p["id"]) == id }))
}

// One goes as a scheduled one comes, so that the total stays and no change is
// newer: only the ids, compared once in a while, tell.
func TestOneGoesAsOneComes(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "relist: 2h")
	s.trash(28043)
	s.write("reviews", 28091, 28099, "2026-11-22T13:00:00", "2026-01-01T00:00:00")
	if !s.gather(t).Unchanged {
		t.Error("found before it was time")
	}
	res := s.gather(t)
	if find(t, res.Items, "p=28099").Title != "Paper Lanterns" || strings.Join(s.gone, " ") != "p=28043" || len(res.Items) != 38 {
		t.Errorf("%d items, withdrawn %s", len(res.Items), s.gone)
	}
	s.expect(t, s.gather(t), "", "", 3)
}

func TestRelistFindsWhatNoProbeShows(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "relist: 2h")
	s.change(28022, func(p post) { // edited in the database, or by an import that keeps dates
		p["modified_gmt"], p["content"] = "2026-02-01T00:00:00", post{"rendered": "<p>Mended.</p>"}
	})
	if !s.gather(t).Unchanged {
		t.Error("found before it was time")
	}
	s.expect(t, s.gather(t), "28022", "", 7) // home, types, feed, ids of three types, the piece
	s.expect(t, s.gather(t), "", "", 3)
	s.clock.Time = s.clock.Add(-24 * time.Hour) // it was wrong before, or is now
	s.expect(t, s.gather(t), "", "", 6)
}

// Two edits in one second: what is read in between is not the last word.
func TestSecondEditWithinTheSecond(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	at := s.clock.Add(time.Hour) // when the site is read next
	s.edit(28091, at.Format("2006-01-02T15:04:05"), "<p>First.</p>")
	s.expect(t, s.gather(t), "28091", "", 4)
	s.edit(28091, at.Format("2006-01-02T15:04:05"), "<p>Second.</p>")
	res := s.gather(t)
	s.expect(t, res, "28091", "", 4)
	if find(t, res.Items, "p=28091").Content != "<p>Second.</p>" {
		t.Error("the second edit was not seen")
	}
	s.expect(t, s.gather(t), "", "", 3)
}

// In autumn WordPress has one hour twice, and modified_after compares by the
// clock on the wall: what was edited in the second looks older than the first.
func TestHourThatComesTwice(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	for _, p := range s.posts["reviews"] { // the captured reviews that are newer are left out
		if fmt.Sprint(p["modified_gmt"]) > "2026-10-31" {
			p["status"] = "draft"
		}
	}
	s.edit(28000, "2026-11-01T06:50:00", "<p>At 1:50, daylight time.</p>")
	s.clock.Time = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)
	s.gather(t)
	s.edit(28030, "2026-11-01T07:10:00", "<p>At 1:10, standard time.</p>")
	s.expect(t, s.gather(t), "28030", "", 4)
}

// A plugin dates changes ahead: that hides no others.
func TestChangeInTheFuture(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.edit(28028, "2030-01-01T00:00:00", "<p>From the future.</p>")
	s.expect(t, s.gather(t), "28028", "", 4)
	s.expect(t, s.gather(t), "", "", 3)
	s.edit(28026, "2026-11-22T14:30:00", "<p>Today.</p>")
	s.expect(t, s.gather(t), "28026", "", 4)
}

// A problem stands while its piece is as it was, whatever else changes.
func TestProtectedPieceStaysAProblem(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.edit(28091, "2026-11-22T12:30:00", "<p>Open.</p>")
	if res := s.gather(t); len(res.Problems) != 1 || !strings.Contains(res.Problems[0].Err.Error(), "protected by a password") ||
		res.Problems[0].Where != "reviews 28085 (\"The Members’ Screening\")" {
		t.Errorf("problems %v", res.Problems)
	}
	s.edit(28085, "2026-11-22T13:30:00", "<p>For everyone.</p>")
	s.change(28085, func(p post) { p["excerpt"] = post{"rendered": "<p>For</p>", "protected": false} })
	if res := s.gather(t); len(res.Problems) != 0 || len(res.Items) != 1 || strings.HasPrefix(res.Items[0].Title, "Protected") {
		t.Errorf("problems %v, items %v", res.Problems, res.Items)
	}
}

// What has passed is no problem any more: the operator sees that it has.
func TestProblemsPass(t *testing.T) {
	t.Parallel()
	for name, route := range map[string]string{"a type was closed": "/definitives", "the API was closed": ""} {
		s := openShelf(t, "")
		s.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/wp-json") || !strings.HasSuffix(r.URL.Path, route) {
				return false
			}
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		if res := s.gather(t); res.Unchanged || len(res.Problems) < 2 {
			t.Errorf("%s: unchanged %t, problems %v", name, res.Unchanged, res.Problems)
		}
		s.answer = nil
		s.clock.Time = s.clock.Add(6 * time.Hour)
		if res := s.gather(t); res.Unchanged || len(res.Problems) != 1 || len(res.Items) > 0 {
			t.Errorf("%s: unchanged %t, problems %v", name, res.Unchanged, res.Problems)
		}
		if !s.gather(t).Unchanged {
			t.Errorf("%s: and still", name)
		}
	}
}

// Other fields or types make every piece worth reading again. What is stored from
// before may be no piece of the API, so that nothing is withdrawn.
func TestOtherSettingsReadAnew(t *testing.T) {
	t.Parallel()
	s := openShelf(t, "")
	s.trash(28043)
	s.reader = setup{client: sourcetest.Client(s.site), options: "url: " + home + "\nfields: {rating: meta.rating}", now: s.clock}.reader(t)
	res := s.gather(t)
	if len(res.Items) != 37 || res.Complete {
		t.Errorf("%d items, complete %t", len(res.Items), res.Complete)
	}
	if film := find(t, res.Items, "p=28091").Film; film.Rating == nil || film.Rating.Value != 3.5 || film.Rating.Best != 0 {
		t.Errorf("film %+v", film)
	}
}

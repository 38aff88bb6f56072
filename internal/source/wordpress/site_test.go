package wordpress_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/testkit"
)

const (
	captured = "../../../testdata/wordpress"
	more     = "testdata/captured"
	home     = "http://127.0.0.1:8088"
)

// site is a WordPress that answers list after list as the captured one did:
// TestSiteAnswersAsTheRealOneDid compares them. Unlike captured answers it can be
// asked anything that the reader asks, and be worked on.
type site struct {
	*testkit.Site // all other pages, as captured

	mu     sync.Mutex
	posts  map[string][]post // by REST base
	pools  map[string]map[int]any
	asked  []string
	before func(r *http.Request, nth int)                    // is called before the nth request is answered
	answer func(w http.ResponseWriter, r *http.Request) bool // may answer instead
}

type post = map[string]any

// openSite is the captured site, or the state of it after an editor's work.
func openSite(t testing.TB, state string) *site {
	t.Helper()
	static, err := testkit.Captured(os.DirFS(captured))
	if err != nil {
		t.Fatal(err)
	}
	static.Turn(state)
	if err := static.PutExchange(os.DirFS(more), "page-home.http", "", "/"); err != nil {
		t.Fatal(err)
	}
	s := &site{Site: static, posts: map[string][]post{}, pools: map[string]map[int]any{"media": {}, "author": {}, "term": {}}}
	s.learnAll(t, "after") // for what is embedded
	s.learnAll(t, "")
	s.learn(t, "reviews", path.Join(more, "rest-reviews-embed-all.http"))
	all := s.posts
	s.posts = map[string][]post{}
	s.learnAll(t, state)
	for base, list := range all { // what another state has and this one lacks is in the trash
		for _, p := range list {
			s.bin(base, p)
		}
		slices.SortFunc(s.posts[base], func(a, b post) int { return cmp.Compare(number(a["id"]), number(b["id"])) })
	}
	return s
}

// learnAll adds the posts of a state of the captured site.
func (s *site) learnAll(t testing.TB, state string) {
	t.Helper()
	for _, base := range []string{"posts", "definitives"} {
		s.learn(t, base, path.Join(captured, state, "rest-"+base+"-sync.http"))
	}
	for page := range 3 {
		s.learn(t, "reviews", path.Join(captured, state, fmt.Sprintf("rest-reviews-page%d.http", page+1)))
	}
	posts := s.posts["reviews"]
	s.learn(t, "reviews", path.Join(captured, state, "rest-reviews-sync.http"))
	s.posts["reviews"] = posts
}

// bin adds a post as trashed, unless it is there.
func (s *site) bin(base string, p post) {
	if slices.ContainsFunc(s.posts[base], func(have post) bool { return number(have["id"]) == number(p["id"]) }) {
		return
	}
	p = maps.Clone(p)
	p["status"] = "trash"
	s.posts[base] = append(s.posts[base], p)
}

// learn adds the posts in a captured list, and what is embedded with them.
func (s *site) learn(t testing.TB, base, file string) {
	t.Helper()
	for _, p := range postsIn(t, file) {
		embedded, _ := p["_embedded"].(post)
		for rel, pool := range map[string]string{"wp:featuredmedia": "media", "author": "author"} {
			s.pool(pool, embedded[rel])
		}
		terms, _ := embedded["wp:term"].([]any)
		for i, list := range terms {
			s.pool("term", list)
			if _, asked := p[taxonomies()[i]]; !asked {
				p[taxonomies()[i]] = ids(list)
			}
		}
		delete(p, "_embedded")
		s.posts[base] = append(s.posts[base], p)
	}
}

// parsed are the captured lists, by file, since many tests read them.
var parsed sync.Map

// postsIn are the posts in a captured list, to be worked on.
func postsIn(t testing.TB, file string) []post {
	t.Helper()
	list, ok := parsed.Load(file)
	if !ok {
		var posts []post
		if err := json.Unmarshal(body(t, file), &posts); err != nil {
			t.Fatal(err)
		}
		list, _ = parsed.LoadOrStore(file, posts)
	}
	var fresh []post
	for _, p := range list.([]post) {
		fresh = append(fresh, maps.Clone(p))
	}
	return fresh
}

// taxonomies are the REST bases of the site's taxonomies, in its order.
func taxonomies() []string { return []string{"categories", "tags", "topic", "director", "actor"} }

func ids(list any) []any {
	var all []any
	for _, one := range list.([]any) {
		all = append(all, one.(post)["id"])
	}
	return all
}

func (s *site) pool(name string, list any) {
	all, _ := list.([]any)
	for _, one := range all {
		s.pools[name][number(one.(post)["id"])] = one
	}
}

// body is the body of a captured answer.
func body(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, content, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	return content
}

func number(v any) int {
	n, _ := v.(float64)
	return int(n)
}

// change works on the post with an id.
func (s *site) change(id int, work func(p post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range s.posts {
		for _, p := range list {
			if number(p["id"]) == id {
				work(p)
			}
		}
	}
}

// edit gives a post another text at a time.
func (s *site) edit(id int, at, text string) {
	s.change(id, func(p post) { p["modified_gmt"], p["content"] = at, post{"rendered": text, "protected": false} })
}

// trash makes a post one that only editors see.
func (s *site) trash(ids ...int) {
	for _, id := range ids {
		s.change(id, func(p post) { p["status"] = "trash" })
	}
}

// write publishes a copy of a post under another id.
func (s *site) write(base string, of, id int, published, modified string) {
	var fresh post
	s.change(of, func(p post) { fresh = maps.Clone(p) })
	fresh["id"], fresh["date_gmt"], fresh["modified_gmt"] = float64(id), published, modified
	fresh["guid"] = post{"rendered": fmt.Sprintf("%s/?post_type=%s&#038;p=%d", home, strings.TrimSuffix(base, "s")+"s", id)}
	fresh["link"] = fmt.Sprintf("%s/%s/copy-%d/", home, base, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts[base] = append(s.posts[base], fresh)
}

// Forget empties the log of requests.
func (s *site) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
}

// Asked are the routes asked for since, in order.
func (s *site) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// ServeHTTP answers the API's lists and posts, and all else as captured.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	nth := len(s.asked)
	s.mu.Unlock()
	if s.before != nil {
		s.before(r, nth)
	}
	if s.answer != nil && s.answer(w, r) {
		return
	}
	route, isAPI := strings.CutPrefix(r.URL.Path, "/wp-json/wp/v2/")
	if form := r.URL.Query().Get("rest_route"); form != "" {
		route, isAPI = strings.TrimPrefix(form, "/wp/v2/"), true
	}
	base, id, single := strings.Cut(route, "/")
	s.mu.Lock()
	_, known := s.posts[base]
	s.mu.Unlock()
	switch {
	case !isAPI || !known:
		s.Site.ServeHTTP(w, r)
	case single:
		s.one(w, r, base, id)
	default:
		s.list(w, r, base)
	}
}

func (s *site) one(w http.ResponseWriter, r *http.Request, base, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.posts[base] {
		if id != strconv.Itoa(number(p["id"])) {
			continue
		}
		if p["status"] != "publish" {
			refuse(w, http.StatusUnauthorized, "rest_forbidden", "Sorry, you are not allowed to do that.")
			return
		}
		send(w, s.view(p, r.URL.Query()))
		return
	}
	refuse(w, http.StatusNotFound, "rest_post_invalid_id", "Invalid post ID.")
}

func (s *site) list(w http.ResponseWriter, r *http.Request, base string) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	found := slices.DeleteFunc(slices.Clone(s.posts[base]), func(p post) bool { return !matches(p, q) })
	slices.SortStableFunc(found, order(q))
	size, page := count(q, "per_page", 10), count(q, "page", 1)
	pages := (len(found) + size - 1) / size
	if page > max(pages, 1) {
		refuse(w, http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
		return
	}
	w.Header().Set("X-WP-Total", strconv.Itoa(len(found)))
	w.Header().Set("X-WP-TotalPages", strconv.Itoa(pages))
	shown := []any{}
	for _, p := range found[min((page-1)*size, len(found)):min(page*size, len(found))] {
		shown = append(shown, s.view(p, q))
	}
	send(w, shown)
}

func count(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}

func matches(p post, q url.Values) bool {
	if p["status"] != "publish" {
		return false
	}
	if ids := q.Get("include"); ids != "" && !slices.Contains(strings.Split(ids, ","), strconv.Itoa(number(p["id"]))) {
		return false
	}
	return later(p["date_gmt"], q.Get("after")) && later(p["modified_gmt"], q.Get("modified_after"))
}

// later compares as WordPress does: by what the clock on the site's wall showed.
func later(gmt any, than string) bool {
	if than == "" {
		return true
	}
	limit := strings.Replace(than, "T", " ", 1)
	if at, err := time.Parse(time.RFC3339, than); err == nil {
		limit = at.In(chicago()).Format(time.DateTime)
	}
	return onWall(gmt) > limit
}

func onWall(gmt any) string {
	at, err := time.Parse("2006-01-02T15:04:05", fmt.Sprint(gmt))
	if err != nil {
		panic(err)
	}
	return at.In(chicago()).Format(time.DateTime)
}

func chicago() *time.Location {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		panic(err)
	}
	return zone
}

func order(q url.Values) func(a, b post) int {
	by := func(p post) string { return onWall(p["date_gmt"]) }
	switch q.Get("orderby") {
	case "modified":
		by = func(p post) string { return onWall(p["modified_gmt"]) }
	case "id":
		by = func(p post) string { return fmt.Sprintf("%09d", number(p["id"])) }
	}
	return func(a, b post) int {
		if c := cmp.Compare(by(a), by(b)); q.Get("order") == "asc" {
			return c
		} else {
			return -c
		}
	}
}

// view is a post with what _fields and _embed ask for.
func (s *site) view(p post, q url.Values) post {
	full := maps.Clone(p)
	fields := strings.Split(q.Get("_fields"), ",")
	if q.Get("_fields") == "" {
		fields = nil
	}
	if wanted, ok := q["_embed"]; ok && (fields == nil || slices.Contains(fields, "_links")) {
		full["_embedded"] = s.embed(p, wanted[0])
	}
	if fields == nil {
		return full
	}
	view := post{}
	for _, field := range append(fields, "_embedded") { // which _links brings along
		pick(view, full, strings.Split(field, "."))
	}
	return view
}

func pick(into, from post, path []string) {
	value, ok := from[path[0]]
	if !ok {
		return
	}
	inside, isObject := value.(post)
	if len(path) == 1 || !isObject {
		into[path[0]] = value
		return
	}
	below, _ := into[path[0]].(post)
	if below == nil {
		below = post{}
	}
	pick(below, inside, path[1:])
	into[path[0]] = below
}

func (s *site) embed(p post, wanted string) post {
	all := post{}
	if author := s.pools["author"][1]; strings.Contains(wanted, "author") || wanted == "" {
		all["author"] = []any{author}
	}
	if media, ok := s.pools["media"][number(p["featured_media"])]; ok && (strings.Contains(wanted, "media") || wanted == "") {
		all["wp:featuredmedia"] = []any{media}
	}
	if strings.Contains(wanted, "term") || wanted == "" {
		lists := []any{}
		for _, base := range taxonomies() {
			lists = append(lists, s.terms(p[base]))
		}
		all["wp:term"] = lists
	}
	return all
}

func (s *site) terms(ids any) []any {
	list := []any{}
	all, _ := ids.([]any)
	for _, id := range all {
		if term, ok := s.pools["term"][number(id)]; ok {
			list = append(list, term)
		}
	}
	slices.SortFunc(list, func(a, b any) int { return cmp.Compare(fmt.Sprint(a.(post)["name"]), fmt.Sprint(b.(post)["name"])) })
	return list
}

// knowsTerm tells whether the name of a category or tag was captured; not all were.
func (s *site) knowsTerm(name string) bool {
	for _, term := range s.pools["term"] {
		in := term.(post)["taxonomy"]
		if html.UnescapeString(fmt.Sprint(term.(post)["name"])) == name && (in == "category" || in == "post_tag") {
			return true
		}
	}
	return false
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(post{"code": code, "message": message, "data": post{"status": status}})
}

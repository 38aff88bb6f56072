package testkit

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Site is a fake web site: literal responses by address, which may differ from
// one state of the site to the next. It answers conditional requests as
// WordPress does, redirects nothing by itself, and remembers what it was asked.
// It is safe for concurrent use.
type Site struct {
	mu    sync.Mutex
	state string
	pages map[string]map[string]page // state → address → page
	asked []SiteRequest
}

// page is one literal response.
type page struct {
	status int
	header http.Header
	body   []byte
}

// SiteRequest is one request that a Site was asked, with its answer's status.
type SiteRequest struct {
	Method          string
	Host            string
	Target          string // path and query as sent
	IfNoneMatch     string
	IfModifiedSince string
	Status          int
}

// Conditional reports whether the request carried a validator.
func (r SiteRequest) Conditional() bool { return r.IfNoneMatch != "" || r.IfModifiedSince != "" }

// NewSite is a site without pages in its first state, "".
func NewSite() *Site { return &Site{pages: map[string]map[string]page{}} }

// Turn brings the site into a state. A page that a state does not have is
// answered as in the first state, "".
func (s *Site) Turn(state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = state
}

// States are the states for which the site has pages, sorted.
func (s *Site) States() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]string, 0, len(s.pages))
	for state := range s.pages {
		states = append(states, state)
	}
	slices.Sort(states)
	return states
}

// Requests are the requests so far, in order.
func (s *Site) Requests() []SiteRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Forget empties the log of requests.
func (s *Site) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
}

// Set puts a page with the given media type at address in a state.
func (s *Site) Set(state, address, mediaType string, body []byte) {
	s.put(state, address, page{http.StatusOK, http.Header{"Content-Type": {mediaType}}, body})
}

func (s *Site) put(state, address string, p page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages[state] == nil {
		s.pages[state] = map[string]page{}
	}
	s.pages[state][canonical(address)] = p
}

// canonical makes one key of all spellings of an address: escapes undone and
// parameters sorted, so that a client may write its query as it likes.
func canonical(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host + cmp.Or(u.Path, "/") + "?" + u.Query().Encode()
}

// ServeHTTP answers from the site's present state: a page named with the
// request's host first, then one named by path and query alone, else 404.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := s.find(r)
	if p.status == http.StatusOK && unmodified(p.header, r.Header) {
		p = page{status: http.StatusNotModified, header: p.header}
	}
	maps.Copy(w.Header(), p.header)
	w.Header().Del("Transfer-Encoding")
	if p.status != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(len(p.body)))
	}
	s.log(r, p.status)
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.body) // the client's going away is its own affair
	}
}

func (s *Site) find(r *http.Request) page {
	s.mu.Lock()
	defer s.mu.Unlock()
	target := canonical(r.URL.RequestURI())
	for _, state := range []string{s.state, ""} {
		for _, key := range []string{r.Host + target, target} {
			if p, ok := s.pages[state][key]; ok {
				return p
			}
		}
	}
	return page{http.StatusNotFound, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte("no such page\n")}
}

func (s *Site) log(r *http.Request, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, SiteRequest{
		Method: r.Method, Host: r.Host, Target: r.URL.RequestURI(), Status: status,
		IfNoneMatch: r.Header.Get("If-None-Match"), IfModifiedSince: r.Header.Get("If-Modified-Since"),
	})
}

// unmodified decides as WordPress does, not as RFC 9110 §13.2.2 says: every
// validator sent must hold, tags are compared byte for byte, and a date holds
// when it is equal or later.
func unmodified(page, asked http.Header) bool {
	tag, since := asked.Get("If-None-Match"), asked.Get("If-Modified-Since")
	if tag == "" && since == "" {
		return false
	}
	if tag != "" && (page.Get("ETag") == "" || strings.TrimSpace(tag) != page.Get("ETag")) {
		return false
	}
	return since == "" || notBefore(since, page.Get("Last-Modified"))
}

func notBefore(since, modified string) bool {
	asked, errAsked := http.ParseTime(since)
	last, errLast := http.ParseTime(modified)
	return errAsked == nil && errLast == nil && !asked.Truncate(time.Second).Before(last)
}

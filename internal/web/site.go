package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"

	"marquee/internal/domain"
	"marquee/templates"
)

// Site is the router: routes are added by the packages below, each for its
// audience.
//
// Requests are not logged, on purpose: who reads what is nobody's business, and
// addresses hold tokens. A proxy in front can count what must be counted.
type Site struct {
	mux   *http.ServeMux
	pages *Pages
	log   *slog.Logger
	guard *http.CrossOriginProtection
}

// New returns a site with nothing but its style sheet and icon.
func New(t *templates.Web, p domain.Publication, log *slog.Logger) (*Site, error) {
	return newSite(newPages(t, p), log)
}

func newSite(pages *Pages, log *slog.Logger) (*Site, error) {
	s := &Site{mux: http.NewServeMux(), pages: pages, log: log, guard: http.NewCrossOriginProtection()}
	if err := s.trust(pages.publication.Server); err != nil {
		return nil, err
	}
	for _, a := range []asset{pages.style, pages.icon, pages.script} {
		s.Handle("GET "+a.path, a.handler())
	}
	// Browsers look there for documents that name no icon: letters and feeds.
	s.Handle("GET /favicon.ico", pages.icon.handler())
	return s, nil
}

// trust takes forms from pages at the site's public address, which a proxy that
// changes the Host header hides from us.
func (s *Site) trust(server string) error {
	u, err := url.Parse(server)
	if err != nil {
		return fmt.Errorf("address of the site: %w", err)
	}
	if u.Host == "" {
		return nil
	}
	return s.guard.AddTrustedOrigin(u.Scheme + "://" + u.Host)
}

// Asset adds a file that pages need, and returns its address.
func (s *Site) Asset(path, contentType, body string) (address string) {
	a := asset{path: path, contentType: contentType, body: []byte(body)}
	s.Handle("GET "+path, a.handler())
	return a.address()
}

// Pages renders the site's pages.
func (s *Site) Pages() *Pages { return s.pages }

// Handle adds a route; pattern is as http.ServeMux has it, with a method. Forms
// are taken from our own pages only.
func (s *Site) Handle(pattern string, h HandlerFunc) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		if c, ok := w.(*choice); ok {
			c.handler = h
		}
	})
}

// HandleOneClick adds a POST route that mail programs call without being sent
// there by one of our pages (RFC 8058 §3.2), so that the origin of the request
// is not checked. The address itself must hold all that is needed.
func (s *Site) HandleOneClick(path string, h HandlerFunc) {
	s.guard.AddInsecureBypassPattern("POST " + path)
	s.Handle("POST "+path, h)
}

// maxBody is how much of a request's body is read, in bytes.
const maxBody = 1 << 20

// ServeHTTP answers with the headers that every answer carries.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.answer(w, r, s.route)
}

// policy lets our pages show our own pictures in our own style, and nothing else.
const policy = "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// scripted is the policy of pages with our one script.
const scripted = policy + "; script-src 'self'"

// secure sets what browsers must know about every answer. Handlers may replace
// what does not fit theirs.
func secure(h http.Header) {
	h["Content-Security-Policy"] = []string{policy}
	h["X-Content-Type-Options"] = []string{"nosniff"}
	h["Referrer-Policy"] = []string{"strict-origin-when-cross-origin"}
}

// answer calls a handler and answers in its stead when it fails.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, h HandlerFunc) {
	a := &answer{ResponseWriter: w}
	if err := call(h, a, r); err != nil {
		s.fail(a, r, err)
	}
}

// route finds the request's handler and calls it. The router only chooses, so that
// what it finds wrong is answered as everything else is.
func (s *Site) route(w http.ResponseWriter, r *http.Request) error {
	if err := s.guard.Check(r); err != nil {
		return fmt.Errorf("%w: %w", errForeign, err)
	}
	c := choice{}
	s.mux.ServeHTTP(&c, r)
	if c.handler != nil {
		return c.handler(w, r)
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		return c.refusal()
	}
	w.Header().Set("Location", c.header.Get("Location")) // the path was not written properly
	w.WriteHeader(c.status)
	return nil
}

// choice is the answer that the router writes: which handler it is, or why none.
type choice struct {
	handler HandlerFunc
	header  http.Header
	status  int
}

// Header is for what the router itself has to say.
func (c *choice) Header() http.Header {
	if c.header == nil {
		c.header = http.Header{}
	}
	return c.header
}

func (c *choice) Write(p []byte) (int, error) { return len(p), nil }
func (c *choice) WriteHeader(status int)      { c.status = status }

// refusal is why the router has no route. Only its own answer tells whether the
// path takes other methods (RFC 9110 §15.5.6).
func (c *choice) refusal() error {
	if allow := c.header.Get("Allow"); allow != "" {
		return &methodError{allow: allow}
	}
	return fmt.Errorf("no such page: %w", domain.ErrNotFound)
}

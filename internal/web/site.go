package web

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// StylePath is where the style sheet is served.
const StylePath = "/assets/style.css"

// Site is the router: routes are added by the packages below, each for its
// audience.
type Site struct {
	mux   *http.ServeMux
	pages *Pages
	log   *slog.Logger
	guard *http.CrossOriginProtection
}

// NewSite returns a site with nothing but its style sheet, which is read from
// templates.
func NewSite(pages *Pages, templates fs.FS, log *slog.Logger) (*Site, error) {
	style, err := fs.ReadFile(templates, "style.css")
	if err != nil {
		return nil, err
	}
	s := &Site{mux: http.NewServeMux(), pages: pages, log: log, guard: http.NewCrossOriginProtection()}
	s.guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "this form was sent from another site", http.StatusForbidden)
	}))
	etag := ETag(style)
	s.Handle("GET "+StylePath, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		Bytes(w, r, etag, time.Time{}, style)
		return nil
	})
	s.Handle("/", func(http.ResponseWriter, *http.Request) error { return errNoRoute })
	return s, nil
}

// Pages renders the site's pages.
func (s *Site) Pages() *Pages { return s.pages }

// Handle adds a route; pattern is as http.ServeMux has it, with a method.
func (s *Site) Handle(pattern string, h HandlerFunc) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
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

// ServeHTTP answers with the headers that every answer carries. Forms are
// taken from our own pages only.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; img-src * data:; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	s.guard.Handler(s.mux).ServeHTTP(w, r)
}

// Server serves h with limits that keep slow or idle clients from using it up.
// ctx is the parent of every request's context.
func Server(ctx context.Context, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// Serve runs the server until ctx ends, then lets running requests finish for
// at most ten seconds.
func Serve(ctx context.Context, srv *http.Server, l net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := srv.Shutdown(stopping)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"marquee/internal/domain"
)

// sourcesView is what admin_sources.html.tmpl sees.
type sourcesView struct {
	Sources []sourceView
	Said    string // what came of what was asked for
	Wrong   bool   // it went wrong
}

// sourceView is a source, how reading it goes, and what can be done about it.
type sourceView struct {
	healthView
	Path   string
	Pieces int
	Held   int  // came back as new
	Gone   bool // from the configuration
}

func (h *handlers) sources(w http.ResponseWriter, r *http.Request) error {
	return h.showSources(w, r, sourcesView{})
}

func (h *handlers) showSources(w http.ResponseWriter, r *http.Request, v sourcesView) error {
	read, err := h.Store.Sources(r.Context())
	if err != nil {
		return err
	}
	for _, name := range h.Sources {
		if !slices.ContainsFunc(read, func(s domain.SourceStatus) bool { return s.Source == name }) {
			read = append(read, domain.SourceStatus{Source: name})
		}
	}
	for i := range read {
		v.Sources = append(v.Sources, sourceView{
			healthView: h.health(&read[i]), Path: "/admin/sources/" + read[i].Source, Pieces: read[i].Items, Held: read[i].Held,
			Gone: !slices.Contains(h.Sources, read[i].Source),
		})
	}
	return h.show(w, r, http.StatusOK, "sources", "Sources", v)
}

// health is how reading a source goes, in a few lines.
func (h *handlers) health(s *domain.SourceStatus) healthView {
	is := healthView{Name: s.Source, Good: h.at(s.Succeeded), Trouble: s.Error}
	if !s.Since.IsZero() {
		is.Remarks = append(is.Remarks, "fails since "+h.at(s.Since))
	}
	if s.NotBefore.After(h.Now()) {
		is.Remarks = append(is.Remarks, "its server wants to be asked again after "+h.at(s.NotBefore))
	}
	if s.Held > 0 {
		is.Remarks = append(is.Remarks, fmt.Sprintf("%d pieces came back as new and are held out of letters", s.Held))
	}
	is.Remarks = append(is.Remarks, s.Problems...)
	return is
}

// gather reads a source at once, and says what it gave.
func (h *handlers) gather(w http.ResponseWriter, r *http.Request) error {
	return h.onSource(w, r, func(ctx context.Context, name string) (string, error) {
		report, err := h.Desk.Gather(ctx, name)
		return report.String(), err
	})
}

// accept makes what is held of a source news.
func (h *handlers) accept(w http.ResponseWriter, r *http.Request) error {
	return h.onSource(w, r, func(ctx context.Context, name string) (string, error) {
		n, err := h.Desk.AcceptHeld(ctx, name)
		return fmt.Sprintf("%d pieces are news for the next edition", n), err
	})
}

// onSource does something with the source that a path names, and shows what came of
// it among all sources.
func (h *handlers) onSource(w http.ResponseWriter, r *http.Request, act func(context.Context, string) (string, error)) error {
	name := r.PathValue("source")
	if !slices.Contains(h.Sources, name) {
		return fmt.Errorf("source %q: %w in the configuration", name, domain.ErrNotFound)
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	said, err := act(ctx, name)
	if err != nil {
		return h.showSources(w, r, sourcesView{Said: err.Error(), Wrong: true})
	}
	return h.showSources(w, r, sourcesView{Said: name + ": " + said + "."})
}

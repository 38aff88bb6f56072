package web

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"

	"marquee/internal/domain"
)

// HandlerFunc is a handler that may fail; Site.Handle answers for it.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// failure is what people see of an error.
type failure struct {
	status int
	title  string
	words  string
}

// failureOf is the one table of errors and answers. What is not in it is none
// of a visitor's business.
func failureOf(err error) (failure, bool) {
	switch {
	case errors.Is(err, domain.ErrNotFound), errors.Is(err, domain.ErrNotEntitled):
		return failure{http.StatusNotFound, "Not here", "There is nothing at this address. It may have moved, or the link is not complete."}, true
	case errors.Is(err, domain.ErrInvalid):
		return failure{http.StatusBadRequest, "Not understood", "The request does not make sense as it is."}, true
	case errors.Is(err, domain.ErrConflict):
		return failure{http.StatusConflict, "Too late", "Somebody else changed this meanwhile. Please look again."}, true
	}
	return failure{http.StatusInternalServerError, "Our mistake", "Something went wrong on our side. It has been written down; please try again later."}, false
}

// fail answers for an error. Unexpected ones are logged whole under an id that
// the visitor sees too.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, expected := failureOf(err)
	id := ""
	if !expected {
		id = rand.Text()[:10]
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.String("route", r.Pattern), slog.String("id", id), slog.Any("err", err))
	}
	w.Header().Set("Cache-Control", "no-store")
	page := Page{Title: f.title, NoIndex: true, Body: struct{ Words, ID string }{f.words, id}}
	if err := s.pages.Render(w, f.status, "message", page); err != nil {
		http.Error(w, f.title, f.status)
	}
}

package web

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"

	"marquee/internal/domain"
)

// HandlerFunc is a handler that may fail; the Site answers for it.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// errForeign is a form that another site sent.
var errForeign = errors.New("sent from another site")

// methodError is a method that the path does not take.
type methodError struct{ allow string } // the methods it takes, as in the header

func (e *methodError) Error() string { return "only " + e.allow }

// failure is what people see of an error.
type failure struct {
	status int
	title  string
	words  string
}

// failureOf is the one table of errors and answers. What is not in it is none
// of a visitor's business.
func failureOf(err error) (f failure, expected bool) {
	method, often := (*methodError)(nil), (*TooManyError)(nil)
	switch {
	case errors.As(err, &often): // RFC 6585 §4
		words := "From where you are this was done too often. Please try again in " + often.Words() + "."
		return failure{http.StatusTooManyRequests, "Too often", words}, true
	case errors.Is(err, domain.ErrNotFound), errors.Is(err, domain.ErrNotEntitled):
		return failure{http.StatusNotFound, "Not here", "There is nothing at this address. It may have moved, or the link is not complete."}, true
	case errors.Is(err, domain.ErrInvalid):
		return failure{http.StatusBadRequest, "Not understood", "The request does not make sense as it is."}, true
	case errors.Is(err, domain.ErrConflict):
		return failure{http.StatusConflict, "Too late", "Somebody else changed this meanwhile. Please look again."}, true
	case errors.Is(err, errForeign):
		return failure{http.StatusForbidden, "Sent from elsewhere", "This form was sent from another site, so nothing was done. Please open the page here and try again."}, true
	case errors.As(err, &method):
		return failure{http.StatusMethodNotAllowed, "Not that way", "This address does not take such a request."}, true
	}
	return failure{http.StatusInternalServerError, "Our mistake", "Something went wrong on our side. It has been written down; please try again later."}, false
}

// Answer is the status and the title with which an error is answered, and whether
// it is one that people cause.
func Answer(err error) (status int, title string, expected bool) {
	f, expected := failureOf(err)
	return f.status, f.title, expected
}

// fail answers for an error. Unexpected ones are logged whole, in one line,
// under an id that the visitor sees too. When part of another answer has gone
// out the connection is cut, so that nobody takes that part for the whole.
func (s *Site) fail(a *answer, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil { // the client left
		panic(http.ErrAbortHandler)
	}
	f, expected := failureOf(err)
	id := ""
	if !expected {
		id = rand.Text()[:10]
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", failed(r, id, err)...)
	}
	if a.begun {
		panic(http.ErrAbortHandler)
	}
	clear(a.Header()) // what the handler set was about another answer
	secure(a.Header())
	a.Header().Set("Cache-Control", "no-store")
	a.Header().Set("Referrer-Policy", "no-referrer") // the address may hold a token all the same
	if method := (*methodError)(nil); errors.As(err, &method) {
		a.Header().Set("Allow", method.allow)
	}
	if often := (*TooManyError)(nil); errors.As(err, &often) {
		a.Header().Set("Retry-After", often.Seconds())
	}
	page := Page{Title: f.title, NoIndex: true, Body: struct{ Words, ID string }{f.words, id}}
	if err := s.pages.Render(a, f.status, "message", page); err != nil {
		http.Error(a, f.title, f.status)
	}
}

// failed is what the log tells of a failure: the route, never the address, which
// may hold a token.
func failed(r *http.Request, id string, err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("route", r.Pattern), slog.String("id", id), slog.Any("err", err)}
	if p := (*panicked)(nil); errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	return attrs
}

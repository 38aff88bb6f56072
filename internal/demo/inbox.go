package demo

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
	"marquee/internal/web"
)

// inbox is every mailbox of the sample's people in one.
type inbox struct {
	mu      sync.Mutex
	letters []*letter
}

// take is called by the mail server for each mail.
func (in *inbox) take(m testkit.SMTPMessage) {
	l, err := open(m.Data)
	if err != nil { // shown as it is rather than lost
		l = &letter{Subject: err.Error(), To: strings.Join(m.To, ", "), source: m.Data}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.letters = append(in.letters, l)
	slices.SortStableFunc(in.letters, func(a, b *letter) int { return cmp.Compare(a.To, b.To) })
}

func (in *inbox) all() []*letter {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.letters)
}

// routes adds the mailbox pages to a site.
func (in *inbox) routes(site *web.Site) {
	site.Handle("GET /mailbox/{$}", func(w http.ResponseWriter, _ *http.Request) error {
		return site.Pages().Render(w, http.StatusOK, "mailbox", web.Page{Title: "Mailbox", NoIndex: true, Body: in.all()})
	})
	site.Handle("GET /mailbox/{number}", func(w http.ResponseWriter, r *http.Request) error {
		l, err := in.find(r)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'")
		view := struct {
			*letter
			Number string
		}{l, r.PathValue("number")}
		return site.Pages().Render(w, http.StatusOK, "letter", web.Page{Title: l.Subject, NoIndex: true, Body: view})
	})
	site.Handle("GET /mailbox/{number}/html", func(w http.ResponseWriter, r *http.Request) error {
		l, err := in.find(r)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'")
		return show(w, r, "text/html; charset=utf-8", l.HTML)
	})
	site.Handle("GET /mailbox/{number}/source", func(w http.ResponseWriter, r *http.Request) error {
		l, err := in.find(r)
		if err != nil {
			return err
		}
		return show(w, r, "text/plain; charset=utf-8", l.Source())
	})
}

func (in *inbox) find(r *http.Request) (*letter, error) {
	letters := in.all()
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || n < 0 || n >= len(letters) {
		return nil, fmt.Errorf("letter %q: %w", r.PathValue("number"), domain.ErrNotFound)
	}
	return letters[n], nil
}

func show(w http.ResponseWriter, r *http.Request, contentType, body string) error {
	w.Header().Set("Content-Type", contentType)
	web.Bytes(w, r, web.ETag([]byte(body)), time.Time{}, []byte(body))
	return nil
}

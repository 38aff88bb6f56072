package patron

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"path"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feedlink"
	"marquee/internal/press"
	"marquee/internal/web"
)

// Publisher makes feeds for readers.
type Publisher interface {
	// Serve is the feed of a name in the format of an extension, as readers may
	// see it now, or ErrNotFound.
	Serve(ctx context.Context, name, ext string, to domain.Readers) (*press.Published, error)
	// ServePage is a page of such a feed's archive, or ErrNotFound.
	ServePage(ctx context.Context, name, page, ext string, to domain.Readers) (feed.Page, error)
}

// Feeds are patrons' own feeds, each at an address that nobody else knows.
type Feeds struct {
	Links     *feedlink.Links
	Publisher Publisher
	// Visitor is the network that a request came from.
	Visitor func(*http.Request) netip.Prefix
}

// Routes adds the feeds to a site.
func (f Feeds) Routes(site *web.Site) {
	h := &feeds{Feeds: f}
	site.Handle("GET "+domain.PrivatePath+"{token}/{file}", h.feed)
	site.Handle("GET "+domain.PrivatePath+"{token}/{name}/{file}", h.page)
}

// feeds are the routes' methods.
type feeds struct {
	Feeds
	copies web.Copies
}

func (f *feeds) feed(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	return f.serve(w, r, file, func(who domain.Readers) (*press.Published, error) {
		name, ext := split(file)
		return f.Publisher.Serve(r.Context(), name, ext, who)
	})
}

// page is of a feed's archive (RFC 5005 §4).
func (f *feeds) page(w http.ResponseWriter, r *http.Request) error {
	name, ext := split(r.PathValue("file"))
	return f.serve(w, r, r.PathValue("name")+"."+ext, func(who domain.Readers) (*press.Published, error) {
		page, err := f.Publisher.ServePage(r.Context(), r.PathValue("name"), name, ext, who)
		return page.Published, err
	})
}

// split parts a file's name and its extension.
func split(file string) (name, ext string) {
	ext = path.Ext(file)
	return strings.TrimSuffix(file, ext), strings.TrimPrefix(ext, ".")
}

// serve answers with what the link's owner may read at the moment, and notes that
// they read it. Whoever is no patron any more reads what everybody reads, and that
// it is so. A token that opens nothing is not told apart from one that never was.
func (f *feeds) serve(w http.ResponseWriter, r *http.Request, file string, find func(domain.Readers) (*press.Published, error)) error {
	token := r.PathValue("token")
	owner, err := f.Links.Open(r.Context(), token)
	if err != nil {
		return err
	}
	who := owner.Readers
	if who.Standing != domain.Active {
		who.Audience = domain.Audience{Standing: domain.Former}
	}
	published, err := find(who)
	if err != nil {
		return err
	}
	if published.Cut == nil {
		return fmt.Errorf("feed %q is not made for patrons", file)
	}
	f.Links.Note(owner.ID, file, r.UserAgent(), f.Visitor(r).Addr())
	header := w.Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", "noindex")
	f.copies.Serve(w, r, published, token)
	return nil
}

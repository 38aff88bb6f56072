package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

// EditionStore is where a feed of editions finds them.
type EditionStore interface {
	// Editions are the newest editions that went out or are going out, newest
	// first, without Items.
	Editions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Rendition is an edition as some readers get it, or domain.ErrNotFound.
	Rendition(ctx context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error)
}

// editionsLast is how long a document of editions stands: no version tells when
// one has gone out.
const editionsLast = time.Minute

// editions is the document of the newest editions, for all audiences as everybody
// may read them.
func (v *view) editions(ctx context.Context) (Built, error) {
	b := Built{Document: v.head(v.audience), Until: v.now.Add(editionsLast)}
	editions, err := v.Editions.Editions(ctx, v.limit())
	if err != nil {
		return Built{}, fmt.Errorf("build feed %s of editions: %w", v.Name, err)
	}
	for i := range editions {
		r, err := v.Editions.Rendition(ctx, editions[i].ID, domain.Readers{})
		if errors.Is(err, domain.ErrNotFound) {
			continue
		}
		if err != nil {
			return Built{}, fmt.Errorf("build feed %s of editions: %w", v.Name, err)
		}
		e := v.editionEntry(&editions[i], &r)
		b.add(e, e.Updated)
	}
	if b.Document.Updated.IsZero() {
		b.Document.Updated = beginning()
	}
	return b, nil
}

func (v *view) editionEntry(e *domain.Edition, r *domain.Rendition) Entry {
	page := v.Publication.Server + "/editions/" + e.Slug()
	at := cmp.Or(e.Started, e.Due, e.Frozen)
	html := letterBody(r.HTML, page)
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("marquee:edition"))
	return Entry{
		ID:  uuid.NewSHA1(space, []byte(string(v.Seed)+"\x00"+e.Slug())).URN(),
		URL: page, Title: cmp.Or(r.Subject, e.Subject), Author: v.Publication.Author, Kind: domain.Post,
		Summary: cmp.Or(r.Preheader, excerpt(html, summaryLength)), HTML: html, Published: at, Updated: at,
	}
}

// letterBody is what a letter says, without what mail programs show before it is
// opened, which stands before the heading.
func letterBody(document, base string) string {
	clean := sanitize.HTML(document, base)
	if heading := strings.Index(clean, "<h1"); heading > 0 {
		clean = sanitize.HTML(clean[heading:], base)
	}
	return clean
}

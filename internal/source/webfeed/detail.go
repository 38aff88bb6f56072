package webfeed

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/filmdata"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// detailer is a reader that also reads the pages of new pieces.
type detailer struct {
	*reader
	content bool
}

// Detail implements source.Detailer with one request, for the piece's page. It
// fills in what the feed did not say of the film and its picture; with the
// option content, the text too, unless the page shows only a teaser.
func (d *detailer) Detail(ctx context.Context, raw *source.Raw) error {
	if raw.URL == "" {
		return nil
	}
	res, err := d.client.Get(ctx, fetch.Request{URL: raw.URL, Accept: "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"})
	if err != nil {
		return fmt.Errorf("read the piece's page: %w", err)
	}
	if res.ContentType != "" && !strings.Contains(res.ContentType, "html") {
		return fmt.Errorf("read the piece's page: %w: it is %s, not HTML", domain.ErrInvalid, soup.Excerpt(res.ContentType))
	}
	facts, err := filmdata.FromPage(res.Body, res.ContentType, res.URL)
	if err != nil {
		return fmt.Errorf("read the piece's page: %w", err)
	}
	raw.Film = filmdata.Merge(raw.Film, facts.Film)
	if raw.Image == nil {
		raw.Image = facts.Image
	}
	if d.content && raw.Content == "" && !facts.Teaser && len(soup.Line(facts.Body)) > len(soup.Line(raw.Summary)) {
		base, err := url.Parse(res.URL)
		if err != nil {
			return fmt.Errorf("read the piece's page: %w", err)
		}
		raw.Content = soup.ResolveLinks(base, facts.Body)
	}
	return nil
}

package webpage

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"

	"marquee/internal/filmdata"
	"marquee/internal/source"
)

// detailer is a reader that also reads the pages of new and changed pieces.
type detailer struct {
	*reader
	article Article
	zone    *time.Location
	guessed bool // titles and dates that only addresses and lastmod told give way
}

// Detail implements source.Detailer with one request, for the piece's page. It
// brings the text, and what the list did not say.
func (d *detailer) Detail(ctx context.Context, raw *source.Raw) error {
	if raw.URL == "" {
		return nil
	}
	p, err := d.page(ctx, raw.URL)
	if err == nil {
		err = d.complete(p, raw)
	}
	if err != nil {
		return fmt.Errorf("read the piece's page: %w", err)
	}
	return nil
}

// complete changes raw only when all went well.
func (d *detailer) complete(p *page, raw *source.Raw) error {
	if p.has("form.post-password-form") {
		return fmt.Errorf("%s asks for a password: readers get the piece once that is taken off", p.url)
	}
	if gate := p.gate(); gate != "" {
		return fmt.Errorf("%s was answered with %s", p.asked, gate)
	}
	facts, err := filmdata.FromDocument(p.doc, p.url.String())
	if err != nil {
		return err
	}
	a, err := d.article.read(p, d.zone)
	if err != nil {
		return err
	}
	title, published := d.known(raw)
	raw.Title = cmp.Or(title, a.title, facts.Title, a.heading, raw.Title)
	raw.Published = cmp.Or(published, a.published, raw.Published)
	raw.Author = cmp.Or(raw.Author, a.author)
	raw.URL = cmp.Or(canonical(p, facts.Canonical), raw.URL)
	raw.Film = filmdata.Merge(raw.Film, facts.Film)
	if raw.Image == nil {
		raw.Image = facts.Image
	}
	if facts.Teaser {
		raw.Summary = cmp.Or(raw.Summary, a.content)
		return nil
	}
	raw.Content = a.content
	return nil
}

// known are the title and the date of a piece if they are more than a guess.
func (d *detailer) known(raw *source.Raw) (title string, published time.Time) {
	title, published = raw.Title, raw.Published
	if !d.guessed {
		return title, published
	}
	if u, err := url.Parse(raw.URL); err == nil && title == guessTitle(u) {
		title = ""
	}
	if published.Equal(raw.Updated) {
		published = time.Time{}
	}
	return title, published
}

// canonical is the address that a page wants to be known by. Where that is the
// site's front page, somebody has configured it wrong.
func canonical(p *page, address string) string {
	u := parseWeb(p.url, address)
	if u == nil || u.Path == "/" && u.RawQuery == "" && p.url.Path != "/" {
		return ""
	}
	return u.String()
}

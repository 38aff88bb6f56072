package gather

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/prose"
	"marquee/internal/sanitize"
	"marquee/internal/source"
)

const (
	maxTags    = 30
	titleWords = 8 // of a piece without a title
)

// build makes the item of a piece, without its history; old is what is stored
// of it, zero when nothing is. It is false for pieces that a rule leaves out.
func (r *round) build(raw source.Raw, old domain.Item) (domain.Item, bool) {
	title := oneLine(raw.Title)
	class := r.rules.classify(&raw, title)
	if class.skip {
		return domain.Item{}, false
	}
	text := r.clean().Prose(prose.Raw{Content: raw.Content, Summary: raw.Summary, URL: raw.URL})
	it := domain.Item{
		ID: domain.NewItemID(r.cfg.Name, raw.GUID), Source: r.cfg.Name, GUID: raw.GUID,
		Kind: class.kind, Series: class.series, URL: address(raw.URL),
		Author: oneLine(raw.Author), Language: r.language(raw.Language), Tags: tags(raw.Categories),
		Teaser: text.Teaser, Body: text.Body, Exclusive: text.Exclusive,
		Image: image(raw.Image), Film: film(raw.Film, r.rules.best), Picks: r.picks(raw.Picks, raw.URL),
		Release:   slices.Clone(class.release),
		Published: r.published(raw.Published, old), Updated: raw.Updated.UTC(),
	}
	r.listed(&it, &raw, text)
	it.Title = titleOf(title, it)
	return it, true
}

// titleOf is a title without the series before it, which FullTitle puts there.
// A piece without one is named after its film or its first words.
func titleOf(title string, it domain.Item) string {
	if series, rest, ok := strings.Cut(title, ":"); ok && it.Series != "" && folded(series) == folded(it.Series) {
		title = strings.TrimSpace(rest)
	}
	if title == "" && it.Film != nil {
		title = it.Film.Title
	}
	if title != "" {
		return title
	}
	return cmp.Or(sanitize.Excerpt(cmp.Or(it.Teaser, it.Body), titleWords), it.Published.Format("January 2, 2006"))
}

// language is empty for the publication's own.
func (r *round) language(tag string) string {
	if strings.EqualFold(tag, r.cfg.Publication.Language) {
		return ""
	}
	return oneLine(tag)
}

// tags are a piece's categories, each once.
func tags(names []string) []string {
	var all []string
	for _, name := range names {
		name = oneLine(name)
		if name != "" && len(all) < maxTags && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// address is an absolute http or https address; "" for anything else.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

package webfeed

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"marquee/internal/dates"
	"marquee/internal/domain"
	"marquee/internal/feedxml"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// entry is one item as its format gave it: decoded once, nothing resolved.
type entry struct {
	guid, link, title  string
	author, language   string
	summary, content   feedxml.Text
	published, updated []string // dates that may say it, best first
	categories         []string
	pictures           []picture // best first
	about              about
	base               *url.URL
	said               func() string // all of it, as it is written
}

// date takes the dates, whichever format's they are.
func (e *entry) date(x ext.Extensions) {
	for _, name := range []string{"date:pubdate", "date:published", "date:issued", "dcterms:issued", "dc:date", "date:created", "dcterms:created", "dcterms:available"} {
		vocabulary, local, _ := strings.Cut(name, ":")
		e.published = append(e.published, extra(x, vocabulary, local)...)
	}
	for _, name := range []string{"date:updated", "date:modified", "dcterms:modified"} {
		vocabulary, local, _ := strings.Cut(name, ":")
		e.updated = append(e.updated, extra(x, vocabulary, local)...)
	}
}

// about is what the item says of a film.
type about struct {
	film  *domain.Film
	kind  domain.ItemKind
	picks []domain.Pick
}

// errCut is an item that the end of the answer has cut off before its id.
var errCut = fmt.Errorf("%w: it is cut off", domain.ErrInvalid)

// errProtected is a WordPress entry behind a password of its own.
var errProtected = fmt.Errorf("%w: protected by a password on its site", domain.ErrNotEntitled)

// collector turns entries into items, and keeps account of those it cannot use.
type collector struct {
	parsed
	feed  channel
	zone  *time.Location
	seen  map[string]bool
	count int // of items, good and bad

	growth int // of the texts, by what was resolved in them
}

func (c *collector) takeAll(outcomes []outcome) {
	for _, got := range outcomes {
		c.take(got)
	}
}

// take takes what came of an item.
func (c *collector) take(got outcome) {
	i := c.count
	c.count++
	switch {
	case got.err == nil:
		c.add(i, got.entry)
	case errors.Is(got.err, errCut): // leftOut says so of all of them
	default:
		c.problem(i, got.entry, got.err)
	}
}

func (c *collector) add(i int, e entry) {
	var raw source.Raw
	err := guarded(func() (err error) {
		raw, err = c.raw(e)
		return err
	})
	if err != nil {
		c.problem(i, e, err)
		return
	}
	if c.seen[raw.GUID] {
		e.guid = "" // the item that has it is fine
		c.problem(i, e, fmt.Errorf("%w: its guid is that of an item before it", domain.ErrConflict))
		return
	}
	c.seen[raw.GUID] = true
	c.items = append(c.items, raw)
}

func (c *collector) raw(e entry) (source.Raw, error) {
	if e.base == nil {
		e.base = c.feed.base
	}
	raw := source.Raw{
		URL:        soup.Absolute(e.base, e.link),
		Title:      soup.Line(e.title),
		Author:     soup.Line(firstOf(e.author, c.feed.author)),
		Summary:    c.html(e.summary),
		Content:    c.html(e.content),
		Categories: names(e.categories),
		Film:       e.about.film,
		Picks:      e.about.picks,
		Kind:       e.about.kind,
		Language:   language(firstOf(e.language, c.feed.language)),
		Published:  c.date(e.published),
		Updated:    c.date(e.updated),
	}
	if raw.Published.IsZero() {
		raw.Published = raw.Updated
	}
	switch raw.GUID = guidOf(e, raw.URL); {
	case raw.GUID == "":
		return raw, fmt.Errorf("%w: it says nothing", domain.ErrInvalid)
	case isProtected(&raw):
		return raw, errProtected
	}
	raw.Image = bestPicture(e.base, e.pictures, raw.Content, raw.Summary)
	takeStars(&raw)
	return raw, nil
}

// html is a text as HTML with absolute addresses.
func (c *collector) html(t feedxml.Text) string {
	if t.Plain {
		return soup.Paragraphs(soup.Clean(t.Value))
	}
	return soup.Resolver{Base: t.Base, Growth: &c.growth}.HTML(withoutFooter(soup.HTML(t.Value)))
}

// withoutFooter drops the line that SEO plugins of WordPress append to every
// item of a feed: "The post … appeared first on …".
func withoutFooter(s string) string {
	s = strings.TrimSpace(s)
	i := strings.LastIndex(s, "<p>The post <a ")
	if i < 0 || strings.Index(s[i:], "</p>") != len(s[i:])-len("</p>") || !strings.Contains(s[i:], "</a> appeared first on <a ") {
		return s
	}
	return strings.TrimSpace(s[:i])
}

// date is the first of the dates that can be read.
func (c *collector) date(dated []string) time.Time {
	for _, s := range dated {
		if s != "" {
			if at := dates.Parse(s, c.zone); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

// guidOf is the item's id as it is written, since it must never change; without
// one its address, or what it says: its title and date, else its text, else all
// of it.
func guidOf(e entry, address string) string {
	if guid := firstOf(e.guid, address); guid != "" {
		return strings.TrimSpace(guid)
	}
	text := firstOf(e.summary.Value, e.content.Value)
	if date := firstOf(append(e.published, e.updated...)...); e.title+date != "" {
		text = e.title + "\x00" + date
	}
	if text == "" {
		text = e.said()
	}
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// isProtected recognises the form, and in feeds of excerpts the sentence, that
// WordPress gives instead of a protected entry.
func isProtected(raw *source.Raw) bool {
	return strings.Contains(raw.Content, "post-password-form") ||
		raw.Content == "" && strings.Contains(raw.Summary, "There is no excerpt because this is a protected post.")
}

// maxCategories is how many categories of one item are heeded.
const maxCategories = 256

func names(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list[:min(len(list), maxCategories)] {
		if s = soup.Line(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// language is the tag if it has the form of one (RFC 5646 §2.1).
func language(tag string) string {
	tag = strings.ReplaceAll(strings.TrimSpace(tag), "_", "-")
	for part := range strings.SplitSeq(tag, "-") {
		if len(part) < 1 || len(part) > 8 || strings.ContainsFunc(part, func(r rune) bool { return !isLetterOrDigit(r) }) {
			return ""
		}
	}
	return tag
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func (c *collector) problem(i int, e entry, err error) {
	where := fmt.Sprintf("item %d%s", i+1, soup.Quoted(soup.Line(e.title)))
	c.problems = append(c.problems, source.Problem{GUID: strings.TrimSpace(e.guid), Where: where, Err: err})
}

// leftOut reports what the feed holds beyond what was read.
func (c *collector) leftOut(more int, cut bool) {
	if more > 0 {
		c.problems = append(c.problems, source.Problem{
			Where: "feed", Err: fmt.Errorf("%w: %d items beyond the first %d were left out", domain.ErrInvalid, more, feedxml.MaxItems),
		})
	}
	if c.cut = cut; cut {
		c.problems = append(c.problems, source.Problem{
			Where: "feed", Err: fmt.Errorf("%w: it was cut off after item %d", domain.ErrInvalid, len(c.items)),
		})
	}
}

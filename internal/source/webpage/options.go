package webpage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"marquee/internal/config"
)

const (
	defaultLimit = 30
	maxLimit     = 50 // so many pieces gathering learns the details of at a time
	defaultPages = 3
	maxPages     = 20
)

// Options are the kind's keys in the configuration.
type Options struct {
	List    *List    `yaml:"list"`    // either this
	Sitemap string   `yaml:"sitemap"` // or the address of a sitemap or of an index of sitemaps
	Paths   []string `yaml:"paths"`   // only addresses whose path begins with one of these; none is all
	Limit   int      `yaml:"limit"`   // how many pieces are looked at, newest first
	Details bool     `yaml:"details"` // read each new or changed piece's own page
	Article Article  `yaml:"article"` // how that page is read
}

// List says how a list page is read. The selectors but Items and Next are looked
// for within each item.
type List struct {
	URL        string   `yaml:"url"`
	Items      selector `yaml:"items"`
	Link       selector `yaml:"link"`  // the item's first link without it
	Title      selector `yaml:"title"` // the link's text without it
	Date       selector `yaml:"date"`
	DateFormat layout   `yaml:"date_format"`
	Summary    selector `yaml:"summary"`
	Image      selector `yaml:"image"`
	Next       selector `yaml:"next"`  // the link to the page with older pieces
	Pages      int      `yaml:"pages"` // how many are read at most
}

// Article says how a piece's own page is read. Without Content the text is what
// the page marks as such, or what readability finds.
type Article struct {
	Title      selector   `yaml:"title"`
	Content    selector   `yaml:"content"`
	Author     selector   `yaml:"author"`
	Date       selector   `yaml:"date"`
	DateFormat layout     `yaml:"date_format"`
	Remove     []selector `yaml:"remove"` // taken out of the text
}

// check gathers all mistakes, and fills in what depends on another option.
func (o *Options) check(options config.Options) error {
	errs := new(config.Errors)
	wrong := func(key, format string, args ...any) { errs.Add(options.Errorf(key, format, args...)) }
	switch {
	case (o.List == nil) == (o.Sitemap == ""):
		wrong("list", "the kind webpage needs one of two: write either list, with url and items, or sitemap")
	case o.List != nil:
		o.List.check(wrong)
	case !isWeb(o.Sitemap):
		wrong("sitemap", "must be the sitemap's absolute address, https://…")
	case !o.Details:
		wrong("details", "cannot be false: a sitemap knows no titles, the pieces' pages do")
	}
	if o.Limit < 1 || o.Limit > maxLimit {
		wrong("limit", "must be from 1 to %d", maxLimit)
	}
	for i, p := range o.Paths {
		if !strings.HasPrefix(p, "/") {
			wrong(fmt.Sprintf("paths.[%d]", i), "%q is no beginning of a path: write /%s", p, p)
		}
	}
	return errs.Err()
}

func (l *List) check(wrong func(key, format string, args ...any)) {
	if !isWeb(l.URL) {
		wrong("list.url", "must be the list page's absolute address, https://…")
	}
	if l.Items.none() {
		wrong("list.items", "is missing: write a CSS selector that selects each piece on the list, such as article")
	}
	switch {
	case l.Next.none() && l.Pages > 1:
		wrong("list.next", "is missing: write a CSS selector of the link that leads to the next page, or leave pages out")
	case l.Pages < 0 || l.Pages > maxPages:
		wrong("list.pages", "must be from 1 to %d", maxPages)
	case l.Pages == 0 && !l.Next.none():
		l.Pages = defaultPages
	}
	l.Pages = max(l.Pages, 1)
}

// key changes with every option: what was learnt by others is worth nothing.
func (o *Options) key() string {
	b, _ := json.Marshal(o) // text and numbers always marshal
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// isWeb reports whether s is an absolute address that a browser opens.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

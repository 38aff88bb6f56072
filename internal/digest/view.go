package digest

import (
	"html/template"
	"time"

	"marquee/internal/domain"
)

// View is what the templates of an edition see: plain fields, no I/O. HTML and
// text bodies are made from the same View.
type View struct {
	Publication domain.Publication
	Title       string // the digest's: "Lantern Screen Weekly"
	Date        string // "Friday, November 20, 2026"
	Subject     string
	Preheader   string
	Audience    domain.Audience
	Sections    []SectionView
	Links       Links
	Web         bool // the copy on the web: no greeting, no unsubscribe
	Year        int
}

// Links are the addresses in an edition's frame. In a mail's View those of a
// patron are the marks of mail.Slot, filled for each patron.
type Links struct {
	Web         string // the edition's public copy
	Archive     string
	Feeds       string
	Patreon     string // become a patron; empty when there is none
	Unsubscribe string // mail only
}

// SectionView is one titled block.
type SectionView struct {
	Kind  string // names its templates: section_KIND.html.tmpl and .txt.tmpl
	Title string
	Note  template.HTML // words above the block
	Items []ItemView
	Picks []PickView
}

// ItemView is one item as its audience may see it.
type ItemView struct {
	ID      domain.ItemID
	Title   string
	Series  string
	URL     string
	Action  string // the link's words: "Read the review", "Read on Patreon"
	Image   *domain.Image
	Stars   string // "★★★½"; empty without a rating
	Spoken  string // "3.5 out of 4 stars"
	Facts   string // "2026 · Ines Vardo · 98 min."
	Excerpt string // plain text, 40–60 words, cut at a sentence
	Gated   bool   // this audience sees a teaser; patrons see more
	When    time.Time
}

// PickView is one film of the Friday picks.
type PickView struct {
	Title     string
	Year      int
	Directors string
	Where     string // "Criterion Channel · subscription · US"
	URL       string
	Why       template.HTML
	WhyText   string
	Stars     string
	Spoken    string
	Leaves    string // "leaves Nov 30"; empty when it stays
	Review    string
	Image     *domain.Image
}

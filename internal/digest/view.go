package digest

import (
	"html/template"

	"marquee/internal/domain"
)

// View is what the templates of an edition see: plain fields, no I/O. HTML and
// text bodies are made from the same View.
type View struct {
	Publication domain.Publication
	Language    string // BCP 47
	Dir         string // "ltr" or "rtl"
	Title       string // the digest's: "Lantern Screen Weekly"
	Date        string // "Friday, November 20, 2026"
	DatesIn     string // BCP 47: the language of Date and all other dates; empty is Language
	Subject     string
	Preheader   string
	Audience    domain.Audience
	Patron      bool          // the audience supports the publication
	Name        string        // mail only: the mark of the reader's first name
	Note        template.HTML //nolint:forbidigo // a type; sanitize makes the values: the critic's words that open it
	NoteText    string        // Note as plain text
	Sections    []SectionView
	Links       Links
	Credits     []string        // owed for what is shown, each once
	Web         bool            // the copy on the web: no greeting, no unsubscribe
	Correction  *CorrectionView // nil for an edition of its own
}

// Links are the addresses in an edition's frame; an empty one is not shown.
type Links struct {
	Web         string // the edition's public copy; in mail, the mark of the patron's own
	Archive     string
	Feeds       string
	Unsubscribe string // mail only: the mark of the patron's own address
	Manage      string // mail only: the mark of the address of the patron's own page
}

// SectionView is one titled block. The first Note of all blocks opens the
// edition, as a letter's first lines do; others stand above their blocks.
type SectionView struct {
	Kind     string        // "reviews"
	Layout   string        // names its templates: section_LAYOUT.html.tmpl and .txt.tmpl
	Title    string        // may be empty
	Note     template.HTML //nolint:forbidigo // a type; sanitize makes the values: the critic's words
	NoteText string        // Note as plain text
	Items    []ItemView
	More     []ItemView // what there is no room for but its title
	Picks    []PickView

	// The operator's own words, and a button below them.
	Text, Link, Call string

	Aside bool // repeats what is known: neither subject nor preheader are made of it
}

// ItemView is one item as its audience may see it.
type ItemView struct {
	ID        domain.ItemID
	Title     string
	Series    string // "The Definitives"
	Label     string // "First look", "For patrons"; empty for what everyone reads
	URL       string // where the title leads; may be empty
	Action    string // the words of the item's one link: "Read the review"
	ActionURL string // where they lead; may be empty
	Image     *ImageView
	Rating    RatingView
	Facts     string // "2026 · Ines Vardo · 98 min."
	Excerpt   string // plain text, cut at a sentence
	Opens     string // when a gated item opens by itself: "becomes free to read on Nov 30"
	Gated     bool   // this audience sees a teaser; others see more
	Watch     []WatchView
	Credits   []string // owed for what is shown of it

	// The text itself, where a section shows texts; empty for those who may not
	// read it.
	Whole     template.HTML //nolint:forbidigo // a type; sanitize makes the values
	WholeText string
}

// PickView is one film of the streaming picks.
type PickView struct {
	Number    int
	Title     string
	Year      int
	Directors string
	Where     string        // "Criterion Channel · subscription · US"
	Service   string        // "Criterion Channel"
	Dates     string        // "leaves Nov 30", "from Nov 24"; empty when it stays
	URL       string        // where it is shown
	Review    string        // address of the critic's own review
	Why       template.HTML //nolint:forbidigo // a type; sanitize makes the values
	WhyText   string
	Rating    RatingView
	Image     *ImageView
	Watch     []WatchView
	Credits   []string // owed for what is shown of it
}

// WatchView is where a film can be watched in one region, as a film database tells.
type WatchView struct {
	Region   string // "US"
	Services string // "Criterion Channel (subscription), Apple TV (to rent)"
	URL      string // leads to them; may be empty
	Checked  string // the day on which it was so: "Nov 20"
}

// RatingView is a verdict for eyes, ears and plain text; the zero RatingView is
// none.
type RatingView struct {
	Stars  string // "★★★½"
	Spoken string // "3.5 out of 4 stars"
	Plain  string // "★★★½ (3.5 out of 4)"
}

// ImageView is an image in the size in which it is shown.
type ImageView struct {
	URL    string
	Alt    string
	Width  int  // pixels
	Height int  // pixels
	Wide   bool // broader than high: it stands above its words, not beside them
}

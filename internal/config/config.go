// Package config turns config.yaml into structs: strictly, with every mistake
// reported at once by key, line and column, and with secrets that never print.
// What a kind alone understands stays undecoded in Options until the kind asks.
package config

import (
	"net/netip"
	"time"

	"marquee/internal/domain"
	"marquee/internal/yamlfile"
)

// Config is the whole configuration, checked.
type Config struct {
	Publication domain.Publication
	Store       string // "sqlite:PATH", PATH absolute, or a postgres:// address
	StoreSecret Secret // the same with its password, for opening
	Server      Server
	Admin       Admin
	Tiers       domain.Tiers
	Sources     []Source // in the file's order, as are all lists made from mappings
	Fetch       Fetch
	Release     Release
	Feeds       []Feed
	Digests     []Digest
	Patreon     Patreon
	TMDB        TMDB
	Rosters     []Roster
	Mail        Mail
	Letters     Letters
	Templates   string // directory whose files replace the built-in ones, absolute; may be empty

	Dir string // the configuration's directory, absolute; relative paths start there

	doc *yamlfile.Document // nil when made by hand
}

// Errorf is an *Error about a key, "digests.weekly.schedule", with its file,
// line and column, for checks that other packages make. The format says what is
// wrong, then what to write instead.
func (c *Config) Errorf(key, format string, args ...any) error {
	doc := c.doc
	if doc == nil {
		doc = yamlfile.Unread("")
	}
	return doc.Mistake(yamlfile.Dotted(key), format, args...)
}

// Server is where Marquee listens and how it is reached.
type Server struct {
	Listen string // host:port
	URL    string // without a slash at the end
	// Proxies are networks of servers in front, whose word on where a request came
	// from is believed.
	Proxies []netip.Prefix
	Hub     string // WebSub hub of the public feeds; may be empty
}

// Admin is who gets to the operator's pages.
type Admin struct {
	Access string // one of the ways below
	// Header is the header in which server.proxies say who is logged in there, and
	// Identity what it says for the operator; empty asks for the password.
	Header, Identity string
}

// Source is one source, its kind's options undecoded.
type Source struct {
	Name       string
	Kind       string
	Schedule   string        // cron expression in the publication's zone
	Settle     time.Duration // how long a piece must stand unchanged before it is mailed
	Flood      int           // how many old pieces may come back as new at once; 0 is any number
	AlertAfter time.Duration // how long it may fail before that is an alarm; 0 is never
	Apart      bool          // its pieces are never taken for another source's
	Credit     Credit
	Rules      Rules
	Options    Options
}

// Credit is what readers are told a source's pieces come from, in feeds that
// hold those of others too; empty says nothing.
type Credit struct {
	Title string
	URL   string // of its feed, else of its site
}

// Rules classify a source's pieces.
type Rules struct {
	Kind      domain.ItemKind // for pieces that no rule of Match gives a kind; review by default
	Rating    float64         // best of the scale on which bare stars are read; 4 by default
	Exclusive []string        // phrases that mark a teaser, on top of the built-in ones
	Match     []Rule          // every rule that matches applies, in order
}

// Rule gives pieces that match all of its conditions a kind, a series or leave.
type Rule struct {
	Category string // name of a category, letter case and apostrophe style ignored
	Path     string // the address's path begins so
	Title    string // regular expression (RE2) that the title matches

	Kind    domain.ItemKind
	Series  string
	Release domain.Ladder // goes before what the source says; empty says nothing
	Skip    bool          // such pieces are not gathered
}

// Fetch holds what the operator allows the fetcher beyond its defaults.
type Fetch struct {
	Contact string   // address or e-mail that site owners may turn to
	Allow   []string // networks (CIDR) that may be private: the operator's own
}

// Release maps what an item is to its ladder.
type Release struct {
	Series  map[string]domain.Ladder // by series, asked first
	Sources map[string]domain.Ladder // by the names of sources that have one, asked next
	Kinds   map[domain.ItemKind]domain.Ladder
}

// Feed is one published selection of items.
type Feed struct {
	Name        string
	Title       string
	Description string
	Items       Selection
	Entries     string // what an entry is: empty for an item, EntriesPicks or EntriesEditions
	ItemTitle   string // text/template of the titles; empty is the default
	Limit       int
}

// What an entry of a feed may be besides an item.
const (
	EntriesPicks    = "picks"    // one film of an item
	EntriesEditions = "editions" // a letter; Items does not count
)

// Selection chooses items; an empty field chooses all.
type Selection struct {
	Kinds   []domain.ItemKind
	Series  []string
	Sources []string
	Tags    []string       // one of them, letter case ignored
	Rating  *domain.Rating // at least so good, on the same scale
	Years   Years          // of the film
}

// Years are some years in a row, both ends included; zero is no end.
type Years struct{ From, To int }

// Digest is one series of editions.
type Digest struct {
	Name      string
	Title     string
	Schedule  string        // cron expression of its slots, in the publication's zone
	Cutoff    time.Duration // how long before the slot an edition freezes
	To        string        // a tier's name ("or higher"), patrons or everyone
	WhenEmpty string        // skip or send
	// What happens when something is missing that a section waits for, such as this
	// week's picks: for so long after the cutoff nothing, and then send or hold.
	Wait        time.Duration
	WhenMissing string
	Approval    string // none, or wait for the operator's
	Dates       Dates
	Grace       time.Duration // how late a missed slot is still made up
	Period      time.Duration // how old an item may be at its edition's slot
	Subject     string        // text/template over the edition's view; empty is the default
	Credits     string        // what licences want to be said in every letter; may be empty
	Sections    []Section
}

// Dates are where a digest leaves its schedule.
type Dates struct {
	Skip []domain.Date // days without an edition
	Also []domain.Slot // editions out of turn
}

// Section is one block of a digest, its kind's options undecoded.
type Section struct {
	Kind    string
	Title   string
	To      string // a tier's name ("or higher"), patrons or everyone: who sees it
	Options Options
}

// Letters are how letters look; an empty field is the theme's own.
type Letters struct {
	Theme string // paper or screen
	Fonts Fonts
	Logo  Logo
}

// Fonts are lists of font families, as CSS has them.
type Fonts struct {
	Text     string
	Headings string
	Labels   string
}

// Logo is a picture in the place of a letter's title; empty without URL.
type Logo struct {
	URL    string
	Width  int // pixels, as it is shown
	Height int
}

// Patreon is what Patreon knows us by; empty without a campaign there.
type Patreon struct {
	Token          Secret // the creator's access token
	RefreshToken   Secret // renews it, together with the client's id and secret
	ClientID       string
	ClientSecret   Secret
	WebhookSecrets []Secret // each webhook has one
}

// TMDB is how the film database is asked; empty when it is not.
type TMDB struct {
	Token   Secret   // an API Read Access Token (v4), or an API key (v3)
	Regions []string // ISO 3166-1 alpha-2, the most important first; never empty with a token
}

// Roster is one place where patrons come from, its kind's options undecoded.
type Roster struct {
	Name     string
	Kind     string
	Schedule string // cron expression of its syncs; empty is the kind's own
	// When a listing without somebody is believed: how long and by how many
	// syncs in a row they must be missing, and how many of a hundred may at once.
	Grace   time.Duration
	Syncs   int
	Share   int
	Options Options
}

// Mail is how editions leave the house, and how mail comes back.
type Mail struct {
	From     string // "Mara Ellison <digest@lanternscreen.example>"
	ReplyTo  string
	Operator string            // gets notices about editions; may be empty
	Relays   []Relay           // in order of preference; never empty
	Domains  map[string]Limits // by the recipient's domain; "*" is for all others
	DKIM     []DKIM            // keys that sign every letter
	Inbound  Inbound
	Bounces  domain.BounceRules
	Webhooks Webhooks
	Doubtful string // resend or ask
	Fence    string // file outside the database, absolute; empty is beside the database

	Key         Secret // signs the tokens in links; made and kept in the store when empty
	PreviousKey Secret // still opens them
}

// Relay is one way for mail to leave.
type Relay struct {
	Name      string
	Transport string // the transport's kind
	Limits    Limits
	Options   Options // the transport's own
}

// Limits bound what a destination is asked to take. Zero is no limit.
type Limits struct {
	Connections int     // open at once
	Messages    int     // on one connection
	Rate        float64 // messages a second
}

// DKIM is one key that signs letters, and its name in the DNS.
type DKIM struct {
	Selector string
	Key      Secret // PEM
}

// Inbound is where mail comes back to.
type Inbound struct {
	Address string // tokens are added to its local part; empty: nothing comes back
	Listen  string // host:port of the SMTP listener; ListenNone is none
	LMTP    bool   // it speaks LMTP (RFC 2033)
	Maildir string // folder that an MTA leaves mail in, absolute; may be empty
}

// Webhooks are how the providers of mail prove themselves that tell of bounces;
// one without is not listened to.
type Webhooks struct {
	Topics           []string // of Amazon SNS, by which SES tells
	PostmarkUser     string
	PostmarkPassword Secret
	SendGrid         string // the public key that it signs for
	Mailgun          Secret
	Resend           Secret
}

// ListenNone is no listener.
const ListenNone = "none"

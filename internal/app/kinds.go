package app

import (
	"marquee/internal/digest"
	"marquee/internal/digest/section"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/jsonfeed"
	"marquee/internal/feed/rss"
	"marquee/internal/mail"
	"marquee/internal/mail/discard"
	"marquee/internal/mail/maildir"
	"marquee/internal/mail/smtp"
	"marquee/internal/patron"
	"marquee/internal/patron/csvfile"
	patreonroster "marquee/internal/patron/patreon"
	"marquee/internal/source"
	"marquee/internal/source/markdown"
	patreonposts "marquee/internal/source/patreon"
	"marquee/internal/source/webfeed"
	"marquee/internal/source/webpage"
	"marquee/internal/source/wordpress"
)

// sourceKinds are all kinds of source there are.
func (p *plan) sourceKinds() []source.Kind {
	return []source.Kind{
		webfeed.Kind(),
		wordpress.Kind(webfeed.New),
		webpage.Kind(),
		markdown.Kind(),
		patreonposts.Kind(p.patreon, p.cfg.Tiers),
	}
}

// formats are all feed formats there are, in the order in which they are offered.
func formats() []feed.Format {
	return []feed.Format{
		rss.Format(),
		atom.Format(),
		jsonfeed.Format(),
	}
}

// sectionKinds are all kinds of section there are.
func sectionKinds() []digest.SectionKind { return section.Kinds() }

// transports are all mail transports there are.
func transports() []mail.Kind {
	return []mail.Kind{
		smtp.Kind(),
		maildir.Kind(),
		discard.Kind(),
	}
}

// rosterKinds are all kinds of roster there are.
func (p *plan) rosterKinds() []patron.Kind {
	return []patron.Kind{
		patreonroster.Kind(p.patreon),
		csvfile.Kind(),
	}
}

package config

import (
	"net/netip"
	"time"

	"marquee/internal/domain"
)

// Default is the configuration that an empty file stands for, as far as one can
// be guessed: what is published, and by whom, has no default.
func Default() *Config {
	return &Config{
		Publication: domain.Publication{Language: "en-US", Zone: time.UTC},
		Store:       "sqlite:marquee.db",
		Server: Server{Listen: "127.0.0.1:8080", Proxies: []netip.Prefix{ // on this machine
			netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
		}},
		Admin: Admin{Access: AdminSecure},
		Mail: Mail{
			Relays: []Relay{defaultRelay()}, Doubtful: DoubtfulResend,
			Inbound: Inbound{Listen: "127.0.0.1:2525"}, Bounces: domain.DefaultBounceRules(),
		},
		Letters: Letters{Theme: ThemePaper},
	}
}

func defaultSource() Source {
	return Source{
		Schedule:   "0 * * * *",      // hourly: what a small site can bear from a stranger
		Settle:     15 * time.Minute, // in which editors find what they have overlooked
		Flood:      5,
		AlertAfter: 24 * time.Hour,
		Rules:      Rules{Kind: domain.Review, Rating: 4},
	}
}

func defaultFeed() Feed { return Feed{Limit: 50} }

// defaultRoster waits for somebody who seems to leave as long as Patreon has
// been seen to be wrong about people, and longer.
func defaultRoster() Roster { return Roster{Grace: 5 * 24 * time.Hour, Syncs: 3, Share: 20} }

func defaultRelay() Relay {
	return Relay{Name: "main", Transport: "smtp", Limits: Limits{Connections: 4}}
}

func defaultDigest() Digest {
	return Digest{
		Cutoff:      time.Hour, // to look at what will be sent, and to hold it
		To:          domain.ToPatrons,
		WhenEmpty:   WhenEmptySkip,
		WhenMissing: WhenMissingSend,
		Approval:    ApprovalNone,
		Period:      7 * 24 * time.Hour,
		Grace:       12 * time.Hour, // a weekly letter that is half a day late is still this week's
	}
}

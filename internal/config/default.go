package config

import (
	"time"

	"marquee/internal/domain"
)

// Default is the configuration that an empty file stands for, as far as one can
// be guessed: what is published, and by whom, has no default.
func Default() *Config {
	return &Config{
		Publication: domain.Publication{Language: "en-US", Zone: time.UTC},
		Store:       "sqlite:marquee.db",
		Server:      Server{Listen: "127.0.0.1:8080"},
		Mail: Mail{
			Relays: []Relay{defaultRelay()}, Doubtful: DoubtfulResend,
			Inbound: Inbound{Listen: "127.0.0.1:2525"},
		},
	}
}

func defaultSource() Source {
	return Source{
		Schedule: "0 * * * *", // hourly: what a small site can bear from a stranger
		Rules:    Rules{Kind: domain.Review, Rating: 4},
	}
}

func defaultFeed() Feed { return Feed{Limit: 50} }

func defaultRelay() Relay {
	return Relay{Name: "main", Transport: "smtp", Limits: Limits{Connections: 4}}
}

func defaultDigest() Digest {
	return Digest{
		Cutoff:    time.Hour, // to look at what will be sent, and to hold it
		To:        domain.ToPatrons,
		WhenEmpty: WhenEmptySkip,
		Period:    7 * 24 * time.Hour,
		Grace:     12 * time.Hour, // a weekly letter that is half a day late is still this week's
	}
}

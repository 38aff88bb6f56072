package feedlink

import (
	"strings"
	"testing"
)

func TestProgram(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]struct {
		name        string
		subscribers int
	}{
		"NetNewsWire (RSS Reader; https://netnewswire.com/)":                                                    {"NetNewsWire", 0},
		"Reeder/5.4 CFNetwork/1494.0.7 Darwin/23.4.0":                                                           {"Reeder", 0},
		"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 2 subscribers; like FeedFetcher-Google)":              {"Feedly", 2},
		"Mozilla/5.0 (compatible; Miniflux/2.2.1; +https://miniflux.app)":                                       {"Miniflux", 0},
		"Mozilla/5.0 (compatible; inoreader.com; 1 subscribers)":                                                {"inoreader.com", 1},
		"Feedbin feed-id:1337 - 5 subscribers":                                                                  {"Feedbin feed-id", 5},
		"NewsBlur Feed Fetcher - 3 subscribers - https://www.newsblur.com (Mac)":                                {"NewsBlur Feed Fetcher", 3},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36": {browser, 0},
		"":                              {unnamed, 0},
		"/1.0":                          {unnamed, 0},
		"\x1b[31mred":                   {unnamed, 0},
		"x; 99999999999999 subscribers": {"x", 0},
		strings.Repeat("long", 300):     {strings.Repeat("long", 10), 0},
	} {
		if name, n := program(agent); name != want.name || n != want.subscribers {
			t.Errorf("%q: %q for %d, want %q for %d", agent, name, n, want.name, want.subscribers)
		}
	}
}

// FuzzProgram holds that names are short, printable and never empty.
func FuzzProgram(f *testing.F) {
	f.Add("Mozilla/5.0 (compatible; \xff 1 subscriber")
	f.Fuzz(func(t *testing.T, agent string) {
		name, n := program(agent)
		if name == "" || len(name) > longestName || strings.ContainsFunc(name, notInName) || n < 0 {
			t.Errorf("%q: %q for %d", agent, name, n)
		}
	})
}

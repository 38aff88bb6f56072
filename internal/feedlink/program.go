package feedlink

import (
	"strconv"
	"strings"
)

const (
	browser = "A web browser"
	unnamed = "A program without a name"

	longestAgent = 256 // bytes that are looked at
	longestName  = 40  // bytes, more than what any program calls itself
)

// program is what a program calls itself in its User-Agent, without the version,
// so that an update makes no second one of it, and how many people it says it
// reads for. The name is short and printable whatever was sent.
func program(agent string) (name string, subscribers int) {
	agent = agent[:min(len(agent), longestAgent)]
	subscribers = subscribersOf(agent)
	if rest, ok := strings.CutPrefix(agent, "Mozilla/"); ok {
		_, agent, ok = strings.Cut(rest, "(compatible; ") // as robots write it
		if !ok {
			return browser, subscribers
		}
	}
	agent, _, _ = strings.Cut(agent, " - ")
	if end := strings.IndexFunc(agent, notInName); end >= 0 {
		agent = agent[:end]
	}
	name = strings.TrimSpace(agent[:min(len(agent), longestName)])
	if name == "" {
		return unnamed, subscribers
	}
	return name, subscribers
}

// notInName reports whether a character ends a program's name.
func notInName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune(" ._-&!'", r)
}

// subscribersOf finds how many people a service reads for, as in "Feedly/1.0
// (+http://www.feedly.com/fetcher.html; 2 subscribers)"; 0 when it does not say.
func subscribersOf(agent string) int {
	before, _, ok := strings.Cut(strings.ToLower(agent), " subscriber")
	if !ok {
		return 0
	}
	number := before[strings.LastIndexFunc(before, func(r rune) bool { return r < '0' || '9' < r })+1:]
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

package webfeed

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"marquee/internal/feedxml"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// hubOf is the hub that tells of a feed's changes: by the Link header if that names
// one, else by the feed itself (WebSub §4). nil when there is none.
func hubOf(h http.Header, links []feedxml.Link, address *url.URL) *source.Hub {
	in, headed := linkHeader(h.Values("Link")), true
	if linked(in, "hub") == "" {
		in, headed = links, false
	}
	hub := webAddress(address, linked(in, "hub"))
	if hub == "" {
		return nil
	}
	topic := webAddress(address, linked(in, "self"))
	if topic == "" && headed {
		topic = webAddress(address, linked(links, "self"))
	}
	return &source.Hub{URL: hub, Topic: firstOf(topic, address.String())}
}

// linked is where the first link of a relation leads.
func linked(links []feedxml.Link, rel string) string {
	i := slices.IndexFunc(links, func(l feedxml.Link) bool { return slices.Contains(strings.Fields(l.Rel), rel) })
	if i < 0 {
		return ""
	}
	return links[i].Address
}

func webAddress(base *url.URL, address string) string {
	u, err := base.Parse(strings.TrimSpace(address))
	if address == "" || err != nil || !soup.IsWeb(u) {
		return ""
	}
	return u.String()
}

// linkHeader reads Link fields (RFC 8288 §3), of each link its address and its
// relation.
func linkHeader(values []string) []feedxml.Link {
	var links []feedxml.Link
	rest := strings.Join(values, ", ")
	for {
		_, after, found := strings.Cut(rest, "<")
		if !found {
			return links
		}
		address, after, found := strings.Cut(after, ">")
		if !found {
			return links
		}
		var params string
		params, rest = untilComma(after)
		links = append(links, feedxml.Link{Rel: relation(params), Address: address})
	}
}

// untilComma splits at the first comma that stands in no quotes.
func untilComma(s string) (before, after string) {
	quoted := false
	for i, r := range s {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// relation is the value of the first rel parameter, in lower case.
func relation(params string) string {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return ""
}

package webfeed

import (
	"net/http"
	"net/url"
	"testing"

	"marquee/internal/feedxml"
	"marquee/internal/source"
)

func TestHub(t *testing.T) {
	t.Parallel()
	address, _ := url.Parse("https://a.example/feed")
	inFeed := []feedxml.Link{{Rel: "self", Address: "https://a.example/self"}, {Rel: "hub", Address: "https://hub.example/"}, {Rel: "hub", Address: "https://second.example/"}}
	for name, tt := range map[string]struct {
		header []string
		links  []feedxml.Link
		want   source.Hub
	}{
		"none":             {nil, inFeed[:1], source.Hub{}},
		"feed":             {nil, inFeed, source.Hub{URL: "https://hub.example/", Topic: "https://a.example/self"}},
		"no self":          {nil, inFeed[1:], source.Hub{URL: "https://hub.example/", Topic: "https://a.example/feed"}},
		"header first":     {[]string{`<https://h.example/>; rel=hub, <https://a.example/h>; rel="self"`}, inFeed, source.Hub{URL: "https://h.example/", Topic: "https://a.example/h"}},
		"two fields":       {[]string{`<https://h.example/>; title="a, b"; rel="hub"`, `</h>; Rel = "SELF next"`}, nil, source.Hub{URL: "https://h.example/", Topic: "https://a.example/h"}},
		"self of the feed": {[]string{`<https://h.example/>; rel=hub`}, inFeed, source.Hub{URL: "https://h.example/", Topic: "https://a.example/self"}},
		"other relations":  {[]string{`<https://api.example/wp-json/>; rel="https://api.w.org/"`}, inFeed, source.Hub{URL: "https://hub.example/", Topic: "https://a.example/self"}},
		"no web address":   {[]string{`<javascript:1>; rel=hub`}, nil, source.Hub{}},
		"malformed":        {[]string{`<https://h.example/`, `; rel=hub`}, nil, source.Hub{}},
	} {
		got := hubOf(http.Header{"Link": tt.header}, tt.links, address)
		if got == nil {
			got = &source.Hub{}
		}
		if *got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, *got, tt.want)
		}
	}
	const rss = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title>
		<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://a.example/self"/>
		<item><guid>1</guid><title>One</title></item></channel></rss>`
	c := &collector{seen: map[string]bool{}}
	if err := c.xmlFeed(t.Context(), rss, address); err != nil {
		t.Fatal(err)
	}
	if got := hubOf(http.Header{}, c.feed.links, address); got == nil || got.URL != "https://hub.example/" || got.Topic != "https://a.example/self" {
		t.Errorf("from a feed: %+v", got)
	}
}

package robots_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/robots"
)

func TestAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, allowed, forbidden string }{
		{"nothing", "", "/ /a /a?b", ""},
		{"a page", "<!doctype html><p>Disallow: /</p>", "/", ""},
		{"all forbidden", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a /a?b"},
		{"nothing forbidden", "User-agent: *\nDisallow:", "/ /a", ""},
		{"the beginning of a path", "User-agent: *\nDisallow: /wp-admin\nDisallow: tags/", "/ /x/wp-admin /tags", "/wp-admin /wp-admin/x /wp-administrator /tags/noir"},
		{"queries", "User-agent: *\nDisallow: /*?s=", "/ /s= /?p=1", "/?s=x /a/b?s="},
		{"case counts in paths", "USER-AGENT : *\ndisAllow:/A", "/a", "/A"},

		{"the longest wins", "User-agent: *\nAllow: /reviews/\nDisallow: /reviews/drafts/\nDisallow: /", "/reviews/ /reviews/a", "/ /reviews/drafts/ /essays/"},
		{"the one that allows, of two as long", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"in any order", "User-agent: *\nAllow: /page\nDisallow: /page", "/page", ""},
		{"wildcards count as one octet", "User-agent: *\nDisallow: /x/page.h\nAllow: /x/p*.h", "/x/pag.h", "/x/page.html"},

		{"wildcards begin where paths do", "User-agent: *\nDisallow: /a*b", "/reviews/a-b", "/ab /a-b /a/b/c"},
		{"the end", "User-agent: *\nDisallow: /*.pdf$\nDisallow: /a$", "/x.pdf?x /x.pdf/ /ab", "/x.pdf /x/y.pdf.pdf /a"},
		{"several wildcards", "User-agent: *\nDisallow: /a*b*c$", "/abcd /acb /ab", "/abc /aXbXbXcXc /abcc"},
		{"wildcards at the end", "User-agent: *\nDisallow: /a**\nDisallow: /b*$", "/", "/a /ab /b /bc"},
		{"the end is not the beginning twice", "User-agent: *\nDisallow: /ab*ab$", "/ab /abb", "/abab"},
		{"a dollar within", "User-agent: *\nDisallow: /a$b", "/a", "/a$b /a$b/c"},
		{"a star in an address", "User-agent: *\nDisallow: /a-%2A.html", "/a-b.html", "/a-*.html /a-%2a.html"},

		{"escapes of what need not be", "User-agent: *\nDisallow: /%7Ejoe\nDisallow: /a%2fb", "/a/b", "/~joe /%7ejoe /a%2Fb"},
		{"escapes of what must be", "User-agent: *\nDisallow: /bär/%e3%83%84", "/b", "/b%C3%A4r/%E3%83%84 /bär/ツ"},
		{"malformed escapes", "User-agent: *\nDisallow: /%zz\nDisallow: /%4", "/4", ""},

		{"our group", "User-agent: *\nDisallow: /\n\nUser-agent: Marquee\nDisallow: /x", "/", "/x"},
		{"our group, named with a version", "User-agent: marquee/1.0 (reader)\nDisallow: /", "", "/"},
		{"another's", "User-agent: Marqueebot\nDisallow: /\nUser-agent: m\nDisallow: /\nUser-agent: marquee-x\nDisallow: /", "/", ""},
		{"shared", "User-agent: GPTBot\nUser-agent: Marquee\nUser-agent: *\nDisallow: /x\nUser-agent: GPTBot\nDisallow: /y", "/y", "/x"},
		{"in two places", "User-agent: Marquee\nDisallow: /x\nUser-agent: *\nDisallow: /z\nUser-agent: marquee\nDisallow: /y", "/z", "/x /y"},
		{"an empty group is ours nevertheless", "User-agent: *\nDisallow: /\nUser-agent: Marquee\nDisallow:", "/", ""},

		{"rules of nobody", "Disallow: /x\nUser-agent: *\nDisallow: /y", "/x", "/y"},
		{"nonsense between", "User-agent: *\nCrawl-delay: fast\nSitemap: https://x.example/s.xml\n???\nHost: x\nDisallow: /y", "/x", "/y"},
		{"comments, tabs, mark and returns", "\ufeff# hi\r\rUser-agent:\t* # all\r\n\tDisallow\t: /y # why\r\n", "/x", "/y"},
		{"beyond the limit", "User-agent: *\nDisallow: /y\n" + strings.Repeat("Disallow: /a\n", 45_000) + "Disallow: /z\n", "/z", "/y /a"},
	} {
		rules := robots.Parse([]byte(c.file), "Marquee")
		for what, want := range map[string]bool{c.allowed: true, c.forbidden: false} {
			for target := range strings.FieldsSeq(what) {
				u, err := url.Parse("https://www.lanternscreen.example" + target)
				if err != nil {
					t.Fatal(err)
				}
				if got := rules.Allows(u); got != want {
					t.Errorf("%s: %s allowed: %v", c.name, target, got)
				}
			}
		}
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 10\nDisallow:":                                  10 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5":                                            500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 10\nUser-agent: Marquee\nDisallow: /x":          0,
		"User-agent: *\nCrawl-delay: 9\nDisallow: /\nUser-agent: Marquee\nDisallow:": 0,
		"User-agent: *\nCrawl-delay: 1e300":                                          24 * time.Hour,
		"User-agent: *\nCrawl-delay: NaN\nCrawl-delay: -1\nCrawl-delay: soon":        0,
		"Crawl-delay: 10": 0,
	} {
		if got := robots.Parse([]byte(file), "Marquee").Delay; got != want {
			t.Errorf("%q: %v, want %v", file, got, want)
		}
	}
}

// Whatever a site sends, one that parses it twice reads the same, and a rule
// forbids what it spells out.
func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /%7e\nCrawl-delay: 3"), "/a/b?c=%ff")
	f.Add([]byte("\ufeffuser-agent:marquee/2\r\ndisallow:***$$"), "/$")
	f.Fuzz(func(t *testing.T, file []byte, target string) {
		u := &url.URL{Scheme: "https", Host: "x.example", Path: "/" + target}
		robots.Parse(file, "Marquee").Allows(u)
		own := "User-agent: *\nDisallow: " + strings.TrimRight(u.EscapedPath(), "$")
		if u.EscapedPath() != "/robots.txt" && robots.Parse([]byte(own), "Marquee").Allows(u) {
			t.Errorf("%q does not forbid itself", own)
		}
	})
}

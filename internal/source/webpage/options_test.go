package webpage_test

import (
	"strings"
	"testing"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/webpage"
)

// All mistakes are found at once, each at its key.
func TestOptionsMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options string
		want    []string
	}{
		"nothing": {"", []string{`list: the kind webpage needs one of two: write either list, with url and items, or sitemap`}},
		"both":    {"list: {url: 'https://x.example/', items: a}\nsitemap: https://x.example/s.xml", []string{`1:1: list: the kind webpage needs one`}},
		"everything": {
			"list:\n  url: reviews/\n  link: 'a::attr(href)'\n  title: 'h2 >'\n  date_format: d.m.Y\n  pages: 3\n  sumery: p\n" +
				"limit: 0\npaths: [reviews/]\narticle:\n  content: '[x'\n  date_format: January 2\n  remove: ['.ok', '..']\n",
			[]string{
				`1:1: list.items: is missing: write a CSS selector`,
				`2:3: list.url: must be the list page's absolute address`,
				`3:3: list.link: "a::attr(href)" is no CSS selector: unknown pseudoelement :attr`,
				`4:3: list.title: "h2 >" is no CSS selector: expected selector, found EOF`,
				`5:3: list.date_format: "d.m.Y" does not say day, month and year: write how the site would write January 2, 2006`,
				`1:1: list.next: is missing`, // at the block, since it is not there
				`7:3: list.sumery: unknown key (did you mean summary?)`,
				`8:1: limit: must be from 1 to 50`,
				`9:9: paths[0]: "reviews/" is no beginning of a path: write /reviews/`,
				`11:3: article.content: "[x" is no CSS selector`,
				`12:3: article.date_format: "January 2" does not say`,
				`13:19: article.remove[1]: ".." is no CSS selector`,
			},
		},
		"sitemap":        {"sitemap: ftp://x.example/s.xml\nlimit: 51", []string{`1:1: sitemap: must be the sitemap's absolute address`, `2:1: limit: must be`}},
		"sitemap alone":  {"sitemap: https://x.example/s.xml\ndetails: false", []string{`2:1: details: cannot be false: a sitemap knows no titles`}},
		"too many pages": {"list: {url: 'https://x.example/', items: a, next: a, pages: 21}", []string{`list.pages: must be from 1 to 20`}},
		"empty selector": {"list: {url: 'https://x.example/', items: ''}", []string{`list.items: "" is no CSS selector`}},
	} {
		o, err := config.ParseOptions(c.options, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		_, err = webpage.New(source.Env{Now: clock}, o)
		if err == nil {
			t.Errorf("%s: no mistake was found", name)
			continue
		}
		found := strings.Split(err.Error(), "\n")
		if len(found) != len(c.want) {
			t.Errorf("%s: %d mistakes, want %d:\n%v", name, len(found), len(c.want), err)
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is not among\n%v", name, want, err)
			}
		}
	}
}

func TestDetailsCanBeLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, ok := newReader(t, w.env, cards+"details: false").(source.Detailer); ok {
		t.Error("a reader without details must not be asked for them")
	}
	if _, ok := newReader(t, w.env, cards).(source.Detailer); !ok {
		t.Error("details are the default")
	}
}

package prose

import (
	"strings"
	"testing"

	"marquee/internal/sanitize"
)

// FuzzProse holds that what comes out is publishable as it stands, and that
// nothing of an exclusive piece comes out beyond its teaser: neither a body nor
// the sentence that closes it.
func FuzzProse(f *testing.F) {
	f.Add("A thriller. The full review is currently exclusive to Patreon subscribers. [&#8230;]", "")
	f.Add("<p>Up. This list is currently posted on Patreon.</p><p>The post <a href='/x'>X</a> appeared first on <a href='/'>Y</a>.</p>", "<p>All</p>")
	f.Add("<p>Listen to the audio version of this review.</p><p>A <em>[…]</em></p>", "<p>x<br>Currently exclusive to\u00a0Patreon<img src=https://i.example/a.png>")
	f.Add("", "<ul><li>a<li>currently posted on patreon"+strings.Repeat(" word", 200))
	c := New(nil, "https://www.lanternscreen.example/")
	f.Fuzz(func(t *testing.T, summary, content string) {
		p := c.Prose(Raw{Summary: summary, Content: content})
		for _, markup := range []string{p.Teaser, p.Body} {
			if again := sanitize.HTML(markup, ""); again != markup {
				t.Errorf("sanitising changes what came out:\n%q\n%q", markup, again)
			}
		}
		if !p.Exclusive {
			return
		}
		if p.Body != "" {
			t.Errorf("an exclusive piece has a body: %q", p.Body)
		}
		if closings(c, p.Teaser) >= closings(c, sanitize.HTML(summary, ""))+closings(c, sanitize.HTML(content, "")) {
			t.Errorf("the sentence that closes it is in the teaser: %q", p.Teaser)
		}
	})
}

func closings(c *Cleaner, markup string) int {
	return len(c.paywall.phrase().FindAllString(parseFragment(markup).text, -1))
}

package sanitize_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"marquee/internal/sanitize"
)

// However tags are jumbled, the output is sound and no word is lost.
func TestJumbledTags(t *testing.T) {
	t.Parallel()
	tags := strings.Fields("p div b i a span h1 h2 ul ol li dl dt dd table caption thead tbody tr td th blockquote pre q figure " +
		"section form font br hr img")
	rapid.Check(t, func(rt *rapid.T) {
		var jumble strings.Builder
		for range rapid.IntRange(1, 40).Draw(rt, "tokens") {
			tag := rapid.SampledFrom(tags).Draw(rt, "tag")
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0, 1:
				jumble.WriteString("<" + tag + ` href="/x" src="/y" lang="en">`)
			case 2, 3:
				jumble.WriteString("</" + tag + ">")
			default:
				jumble.WriteString(rapid.StringMatching(`[a-z ]{1,3}`).Draw(rt, "text"))
			}
		}
		untrusted := jumble.String()
		check(rt, untrusted, base)
		clean := sanitize.HTML(untrusted, base)
		if got, want := letters(sanitize.Text(clean)), letters(sanitize.Text(untrusted)); got != want {
			rt.Fatalf("HTML(%q) = %q: words %q became %q", untrusted, clean, want, got)
		}
	})
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, s)
}

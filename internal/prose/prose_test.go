package prose_test

import (
	"strings"
	"testing"

	"marquee/internal/prose"
)

// offer is what a WordPress site writes below the free part of a piece.
const offer = "The full review is currently exclusive to Patreon subscribers. To read it, you can purchase individual access. Or you can join the patron " +
	"community, where you’ll receive weekly blog posts, streaming picks every Friday, polls, and early access to all of my new reviews and essays."

// The shapes are those of real feeds and REST answers of WordPress 6.
func TestProse(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("The camera arrives late, apologizes, and then refuses to leave. ", 20))
	tests := map[string]struct {
		summary, content string
		teaser, body     string
		exclusive        bool
	}{
		"feed of excerpts": {
			summary: "Tomas Reyl directs as though every room had been rented. Edda Quill waits for it, and the [&#8230;]",
			teaser:  "Tomas Reyl directs as though every room had been rented. Edda Quill waits for it, and the…",
		},
		"excerpt cut between sentences": {summary: "<p>He waits. [&hellip;]</p>\n", teaser: "<p>He waits.</p>"},
		"excerpt cut below a paragraph": {summary: "<p>He waits.</p><p>[...]</p>", teaser: "<p>He waits.</p>"},
		"excerpt that is only cut off":  {summary: "<p>[…]</p>", content: "<p>He waits.</p>", teaser: "<p>He waits.</p>", body: "<p>He waits.</p>"},
		"brackets within":               {summary: "<p>He […] waits.</p>", teaser: "<p>He […] waits.</p>"},
		"exclusive in a feed of excerpts": {
			summary:   "Paper Lanterns (2026): A harbor town forgets itself, one festival at a time. &#160; " + offer,
			teaser:    "Paper Lanterns (2026): A harbor town forgets itself, one festival at a time.",
			exclusive: true,
		},
		"exclusive, offer cut off": {
			summary:   "<p>Winter Count (2026): The ledger of one village. &nbsp; " + offer[:200] + " [&#8230;]</p>",
			teaser:    "<p>Winter Count (2026): The ledger of one village.</p>",
			exclusive: true,
		},
		"exclusive with full text": {
			summary:   "<p>Copperwire (2026): A thriller that loses its own signal. I saw it twice. &nbsp; " + offer + "</p>\n",
			content:   "<p><em>Copperwire</em> (2026): A thriller that loses its own signal.</p>\n<p>I saw it twice.</p>\n<p>&nbsp;</p>\n<p>" + offer + "</p>\n",
			teaser:    "<p><em>Copperwire</em> (2026): A thriller that loses its own signal.</p>\n<p>I saw it twice.</p>",
			exclusive: true,
		},
		"exclusive, nothing free":      {content: "<p>&nbsp;</p>\n<p>" + offer + "</p>\n", exclusive: true},
		"exclusive, free summary only": {summary: "<p>A thriller.</p>", content: "<p>" + offer + "</p>", teaser: "<p>A thriller.</p>", exclusive: true},
		"list": {
			summary: "Up, down, and around the bend. This list is currently posted on Patreon.",
			teaser:  "Up, down, and around the bend.", exclusive: true,
		},
		"article": {
			content: "<p>You walk out blinking.</p>\n<p>This article is currently\nposted on <a href=\"https://www.patreon.com/\">Patreon</a>. To read it, join.</p><p><img src=\"https://i.example/a.png\"></p>",
			teaser:  "<p>You walk out blinking.</p>", exclusive: true,
		},
		"quoted sentence before": {
			summary: "<p>“Nobody ever drowned in a ledger.” This Top 10 List is CURRENTLY POSTED ON patreon.</p>",
			teaser:  "<p>“Nobody ever drowned in a ledger.”</p>", exclusive: true,
		},
		"marks around the sentence": {
			summary: "<p>It <em>ends. <strong>The full review is currently exclusive to</strong> Patreon</em> subscribers.</p><hr>",
			teaser:  "<p>It <em>ends.</em></p>", exclusive: true,
		},
		"phrase of the configuration": {
			summary: "<p>It ends. Here’s  the rest\u00a0for Members</p>", teaser: "<p>It ends.</p>", exclusive: true,
		},
		"mentioned in passing": {
			content: "<p>My list is currently posted on Patreon. " + long + "</p>",
			teaser:  "<p>My list is currently posted on Patreon. " + strings.TrimSpace(long[:5*64]) + "</p>",
			body:    "<p>My list is currently posted on Patreon. " + long + "</p>",
		},
		"mentioned, then closed": {
			content: "<p>My list is currently posted on Patreon. " + long + "</p><p>This article is currently posted on Patreon.</p>",
			teaser:  "<p>My list is currently posted on Patreon. " + long + "</p>", exclusive: true,
		},
		"sentence without an end": {
			summary: "<p>" + strings.Repeat("and ", 100) + "this is currently posted on Patreon" + strings.Repeat(" and", 100) + "</p>",
			teaser:  "<p>" + strings.Repeat("and ", 100) + "this is currently posted on Patreon" + strings.Repeat(" and", 100) + "</p>",
		},
		"footer of an SEO plugin": {
			summary: `<p>A harbor town forgets itself [&#8230;]</p>` + "\n" + `<p>The post <a rel="nofollow" href="https://l.example/reviews/paper-lanterns/">Paper Lanterns</a> appeared first on <a rel="nofollow" href="https://l.example">Lantern Screen</a>.</p>` + "\n",
			content: "<p>All of it.</p>\nThe post Paper Lanterns appeared first on Lantern Screen.",
			teaser:  "<p>A harbor town forgets itself…</p>", body: "<p>All of it.</p>",
		},
		"footer alone":   {summary: "<p>The post <a href=\"/x\">X</a> appeared first on <a href=\"/\">Y</a>.</p>"},
		"no such footer": {summary: "<p>The post office appeared first on screen in 1974.</p><p>So did he.</p>", teaser: "<p>The post office appeared first on screen in 1974.</p><p>So did he.</p>"},
		"audio version": {
			summary: "<p>Listen to the audio version of this review. The Orchard Telegraph (1974): A switchboard.</p>",
			content: "<p>Listen to the <a href=\"https://a.example/1.mp3\">audio version</a> of this review.</p>\n<p>A switchboard.</p>",
			teaser:  "<p>The Orchard Telegraph (1974): A switchboard.</p>",
			body:    "<p>Listen to the <a href=\"https://a.example/1.mp3\">audio version</a> of this review.</p>\n<p>A switchboard.</p>",
		},
		"audio version, own paragraph": {
			content: "<p>Listen to the audio version of this essay.</p>\n<p>A switchboard &amp; more.</p>",
			teaser:  "<p>A switchboard &amp; more.</p>", body: "<p>Listen to the audio version of this essay.</p>\n<p>A switchboard &amp; more.</p>",
		},
		"only a summary": {summary: "<p>All there is.</p>", teaser: "<p>All there is.</p>"},
		"blank summary":  {summary: "<p>&nbsp;</p>", content: "<p>All there is.</p>", teaser: "<p>All there is.</p>", body: "<p>All there is.</p>"},
		"nothing":        {},
		"hostile":        {summary: `<p onclick="x()">A<script>alert(1)</script></p>`, content: `<img src=x onerror=alert(1)><p>B`, teaser: "<p>A</p>"},
	}
	clean := prose.New([]string{"", "here's the REST for members"}, "https://www.lanternscreen.example/")
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := clean.Prose(prose.Raw{Summary: tt.summary, Content: tt.content})
			if got.Teaser != tt.teaser || got.Exclusive != tt.exclusive {
				t.Errorf("exclusive %v, teaser %q\nwant      %v, teaser %q", got.Exclusive, got.Teaser, tt.exclusive, tt.teaser)
			}
			if name == "hostile" {
				if strings.Contains(got.Body, "onerror") {
					t.Errorf("body %q", got.Body)
				}
				return
			}
			if got.Body != tt.body {
				t.Errorf("body %q\nwant %q", got.Body, tt.body)
			}
		})
	}
}

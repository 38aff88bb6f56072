package digest_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/templates"
)

const htmlLimit = 90_000

// However much there is to say, an edition stays short enough that no mailbox
// cuts it, and still names every item.
func TestLongEditionsAreShortened(t *testing.T) {
	t.Parallel()
	prose := strings.Repeat("It goes on, and it goes on some more about the sea. ", 200)
	tests := map[string]struct{ reviews, picks, words int }{
		"25 reviews":            {25, 3, 50},
		"25 long reviews":       {25, 10, 120},
		"50 reviews":            {50, 30, 120},
		"50 reviews, no images": {50, 0, 120},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var items []domain.Item
			var titles []string
			for i := range test.reviews {
				titles = append(titles, fmt.Sprintf("Reel Number %d and <Sons>", i+1))
				items = append(items, reviewItem(t, titles[i], time.Duration(i+1)*time.Hour, func(it *domain.Item) {
					it.Teaser = "<p>" + prose + "</p>"
				}))
			}
			items = append(items, picksItem(t, func(it *domain.Item) {
				it.Picks = nil
				for i := range test.picks {
					title := fmt.Sprintf("Pick Number %d", i+1)
					titles = append(titles, title)
					it.Picks = append(it.Picks, domain.Pick{Title: title, Why: "<p>" + prose + "</p>"})
				}
			}))
			c := newCompiler(t, &fakeStore{items: items}, func(c *digest.Config) {
				c.Sections = []digest.Block{reviews(t, fmt.Sprintf("{max: 50, words: %d}", test.words)), picks(t, "max: 30")}
			})
			r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.HTML) > htmlLimit {
				t.Errorf("%d bytes of HTML, want at most %d", len(r.HTML), htmlLimit)
			}
			for _, title := range titles {
				if !strings.Contains(r.HTML, html.EscapeString(title)+"<") || !strings.Contains(r.Text, title) {
					t.Errorf("%q was lost", title)
				}
			}
			if n := strings.Count(r.HTML, "<img"); n > 8 {
				t.Errorf("%d images, want at most 8", n)
			}
			for _, must := range []string{"/u/preview", "PO Box 112"} {
				if !strings.Contains(r.HTML, must) || !strings.Contains(r.Text, must) {
					t.Errorf("%q is missing", must)
				}
			}
		})
	}
}

// What every mail client needs of the HTML, and what some of them break on.
func TestHTMLIsFitForMail(t *testing.T) {
	t.Parallel()
	for _, a := range []domain.Audience{public(), reader(), patron("Matinee"), patron("Screenwriter")} {
		t.Run(a.Key(), func(t *testing.T) {
			t.Parallel()
			r, err := newCompiler(t, &fakeStore{items: richWeek(t)}).Preview(t.Context(), slot, domain.Readers{Audience: a})
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []string{"data:", "ZgotmplZ", "<!--", "@import", "@font-face", "<script", "<form", "position:", "display:flex", "rem;"} {
				if strings.Contains(r.HTML, bad) {
					t.Errorf("holds %q", bad)
				}
			}
			doc, err := html.Parse(strings.NewReader(r.HTML))
			if err != nil {
				t.Fatal(err)
			}
			checkDocument(t, doc)
		})
	}
}

// checkDocument walks the elements in the order in which they are read out.
func checkDocument(t *testing.T, doc *html.Node) {
	t.Helper()
	heading, langs := 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attr := attributes(n)
		switch n.Data {
		case "html", "div":
			if attr["lang"] == "en-US" && attr["dir"] == "ltr" {
				langs++
			}
		case "table":
			if attr["role"] != "presentation" {
				t.Error("a table that is not role=presentation")
			}
		case "img":
			if attr["alt"] == "" || attr["width"] == "" || !strings.HasPrefix(attr["src"], "https://") {
				t.Errorf("an image without alt, width or https: %v", attr)
			}
		case "a":
			if attr["href"] == "" || n.FirstChild == nil {
				t.Errorf("a link without address or words: %v", attr)
			}
		case "h1", "h2", "h3", "h4":
			level := int(n.Data[1] - '0')
			if level > heading+1 {
				t.Errorf("%s after h%d", n.Data, heading)
			}
			heading = level
		}
	}
	if langs != 2 {
		t.Errorf("%d elements with lang and dir, want html and its wrapper", langs)
	}
}

func attributes(n *html.Node) map[string]string {
	m := map[string]string{}
	for _, a := range n.Attr {
		m[a.Key] = a.Val
	}
	return m
}

// WCAG 2.2 §1.4.3: text stands out from what is behind it, light and dark.
func TestContrast(t *testing.T) {
	t.Parallel()
	r, err := newCompiler(t, &fakeStore{items: richWeek(t)}).Preview(t.Context(), slot, domain.Readers{Audience: reader()})
	if err != nil {
		t.Fatal(err)
	}
	_, dark, found := strings.Cut(r.HTML, "prefers-color-scheme: dark")
	if !found {
		t.Fatal("no palette for dark mode")
	}
	dark, _, _ = strings.Cut(dark, "</style>")
	// No rule may recolor what another class colors: links outside .say have their own.
	if strings.Contains(strings.ReplaceAll(dark, ".say a", ""), " a ") {
		t.Error("a dark rule for all links of a block hides the words of its buttons")
	}
	light := regexp.MustCompile(`style="[^"]*"`).FindAllString(r.HTML, -1)
	checkContrast(t, light, "#faf8f4")
	checkContrast(t, regexp.MustCompile(`\{[^{}]*\}`).FindAllString(dark, -1), "#171512")
}

func checkContrast(t *testing.T, declarations []string, paper string) {
	t.Helper()
	color := regexp.MustCompile(`[^-]color: ?(#[0-9a-f]{6})`)
	background := regexp.MustCompile(`background-color: ?(#[0-9a-f]{6})`)
	checked := 0
	for _, d := range declarations {
		text, behind := color.FindStringSubmatch(d), background.FindStringSubmatch(d)
		if text == nil {
			continue
		}
		if behind == nil {
			behind = []string{"", paper}
		}
		checked++
		if c := contrast(text[1], behind[1]); c < 4.5 {
			t.Errorf("%s on %s has a contrast of %.2f, want 4.5: %s", text[1], behind[1], c, d)
		}
	}
	if checked < 4 {
		t.Errorf("found only %d colors to check", checked)
	}
}

func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
			continue
		}
		sum += weight * math.Pow((c+0.055)/1.055, 2.4)
	}
	return sum
}

func TestTextIsWrapped(t *testing.T) {
	t.Parallel()
	for _, a := range []domain.Audience{public(), reader(), patron("Screenwriter")} {
		r, err := newCompiler(t, &fakeStore{items: richWeek(t)}).Preview(t.Context(), slot, domain.Readers{Audience: a})
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(r.Text) {
			line = strings.TrimSuffix(line, "\n")
			if utf8.RuneCountInString(line) > 72 && !strings.Contains(line, "https://") || strings.HasSuffix(line, " ") {
				t.Errorf("%s: a line too long or with spaces at its end: %q", a.Key(), line)
			}
		}
		if strings.Contains(r.Text, "\n\n\n") || strings.ContainsAny(r.Text, "<>&") {
			t.Errorf("%s: untidy text:\n%s", a.Key(), r.Text)
		}
	}
}

// A right-to-left publication says so, in both places where clients look.
func TestDirection(t *testing.T) {
	t.Parallel()
	c := newCompiler(t, &fakeStore{items: richWeek(t)}, func(c *digest.Config) {
		c.Publication.Language = "he-IL"
		c.Templates = mailLook(t, templates.Look{RTL: domain.Direction("he-IL") == domain.RTL})
	})
	r, err := c.Preview(t.Context(), slot, domain.Readers{Audience: reader()})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(r.HTML, `lang="he-IL" dir="rtl"`); n != 2 {
		t.Errorf("%d elements are right-to-left, want 2", n)
	}
	if !strings.Contains(r.HTML, "float: right") {
		t.Error("posters stand on the wrong side on phones")
	}
}

// Everything that a source says is escaped.
func TestMarkupInTitlesIsText(t *testing.T) {
	t.Parallel()
	items := []domain.Item{reviewItem(t, "Bad", time.Hour, func(it *domain.Item) {
		it.Title, it.Series = `<b>"Bad"</b>`, `<i>x</i>`
		it.URL = "javascript:alert(1)"
		it.Film.Poster.Alt = `"><b>`
		it.Film.Directors = []string{"<u>y</u>"}
	})}
	r, err := newCompiler(t, &fakeStore{items: items}).Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "<i>", "<u>", "javascript:"} {
		if strings.Contains(r.HTML, bad) {
			t.Errorf("holds %q", bad)
		}
	}
}

package webpage_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

const plain = "list:\n  url: " + home + "/reviews/\n  items: article\n"

// site is the archive that the suite reads.
func site(t testing.TB, w *world) {
	t.Helper()
	archive, err := testkit.ParseSite(readFile(t, root+"sites/webpage.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	w.Site, w.env.Client = archive, sourcetest.Client(archive)
}

// Each field of the list comes out as the list shows it, and nothing but that.
func TestListFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site(t, w)
	res := w.read(cards, nil)
	want := []source.Raw{
		{
			GUID: home + "/reviews/paper-lanterns/?page=full", URL: home + "/reviews/paper-lanterns/?page=full", Title: "Paper Lanterns",
			Summary:   `A harbor town forgets itself, <a href="` + home + `/festivals/">one festival</a> at a time.`,
			Image:     &domain.Image{URL: home + "/stills/paper-lanterns.jpg", Alt: "Lanterns over a harbor", Width: 1024, Height: 576},
			Published: time.Date(2026, 11, 19, 6, 0, 0, 0, time.UTC),
		},
		{
			GUID: home + "/reviews/the-orchard-telegraph/", URL: home + "/reviews/the-orchard-telegraph/", Title: "The Orchard Telegraph",
			Summary: "A switchboard operator reroutes the grief of a valley.", Image: &domain.Image{URL: home + "/stills/orchard.jpg"},
			Published: time.Date(2026, 11, 10, 6, 0, 0, 0, time.UTC),
		},
		{
			GUID: home + "/members/copperwire/", URL: home + "/members/copperwire/", Title: "Copperwire",
			Published: time.Date(2026, 11, 9, 6, 0, 0, 0, time.UTC),
		},
	}
	if diff := cmp.Diff(want, res.Items); diff != "" {
		t.Error(diff)
	}
}

// What a list that is written in another way gives: "guid|url|title|date|image".
func TestListVariants(t *testing.T) {
	t.Parallel()
	const link = "<a href=/a>A</a>"
	for _, c := range []struct{ name, options, items, want string }{
		{"the link's text", "", "<article><h2>" + link, "/a|/a|A||"},
		{"a heading beside an empty link", "", "<article><a href=/a><img src=/a.jpg></a><h3>Title</h3>", "/a|/a|Title||"},
		{"a picture's description", "", "<article><a href=/a><img src=/a.jpg alt=Title></a>", "/a|/a|Title||"},
		{"the item is the link", "  title: b\n", "<a href=/a><b>Title</b> more</a>", "/a|/a|Title||"},
		{"the item is the link and is said to be", "  link: a\n  title: a\n", "<a href=/a><b>Title</b></a>", "/a|/a|Title||"},
		{"an element around the link", "  link: h2\n", "<article><a href=/tag>tag</a><h2>" + link + "</h2>", "/a|/a|A||"},
		{"base", "", "<base href=//cdn.example/x/><article><a href=a>A</a>", "https://cdn.example/x/a|https://cdn.example/x/a|A||"},
		{"no title at all", "", "<article><a href=/a></a>", "/a|/a|||"},

		{"tracking", "", "<article><a href='/a?utm_source=x&id=7&fbclid=y&MC_CID=1#more'>A</a>", "/a?id=7|/a?id=7|A||"},
		{"tracking alone", "", "<article><a href='/a?utm_source=x'>A</a>", "/a|/a|A||"},
		{"http and credentials", "", "<article><a href='http://u:p@WWW.LanternScreen.example:80/a'>A</a>", "/a|http://WWW.LanternScreen.example:80/a|A||"},
		{"another site", "", "<article><a href='//other.example:8443'>A</a>", "https://other.example:8443/|https://other.example:8443/|A||"},
		{"twice", "", "<article>" + link + "</article><article>" + link + "</article><article><a href='/b?utm_id=1'>B</a></article><article><a href=/b#c>B</a>", "/a|/a|A|| /b|/b|B||"},
		{"entities and tags", "", "<article><a href='/a?x=1&amp;y=2'>A &amp; <i>B</i>\n&lt;C></a>", "/a?x=1&y=2|/a?x=1&y=2|A & B <C>||"},
		{"paths", "paths: [/r/, /e]\n", "<article>" + link + "</article><article><a href=/r/b>B</a></article><article><a href=/essays/c>C</a>", "/r/b|/r/b|B|| /essays/c|/essays/c|C||"},
		{"limit", "limit: 1\npaths: [/r]\n", "<article>" + link + "</article><article><a href=/r/b>B</a></article><article><a href=/r/c>C</a>", "/r/b|/r/b|B||"},

		{"a date in words", "  date: i\n", "<article>" + link + "<i>Posted on 20. Dezember 2026</i>", "/a|/a|A|2026-12-20T06:00:00Z|"},
		{"a date for programs", "  date: time\n", "<article>" + link + "<time datetime='2026-11-20T15:00:00-05:00'>yesterday</time>", "/a|/a|A|2026-11-20T20:00:00Z|"},
		{"a date for programs within", "  date: i\n", "<article>" + link + "<i>by me, <time datetime=2026-11-20>yesterday</time></i>", "/a|/a|A|2026-11-20T06:00:00Z|"},
		{"a date in meta", "  date: meta\n", "<article>" + link + "<meta itemprop=datePublished content=2026-11-20>", "/a|/a|A|2026-11-20T06:00:00Z|"},
		{"a date by its format", "  date: i\n  date_format: 2/1/06\n", "<article>" + link + "<i> 3/2/26 </i>", "/a|/a|A|2026-02-03T06:00:00Z|"},
		{"a date with its time by its format", "  date: i\n  date_format: 02.01.2006 – 15:04\n", "<article>" + link + "<i>03.02.2026 – 20:15</i>", "/a|/a|A|2026-02-04T02:15:00Z|"},
		{"one of two dates", "  date: i\n", "<article>" + link + "<i>2026-11-20</i></article><article><a href=/b>B</a><i>2 days ago</i>", "/a|/a|A|2026-11-20T06:00:00Z| /b|/b|B||"},

		{"an image", "  image: img\n", "<article>" + link + "<img src=a.jpg>", "/a|/a|A||/reviews/a.jpg"},
		{"a lazy image", "  image: img\n", "<article>" + link + "<img src=data:image/gif;x data-lazy-src=/a.jpg>", "/a|/a|A||/a.jpg"},
		{"an image of several sizes", "  image: img\n", "<article>" + link + "<img srcset='/s.jpg 300w, /l.jpg 1024w, /m.jpg 768w'>", "/a|/a|A||/l.jpg"},
		{"an image of several densities", "  image: picture\n", "<article>" + link + "<picture><source srcset='/1.webp, /2.webp 2x'><img></picture>", "/a|/a|A||/2.webp"},
		{"an image in the background", "  image: .i\n", "<article>" + link + `<div class=i style="color: red; background-image: url('/a.jpg')">`, "/a|/a|A||/a.jpg"},
		{"no image to speak of", "  image: img\n", "<article>" + link + "<img src=/dot.gif width=1>", "/a|/a|A||"},
		{"a low image", "  image: img\n", "<article>" + link + "<img src=/line.gif height=2px>", "/a|/a|A||"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			options := plain
			if strings.HasPrefix(c.items, "<a ") {
				options = strings.Replace(plain, "items: article", "items: a", 1)
			}
			w.page("/reviews/", "<title>Reviews</title>"+c.items)
			var got []string
			for _, raw := range w.read(options+c.options, nil).Items {
				date, image := "", ""
				if !raw.Published.IsZero() {
					date = raw.Published.Format(time.RFC3339)
				}
				if raw.Image != nil {
					image = raw.Image.URL
				}
				fields := []string{raw.GUID, raw.URL, raw.Title, date, image}
				got = append(got, strings.ReplaceAll(strings.Join(fields, "|"), home, ""))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " "), c.want)
			}
		})
	}
}

// listed is a page of a list with some pieces and a link to the next page.
func listed(next string, names ...string) string {
	var b strings.Builder
	b.WriteString("<title>Reviews</title>")
	for _, name := range names {
		fmt.Fprintf(&b, "<article><a href=/r/%s>%s</a></article>", name, name)
	}
	if next != "" {
		fmt.Fprintf(&b, "<a class=next href='%s'>Older</a>", next)
	}
	return b.String()
}

func TestPaging(t *testing.T) {
	t.Parallel()
	const options = plain + "  next: .next\n"
	for name, c := range map[string]struct {
		options string
		pages   map[string]string
		want    string // of the guids
		asked   string
		problem string
	}{
		"to the end": {options, map[string]string{
			"": listed("?p=2", "a", "b"), "?p=2": listed("/reviews/?p=3", "c"), "?p=3": listed("", "d"),
		}, "a b c d", "/reviews/ /reviews/?p=2 /reviews/?p=3", ""},
		"no further than allowed": {options + "  pages: 2\n", map[string]string{
			"": listed("?p=2", "a"), "?p=2": listed("?p=3", "b"), "?p=3": listed("", "c"),
		}, "a b", "/reviews/ /reviews/?p=2", ""},
		"without next": {plain, map[string]string{"": listed("?p=2", "a")}, "a", "/reviews/", ""},
		"no further than the limit": {options + "limit: 3\n", map[string]string{
			"": listed("?p=2", "a", "b"), "?p=2": listed("?p=3", "c", "d"), "?p=3": listed("", "e"),
		}, "a b c", "/reviews/ /reviews/?p=2", ""},
		"in a circle": {options + "  pages: 20\n", map[string]string{
			"": listed("?p=2", "a"), "?p=2": listed("/reviews/#top", "b"),
		}, "a b", "/reviews/ /reviews/?p=2", ""},
		"the same pieces for ever": {options + "  pages: 20\n", map[string]string{
			"": listed("?p=2", "a"), "?p=2": listed("?p=3", "a"), "?p=3": listed("?p=4", "a"),
		}, "a", "/reviews/ /reviews/?p=2", ""},
		"a page that is missing": {options, map[string]string{"": listed("?p=2", "a")}, "a", "/reviews/ /reviews/?p=2", "answered 404"},
		"a page of another kind": {options, map[string]string{
			"": listed("?p=2", "a"), "?p=2": "<title>Hm</title>",
		}, "a", "/reviews/ /reviews/?p=2", `list.items matches nothing on ` + home + `/reviews/?p=2 ("Hm")`},
		"nowhere": {options, map[string]string{"": listed("javascript:more()", "a")}, "a", "/reviews/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for query, page := range c.pages {
				w.page("/reviews/"+query, page)
			}
			res := w.read(c.options, nil)
			if got := strings.ReplaceAll(strings.Join(guids(res.Items), " "), "/r/", ""); got != c.want {
				t.Errorf("found %s, want %s", got, c.want)
			}
			if got := strings.Join(w.asked(), " "); got != c.asked {
				t.Errorf("asked for %s, want %s", got, c.asked)
			}
			if c.problem == "" {
				if len(res.Problems) > 0 {
					t.Errorf("problems: %v", res.Problems)
				}
				return
			}
			if len(res.Problems) != 1 || res.Problems[0].Where != "page 2 of the list" || !strings.Contains(res.Problems[0].Err.Error(), c.problem) {
				t.Errorf("problems: %v", res.Problems)
			}
			w.page("/reviews/?p=2", listed("", "b"))
			if again := w.read(c.options, res.State); strings.Join(guids(again.Items), " ") != "/r/b" {
				t.Errorf("the next read found %v, though the second page can be read", guids(again.Items))
			}
		})
	}
}

// A list that has changed costs no request for pages on which all is known.
func TestPagingStopsAtWhatIsKnown(t *testing.T) {
	t.Parallel()
	const options = plain + "  next: .next\n"
	w := newWorld(t)
	w.page("/reviews/", listed("?p=2", "b", "c"))
	w.page("/reviews/?p=2", listed("?p=3", "d", "e"))
	w.page("/reviews/?p=3", listed("", "f"))
	first := w.read(options, nil)
	w.page("/reviews/", listed("?p=2", "a", "b"))
	w.page("/reviews/?p=2", listed("?p=3", "c", "d"))
	w.Forget()
	res := w.read(options, first.State)
	if got := strings.Join(guids(res.Items), " "); got != "/r/a" {
		t.Errorf("found %s, want only what is new", got)
	}
	if got := strings.Join(w.asked(), " "); got != "/reviews/ /reviews/?p=2" {
		t.Errorf("asked for %s", got)
	}
}

package feed_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/feedtest"
	"marquee/internal/feed/jsonfeed"
	"marquee/internal/feed/rss"
)

// No reader's program is sent to a stranger's server: whatever the format and
// whoever reads, there is no address of an image but ours.
func TestNoStrangersImages(t *testing.T) {
	t.Parallel()
	strange := []string{"poster.png", "salt-ledger.jpg", "cluse.webp", "fog.jpg", "gone.jpg", "/uploads/", "/img/"}
	for _, format := range []feed.Format{rss.Format(), atom.Format(), jsonfeed.Format()} {
		for _, a := range []domain.Audience{public, reader, matinee, screenwriter} {
			for _, ours := range []bool{true, false} {
				items := feedtest.Items()
				for i := range items {
					if !ours {
						items[i].Pictures = nil
					}
				}
				body, err := format.Encode(build(t, feedtest.Spec(), a, feedtest.Now(), items...).Document)
				if err != nil {
					t.Fatal(err)
				}
				for _, address := range strange {
					if strings.Contains(string(body), address) {
						t.Errorf("%s for %s holds %s", format.Name(), a.Key(), address)
					}
				}
				if shown := strings.Count(string(body), "https://feeds.lanternscreen.example/i/"); (shown > 0) != ours || strings.Contains(string(body), "<img src=\"\"") {
					t.Errorf("%s for %s shows %d pictures", format.Name(), a.Key(), shown)
				}
			}
		}
	}
}

// An entry's images are prints, in sizes that are true.
func TestPrints(t *testing.T) {
	t.Parallel()
	it := review(feedtest.Now().AddDate(0, -1, 0))
	it.Film = &domain.Film{
		Title: "Copperwire", Poster: &domain.Image{URL: "https://site.example/p.png"}, Still: &domain.Image{URL: "https://site.example/s.png"},
	}
	it.Picks = []domain.Pick{{Title: "Gutters", Image: &domain.Image{URL: "https://site.example/g.png"}, Why: `<img src="https://site.example/s.png" alt="S">`}}
	it.Body = `<p>BODY <img src="https://site.example/s.png" alt="A pier" width="9"> and <img src="https://site.example/gone.png" alt="a lamp"></p>`
	it.Pictures = []domain.Picture{
		{URL: "https://site.example/p.png", Key: "p", Width: 1000, Height: 1500},
		{URL: "https://site.example/gone.png"},
		{URL: "https://site.example/s.png", Key: "s", Width: 1920, Height: 1080},
		{URL: "https://site.example/g.png", Key: "g", Width: 200, Height: 300},
	}
	e := build(t, feedtest.Spec(), screenwriter, feedtest.Now(), it).Document.Entries[0]
	const ours = "https://feeds.lanternscreen.example/i/"
	poster := domain.Image{URL: ours + "p-640.jpg", Type: "image/jpeg", Width: 640, Height: 960}
	alt := poster
	alt.Alt = "Poster for Copperwire"
	small := domain.Image{URL: ours + "p-320.jpg", Type: "image/jpeg", Width: 320, Height: 480, Alt: "Poster for Copperwire"}
	still := domain.Image{URL: ours + "s-1280.jpg", Type: "image/jpeg", Width: 1280, Height: 720}
	gutters := domain.Image{URL: ours + "g-200.jpg", Type: "image/jpeg", Width: 200, Height: 300, Alt: "Poster for Gutters"}
	for name, c := range map[string]struct{ want, got *domain.Image }{
		"image": {&alt, e.Image}, "thumbnail": {&small, e.Thumbnail}, "poster": {&poster, e.Film.Poster},
		"still": {&still, e.Film.Still}, "pick": {&gutters, e.Picks[0].Image},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, want := range []string{
		`<p>BODY <img src="` + ours + `s-1280.jpg" alt="A pier" width="1280" height="720"> and a lamp</p>`,
		`<p><img src="` + ours + `g-200.jpg" width="200" height="300" alt="Poster for Gutters"></p>`,
		`<div><img src="` + ours + `s-1280.jpg" alt="S" width="1280" height="720"></div>`,
	} {
		if !strings.Contains(e.HTML, want) {
			t.Errorf("no %s in\n%s", want, e.HTML)
		}
	}
	if it.Film.Poster.URL != "https://site.example/p.png" || it.Picks[0].Image.URL != "https://site.example/g.png" {
		t.Error("the store's item was changed")
	}
}

// The thumbnail of RSS is small, its medium is large.
func TestThumbnail(t *testing.T) {
	t.Parallel()
	body, err := rss.Format().Encode(build(t, feedtest.Spec(), public, feedtest.Now(), feedtest.Items()[0]).Document)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Items []struct {
			Content struct {
				URL           string `xml:"url,attr"`
				Width, Height int    `xml:",attr"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
			Thumbnail struct {
				URL string `xml:"url,attr"`
			} `xml:"http://search.yahoo.com/mrss/ thumbnail"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil || len(doc.Items) != 1 {
		t.Fatalf("%d items: %v", len(doc.Items), err)
	}
	it := doc.Items[0]
	if !strings.HasSuffix(it.Content.URL, "-640.jpg") || !strings.HasSuffix(it.Thumbnail.URL, "-320.jpg") {
		t.Errorf("%+v", it)
	}
}

// Who looks at what was gathered sees the images that their source names.
func TestImagesAsTheyAre(t *testing.T) {
	t.Parallel()
	spec := feedtest.Spec()
	spec.Images = func(img *domain.Image) *domain.Image { return img }
	it := review(feedtest.Now().AddDate(0, -1, 0))
	it.Film = &domain.Film{Title: "Copperwire", Poster: &domain.Image{URL: "https://site.example/p.png"}}
	it.Body = `<p>BODY <img src="https://site.example/s.png" alt="A pier" width="9"></p>`
	e := build(t, spec, screenwriter, feedtest.Now(), it).Document.Entries[0]
	if e.Image.URL != "https://site.example/p.png" || e.Film.Poster.URL != e.Image.URL || !strings.Contains(e.HTML, it.Body) ||
		!strings.Contains(e.HTML, `src="https://site.example/p.png" alt="Poster for Copperwire"`) {
		t.Errorf("%+v", e)
	}
}

package gather_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// album keeps pictures: by address what there is, and a picture without a key
// where it cannot be had.
type album struct {
	pictures map[string]domain.Picture
	asked    [][]string
	broken   error
}

func (a *album) Keep(_ context.Context, urls []string) ([]domain.Picture, error) {
	a.asked = append(a.asked, urls)
	var kept []domain.Picture
	for _, url := range urls {
		if p, ok := a.pictures[url]; ok {
			p.URL = url
			kept = append(kept, p)
		}
	}
	return kept, a.broken
}

// has are addresses of pictures that can be had.
func (a *album) has(urls ...string) {
	for _, url := range urls {
		a.pictures[url] = domain.Picture{Key: "key of " + url, Width: 400, Height: 600}
	}
}

const uploads = "https://www.lanternscreen.example/uploads/"

func newAlbum(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.album = &album{pictures: map[string]domain.Picture{}}
	return b
}

// illustrated is a piece with every sort of image.
func illustrated() source.Raw {
	raw := piece("a", "Copperwire")
	raw.Film.Poster, raw.Film.Still = &domain.Image{URL: uploads + "poster.jpg"}, &domain.Image{URL: uploads + "still.jpg"}
	raw.Image = &domain.Image{URL: uploads + "own.jpg"}
	raw.Summary = `<p>A <img src="/uploads/teaser.jpg"> thriller.</p>`
	raw.Content = `<p>A <img src="/uploads/teaser.jpg"> thriller <img src="body.jpg?a=1&amp;b=2">.</p><img src="pixel.gif" width=1>` +
		`<img src="https://s.w.org/images/core/emoji/14.0.0/72x72/1f92b.png" alt="🤫">`
	raw.Picks = []domain.Pick{{Title: "Gutters", Image: &domain.Image{URL: uploads + "poster.jpg"}, Why: `<img src="/uploads/why.jpg">`}}
	return raw
}

// Every image that an item shows is made ours, each once, before the item is
// stored.
func TestPictures(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	all := []string{
		uploads + "poster.jpg", uploads + "still.jpg", uploads + "own.jpg", uploads + "teaser.jpg",
		"https://www.lanternscreen.example/reviews/a/body.jpg?a=1&b=2", uploads + "why.jpg",
	}
	b.album.has(all...)
	saved, _ := b.reads(illustrated())
	if diff := cmp.Diff([][]string{all}, b.album.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	it := saved.Items[0]
	if len(it.Pictures) != len(all) || !it.Illustrated || it.Picture() != it.Film.Poster {
		t.Errorf("illustrated %v with %+v", it.Illustrated, it.Pictures)
	}
	for i, p := range it.Pictures {
		if p.URL != all[i] || p.Key != "key of "+all[i] {
			t.Errorf("picture %d is %+v", i, p)
		}
	}
	saved, _ = b.reads(illustrated())
	if len(saved.Items) > 0 || len(b.album.asked) > 1 {
		t.Errorf("read again: %d saved, asked %v", len(saved.Items), b.album.asked)
	}
}

// An item does not wait for a picture, and a picture that comes late does not
// make the item another: nobody is told that it has changed.
func TestLatePictures(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	raw := piece("a", "Copperwire")
	raw.Film.Poster, raw.Film.Still = &domain.Image{URL: uploads + "poster.jpg"}, &domain.Image{URL: uploads + "still.jpg"}
	b.album.has(uploads + "still.jpg")
	saved, _ := b.reads(raw)
	first := saved.Items[0]
	if len(first.Pictures) != 1 || first.Illustrated || first.Picture() != first.Film.Still {
		t.Fatalf("the first read stored %+v", first)
	}
	if saved, _ = b.reads(raw); len(saved.Items) > 0 {
		t.Errorf("stored again without a reason: %+v", saved.Items)
	}
	b.album.has(uploads + "poster.jpg")
	b.reader.res.Unchanged = true
	saved, report := b.reads()
	if len(saved.Items) != 1 || !saved.Unchanged || report.String() != "nothing new" {
		t.Fatalf("%d items stored: %s", len(saved.Items), report)
	}
	late := saved.Items[0]
	if len(late.Pictures) != 2 || !late.Illustrated || !late.Changed.Equal(first.Changed) || late.Picture() != late.Film.Poster {
		t.Errorf("with its picture it is %+v", late)
	}
	want := [][]string{{uploads + "poster.jpg", uploads + "still.jpg"}, {uploads + "poster.jpg"}, {uploads + "poster.jpg"}}
	if diff := cmp.Diff(want, b.album.asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if saved, _ = b.reads(); len(saved.Items) > 0 || len(b.album.asked) > 3 {
		t.Errorf("and again: %d saved, asked %v", len(saved.Items), b.album.asked)
	}
}

// What cannot be had is not asked for again, until it has another address.
func TestLostPictures(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	raw := piece("a", "Copperwire")
	raw.Film.Poster = &domain.Image{URL: uploads + "gone.jpg"}
	b.album.pictures[uploads+"gone.jpg"] = domain.Picture{}
	saved, _ := b.reads(raw)
	if it := saved.Items[0]; !it.Illustrated || it.Picture() != nil || len(it.Pictures) != 1 {
		t.Errorf("stored %+v", it)
	}
	b.reads(raw)
	if len(b.album.asked) != 1 {
		t.Errorf("asked %v", b.album.asked)
	}
	raw.Film = &domain.Film{Title: "Copperwire", Year: 2026, Rating: raw.Film.Rating, Poster: &domain.Image{URL: uploads + "there.jpg"}}
	b.album.has(uploads + "there.jpg")
	saved, report := b.reads(raw)
	it := saved.Items[0]
	if report.Changed != 1 || len(it.Pictures) != 1 || it.Pictures[0].URL != uploads+"there.jpg" || it.Picture() == nil {
		t.Errorf("with another poster: %+v, %s", it, report)
	}
}

// Items from before pictures, and those that a reader's window does not show any
// more, get theirs a few at a time; those that are withdrawn do not.
func TestPicturesOfStoredItems(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	b.album = nil
	gone := illustrated()
	gone.GUID = "gone"
	var pieces []source.Raw
	for i := range 250 {
		raw := piece(fmt.Sprintf("%03d", i), "Film")
		raw.Image = &domain.Image{URL: fmt.Sprintf("%s%d.jpg", uploads, i)}
		pieces = append(pieces, raw)
	}
	b.reader.res.Complete = true
	b.reads(append(pieces, gone)...)
	b.reads(pieces...)
	b.album = &album{pictures: map[string]domain.Picture{}}
	for i := range 250 {
		b.album.has(fmt.Sprintf("%s%d.jpg", uploads, i))
	}
	b.reader.res.Unchanged, b.reader.res.Complete = true, false
	for _, want := range []int{200, 50, 0} {
		saved, report := b.reads()
		if len(saved.Items) != want || report.String() != "nothing new" {
			t.Errorf("%d items got pictures, want %d: %s", len(saved.Items), want, report)
		}
	}
	if asked := fmt.Sprint(b.album.asked); strings.Contains(asked, "poster.jpg") || len(b.album.asked) != 2 {
		t.Errorf("asked %d times: %s", len(b.album.asked), asked)
	}
}

func TestPicturesAreBounded(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	raw := piece("a", "Copperwire")
	for i := range 150 {
		raw.Content += fmt.Sprintf(`<img src="/uploads/%d.jpg">`, i)
		b.album.has(fmt.Sprintf("%s%d.jpg", uploads, i))
	}
	saved, _ := b.reads(raw)
	if it := saved.Items[0]; len(it.Pictures) != 100 || !it.Illustrated {
		t.Errorf("%d pictures", len(it.Pictures))
	}
}

func TestBrokenAlbum(t *testing.T) {
	t.Parallel()
	b := newAlbum(t)
	b.album.broken = errBroken
	b.reader.res.Items = []source.Raw{illustrated()}
	if _, err := b.gather(t.Context()); !errors.Is(err, errBroken) || len(b.store.saved) > 0 {
		t.Errorf("got %v, saved %d times", err, len(b.store.saved))
	}
}

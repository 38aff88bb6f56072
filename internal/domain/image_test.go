package domain_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
)

// The addresses of prints are in letters: they never change.
func TestPrintsAreForEver(t *testing.T) {
	t.Parallel()
	if key := domain.PictureKey([]byte("a poster")); key != "pdn3aho2t32measwq2r6onzp43txvq22" {
		t.Errorf("key %q", key)
	}
	for _, c := range []struct {
		width, height int
		want          string // each print's size
	}{
		{1000, 1500, "160x240 320x480 640x960"},
		{640, 960, "160x240 320x480 640x960"},
		{639, 960, "160x240 320x481 639x960"},
		{400, 600, "160x240 320x480 400x600"},
		{1280, 1280, "160x160 320x320 640x640"},
		{3840, 2160, "160x90 320x180 640x360 1280x720"},
		{1000, 563, "160x90 320x180 640x360 1000x563"},
		{160, 90, "160x90"},
		{1, 1, "1x1"},
		{20000, 1, "160x1 320x1 640x1 1280x1"},
		{1, 20000, "1x20000"},
	} {
		p := domain.Picture{Width: c.width, Height: c.height}
		got := ""
		for i, w := range p.Widths() {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("%dx%d", w, p.HeightOf(w))
		}
		if got != c.want {
			t.Errorf("%dx%d is printed as %s, want %s", c.width, c.height, got, c.want)
		}
	}
}

func TestPrintNames(t *testing.T) {
	t.Parallel()
	const key = "x2hiaqgnkzjajruaraksdmkrlh6xqhk6"
	if k, w, ok := domain.ParsePrintName(domain.PrintName(key, 320)); k != key || w != 320 || !ok {
		t.Errorf("got %q, %d, %v", k, w, ok)
	}
	for _, name := range []string{
		"", "-", key, key + "-", key + "-320", key + "-320.png", key + "-0320.jpg", key + "-0.jpg", key + "--1.jpg", key + "-+5.jpg",
		key + "-320.jpg.jpg", "X2" + key[2:] + "-320.jpg", key[1:] + "-320.jpg", "../" + key[3:] + "-320.jpg", key + "-99999999999999999999.jpg",
	} {
		if _, _, ok := domain.ParsePrintName(name); ok {
			t.Errorf("%q is taken for a print's name", name)
		}
	}
}

// People are shown what is ours, in a size that fits, and nothing else.
func TestPrint(t *testing.T) {
	t.Parallel()
	poster := &domain.Image{URL: "https://a.example/poster.jpg", Alt: "A pier", Width: 9, Height: 9}
	still := &domain.Image{URL: "https://a.example/still.jpg"}
	gone := &domain.Image{URL: "https://a.example/gone.jpg"}
	it := domain.Item{Image: gone, Film: &domain.Film{Poster: poster, Still: still}}
	if it.Picture() != nil || it.Print(poster, "", 1) != nil || it.Print(nil, "", 1) != nil {
		t.Error("a stranger's image is shown")
	}
	it.Pictures = []domain.Picture{
		{URL: gone.URL}, {URL: poster.URL, Key: "k", Width: 1000, Height: 1500}, {URL: still.URL, Key: "s", Width: 1920, Height: 1080},
	}
	for _, c := range []struct {
		image *domain.Image
		width int
		want  *domain.Image
	}{
		{poster, 1, &domain.Image{URL: "https://b.example/i/k-160.jpg", Type: "image/jpeg", Width: 160, Height: 240, Alt: "A pier"}},
		{poster, 161, &domain.Image{URL: "https://b.example/i/k-320.jpg", Type: "image/jpeg", Width: 320, Height: 480, Alt: "A pier"}},
		{poster, 5000, &domain.Image{URL: "https://b.example/i/k-640.jpg", Type: "image/jpeg", Width: 640, Height: 960, Alt: "A pier"}},
		{still, 5000, &domain.Image{URL: "https://b.example/i/s-1280.jpg", Type: "image/jpeg", Width: 1280, Height: 720}},
		{gone, 100, nil},
	} {
		if diff := cmp.Diff(c.want, it.Print(c.image, "https://b.example", c.width)); diff != "" {
			t.Errorf("%s at %d (-want +got):\n%s", c.image.URL, c.width, diff)
		}
	}
}

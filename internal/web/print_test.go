package web_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/gather"
)

// A print is served for ever, to everyone who knows its name, and is a picture
// whatever a browser thinks.
func TestPrint(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	key := domain.PictureKey(poster(t, posters+"/a.png"))
	for width, size := range map[int]image.Point{160: {160, 240}, 320: {320, 480}, 400: {400, 600}} {
		name := domain.PrintName(key, width)
		g := s.get(t, "/i/"+name).is(t, http.StatusOK)
		for header, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "ETag": `"` + name + `"`,
			"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox",
		} {
			if got := g.Header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		if cfg, err := jpeg.DecodeConfig(strings.NewReader(g.body)); err != nil || (image.Point{cfg.Width, cfg.Height}) != size {
			t.Errorf("%dx%d: %v", cfg.Width, cfg.Height, err)
		}
		again := s.get(t, "/i/"+name, "If-None-Match", g.Header.Get("ETag")).is(t, http.StatusNotModified)
		if again.body != "" {
			t.Errorf("%d bytes with 304", len(again.body))
		}
		part := s.get(t, "/i/"+name, "Range", "bytes=0-1").is(t, http.StatusPartialContent)
		if !bytes.Equal([]byte(part.body), []byte{0xFF, 0xD8}) {
			t.Errorf("the first two bytes are %q", part.body)
		}
	}
	for _, path := range []string{
		"/i/", "/i/" + key, "/i/" + key + "-640.jpg", "/i/" + key + "-161.jpg", "/i/" + key + "-0160.jpg", "/i/" + key + "-160.png",
		"/i/" + strings.ToUpper(key) + "-160.jpg", "/i/" + strings.Repeat("a", 32) + "-160.jpg", "/i/..%2f..%2fetc%2fpasswd", "/i/x/y",
	} {
		g := s.get(t, path).is(t, http.StatusNotFound)
		if control := g.Header.Get("Cache-Control"); strings.Contains(control, "immutable") {
			t.Errorf("%s: that there is none is kept with %q", path, control)
		}
	}
}

// No page that anybody may open sends them to a stranger for an image, not even
// where the picture is not ours, and the browser is told so too.
func TestPagesShowOurImagesOnly(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	bare := domain.Item{
		GUID: "bare", Kind: domain.Review, Title: "Bare", Film: &domain.Film{Poster: &domain.Image{URL: posters + "/none.png"}},
		Body: `<p><img src="` + posters + `/text.png" alt="A pier"></p>`,
	}
	settle(&bare, now().AddDate(0, 0, -20))
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: []domain.Item{bare}}))
	for _, path := range []string{"/", "/editions/", "/editions/weekly-2026-11-20-1700", "/feeds/reviews.rss", "/feeds/reviews.atom", "/feeds/reviews.json", "/feeds/picks.json", "/feeds.opml"} {
		g := s.get(t, path).is(t, http.StatusOK)
		if strings.Contains(g.body, posters) {
			t.Errorf("%s holds an address of another host's pictures", path)
		}
		policy := g.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "img-src 'self'") || strings.Contains(policy, "img-src *") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	if policy := s.get(t, "/editions/weekly-2026-11-20-1700").Header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self' https://feeds.lanternscreen.example/i/;") {
		t.Errorf("an edition's images are at our public address: %s", policy)
	}
}

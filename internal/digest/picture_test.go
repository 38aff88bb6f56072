package digest_test

import (
	"regexp"
	"strings"
	"testing"

	"marquee/internal/domain"
)

// Whoever opens a letter, or its copy on the web, asks no stranger's server for an
// image; and an image that could not be had leaves no hole.
func TestNoStrangersImages(t *testing.T) {
	t.Parallel()
	week := richWeek(t)
	for i := range week {
		if week[i].Kind != domain.Picks {
			continue
		}
		week[i].Body = `<p>A week of harbors. <img src="` + uploads + `harbor.jpg" alt="The harbor"> <img src="` + uploads + `gone.jpg" alt="A lamp"></p>`
		week[i].Picks[1].Why = `<p>Found. <img src="` + uploads + `harbor.jpg" alt=""></p>`
		week[i].Picks[2].Image = &domain.Image{URL: uploads + "gone.jpg"}
		week[i].Pictures = append(week[i].Pictures,
			domain.Picture{URL: uploads + "harbor.jpg", Key: "harbor", Width: 1600, Height: 900}, domain.Picture{URL: uploads + "gone.jpg"})
	}
	image := regexp.MustCompile(`<img[^>]*>`)
	for a, want := range map[domain.Audience]int{{}: 3, reader(): 3, patron("Matinee"): 6, patron("Screenwriter"): 6} {
		r, err := newCompiler(t, &fakeStore{items: week}).Preview(t.Context(), slot, domain.Readers{Audience: a})
		if err != nil {
			t.Fatal(err)
		}
		if body := r.HTML + r.Text + string(r.Form); strings.Contains(body, uploads) || strings.Contains(r.HTML, "A lamp") != (want == 6) {
			t.Errorf("%s: an address below %s, or no words for an image", a.Key(), uploads)
		}
		images := image.FindAllString(r.HTML, -1)
		if len(images) != want {
			t.Errorf("%s: %d images, want %d", a.Key(), len(images), want)
		}
		for _, tag := range images {
			if !strings.Contains(tag, `src="https://feeds.lanternscreen.example/i/`) || !strings.Contains(tag, ` width="`) ||
				!strings.Contains(tag, ` height="`) || !strings.Contains(tag, ` alt="`) {
				t.Errorf("%s: %s", a.Key(), tag)
			}
		}
	}
}

// An item of which no image could be had is shown without one.
func TestVanishedPictures(t *testing.T) {
	t.Parallel()
	week := richWeek(t)
	for i := range week {
		for j := range week[i].Pictures {
			week[i].Pictures[j] = domain.Picture{URL: week[i].Pictures[j].URL}
		}
	}
	r, err := newCompiler(t, &fakeStore{items: week}).Preview(t.Context(), slot, domain.Readers{Audience: patron("Screenwriter")})
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<img", `class="poster"`, `class="gap"`, `class="aside"`} {
		if strings.Contains(r.HTML, never) {
			t.Errorf("holds %s", never)
		}
	}
}

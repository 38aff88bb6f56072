package section

import (
	"net/url"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// The widths of images in pixels.
const (
	itemImageWidth = 132 // a poster beside its words
	pickImageWidth = 72
	wideImageWidth = 552 // a still above its words, as broad as the letter's text
)

// imageView is an image at a width, nil when there is none that mail can show:
// it must have an address of its own. A still, being broader than high, is shown
// wide where posters are not small. alt is for images without their own.
func imageView(image *domain.Image, alt string, width int) *digest.ImageView {
	if image == nil {
		return nil
	}
	u, err := url.Parse(image.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil
	}
	v := &digest.ImageView{URL: image.URL, Alt: image.Alt, Width: width}
	if v.Alt == "" {
		v.Alt = alt
	}
	if image.Width > image.Height && width == itemImageWidth {
		v.Wide, v.Width = true, wideImageWidth
	}
	if image.Width > 0 {
		v.Height = v.Width * image.Height / image.Width
	}
	return v
}

package section

import (
	"html/template"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

// The widths in which images are shown, in pixels. Their prints have twice as
// many, for screens that show them.
const (
	itemImageWidth = 132 // a poster beside its words
	pickImageWidth = 72
	wideImageWidth = 552 // a still above its words, as broad as the letter's text
)

// gallery shows the images of one item.
type gallery struct {
	item   *domain.Item
	server string
}

// view is an image at a width, nil when it is not ours. A still, being broader
// than high, is shown wide where posters are not small. alt is for images without
// their own.
func (g gallery) view(image *domain.Image, alt string, width int) *digest.ImageView {
	print := g.item.Print(image, g.server, 2*width)
	if print == nil {
		return nil
	}
	wide := print.Width > print.Height && width == itemImageWidth
	if wide {
		width = wideImageWidth
		print = g.item.Print(image, g.server, 2*width)
	}
	shown := fitted(print, width)
	v := &digest.ImageView{URL: shown.URL, Alt: shown.Alt, Width: shown.Width, Height: shown.Height, Wide: wide}
	if v.Alt == "" {
		v.Alt = alt
	}
	return v
}

// text is one of the item's texts with its images fitted into the letter.
func (g gallery) text(html string) template.HTML { //nolint:forbidigo // a type; sanitize makes the value
	return sanitize.Trusted(sanitize.Images(html, func(address string) *domain.Image {
		print := g.item.Print(&domain.Image{URL: address}, g.server, 2*wideImageWidth)
		if print == nil {
			return nil
		}
		return fitted(print, wideImageWidth)
	}))
}

// fitted is a print as it is shown: no broader than width, and never enlarged.
func fitted(print *domain.Image, width int) *domain.Image {
	if print.Width > width {
		print.Width, print.Height = width, max(1, (width*print.Height+print.Width/2)/print.Width)
	}
	return print
}

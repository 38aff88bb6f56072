package picture

import "image"

// orientation is how a picture lies, as EXIF numbers it: 1, and 0, is upright,
// even numbers are mirrored, those from 5 lie on their side.
type orientation int

// size is width and height, exchanged for pictures that lie on their side.
func (o orientation) size(width, height int) (int, int) {
	if o >= 5 {
		return height, width
	}
	return width, height
}

// upright is the picture turned and mirrored back.
func (o orientation) upright(lying *image.RGBA) *image.RGBA {
	if o < 2 {
		return lying
	}
	width, height := o.size(lying.Rect.Dx(), lying.Rect.Dy())
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			from := o.from(x, y, lying.Rect.Dx()-1, lying.Rect.Dy()-1)
			copy(img.Pix[img.PixOffset(x, y):][:4], lying.Pix[lying.PixOffset(from.X, from.Y):][:4])
		}
	}
	return img
}

// from is where a pixel of the upright picture is in the lying one, whose last
// column and row are right and bottom.
func (o orientation) from(x, y, right, bottom int) image.Point {
	switch o {
	case 2:
		return image.Pt(right-x, y)
	case 3:
		return image.Pt(right-x, bottom-y)
	case 4:
		return image.Pt(x, bottom-y)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(y, bottom-x)
	case 7:
		return image.Pt(right-y, bottom-x)
	case 8:
		return image.Pt(right-y, x)
	}
	return image.Pt(x, y)
}

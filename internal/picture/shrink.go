package picture

import (
	"image"
	"image/draw"
)

// shrink is an image on white in a size that is not larger than the canvas. Each
// pixel is the mean of all that it covers, in whole numbers, so that every
// machine gets the same. It takes little memory: it reads the image row by row.
func shrink(img image.Image, canvas image.Rectangle, width, height int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	if out.Rect.Size() == canvas.Size() {
		paint(out, img, canvas.Min)
		return out
	}
	s := &shrinker{out: out, from: canvas.Size(), line: make([]int64, 3*width), cover: make([]int64, 3*width)}
	print, solid := img.(*image.RGBA)
	solid = solid && print.Rect == canvas && print.Opaque()
	row := image.NewRGBA(image.Rect(0, 0, s.from.X, 1))
	for y := range s.from.Y {
		if solid {
			s.across(print.Pix[y*print.Stride:])
		} else {
			paint(row, img, canvas.Min.Add(image.Pt(0, y)))
			s.across(row.Pix)
		}
		s.down(y)
	}
	return out
}

// paint paints white, and an image from a point of it on.
func paint(out *image.RGBA, img image.Image, from image.Point) {
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, from, draw.Over)
}

// shrinker adds up pixels. Lengths are measured so that a pixel of the original
// is as broad as the print has columns, and one of the print as broad as the
// original has: then every pixel begins and ends at a whole number. Heights are
// measured alike.
type shrinker struct {
	out   *image.RGBA
	from  image.Point // the original's size
	line  []int64     // one row of the original in the print's columns
	cover []int64     // what has been added up of a row of the print
}

// across adds up a row of the original for each column of the print.
func (s *shrinker) across(pix []uint8) {
	broad := s.out.Rect.Dx()
	x, used := 0, 0 // how much of pixel x lies in columns before
	for column := range broad {
		var red, green, blue int64
		for room := s.from.X; room > 0; {
			part := min(broad-used, room)
			red += int64(pix[4*x]) * int64(part)
			green += int64(pix[4*x+1]) * int64(part)
			blue += int64(pix[4*x+2]) * int64(part)
			room -= part
			if used += part; used == broad {
				x, used = x+1, 0
			}
		}
		s.line[3*column], s.line[3*column+1], s.line[3*column+2] = red, green, blue
	}
}

// down adds the line, which is the original's row y, to the rows of the print
// that it lies in: one, or the end of one and the beginning of the next.
func (s *shrinker) down(y int) {
	high := s.out.Rect.Dy()
	row := y * high / s.from.Y
	part := min(high, (row+1)*s.from.Y-y*high)
	for i, sum := range s.line {
		s.cover[i] += sum * int64(part)
	}
	if (y+1)*high < (row+1)*s.from.Y {
		return
	}
	s.put(row)
	for i, sum := range s.line {
		s.cover[i] = sum * int64(high-part)
	}
}

// put writes a row of the print.
func (s *shrinker) put(row int) {
	area := int64(s.from.X) * int64(s.from.Y)
	pix := s.out.Pix[row*s.out.Stride:]
	for i, sum := range s.cover {
		pix[i/3*4+i%3] = uint8((sum + area/2) / area) //nolint:gosec // the mean of some bytes
	}
	for x := range s.out.Rect.Dx() {
		pix[4*x+3] = 0xFF
	}
}

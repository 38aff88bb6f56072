package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/picture"
)

// Every kind that can be read is printed in its colours, in every width.
func TestMake(t *testing.T) {
	t.Parallel()
	img := sample(400, 600)
	deep := image.NewNRGBA64(img.Rect)
	draw.Draw(deep, deep.Rect, img, image.Point{}, draw.Src)
	for name, original := range map[string][]byte{
		"JPEG":          asJPEG(t, img),
		"PNG":           asPNG(t, img),
		"16-bit PNG":    asPNG(t, deep),
		"paletted PNG":  asPNG(t, frame(img, img.Rect)),
		"animated GIF":  animation(t, 400, 600, frame(img, img.Rect), frame(image.Black, img.Rect)),
		"EXIF upright":  withEXIF(asJPEG(t, img), binary.BigEndian, 1),
		"EXIF nonsense": withEXIF(asJPEG(t, img), binary.BigEndian, 9),
	} {
		p, prints, err := picture.Make(original)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := domain.Picture{Key: domain.PictureKey(original), Width: 400, Height: 600}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		sizes := ""
		for _, print := range prints {
			sizes += fmt.Sprintf("%dx%d ", print.Width, print.Height)
			wantCorners(t, decoded(t, print))
		}
		if sizes != "160x240 320x480 400x600 " {
			t.Errorf("%s is printed as %s", name, sizes)
		}
	}
}

// Kinds that Go reads and does not write.
func TestMakeOfFiles(t *testing.T) {
	t.Parallel()
	for file, size := range map[string]image.Point{
		"lossy.webp": {150, 100}, "alpha.webp": {75, 100}, "cmyk.jpg": {150, 103}, "progressive.jpg": {150, 103},
	} {
		original := read(t, file)
		p, prints, err := picture.Make(original)
		if err != nil || len(prints) != 1 || image.Pt(p.Width, p.Height) != size {
			t.Errorf("%s: %v in %d prints: %v", file, p, len(prints), err)
			continue
		}
		img, _, err := image.Decode(bytes.NewReader(original))
		if err != nil {
			t.Fatal(err)
		}
		print, page := decoded(t, prints[0]), image.NewRGBA(img.Bounds())
		draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(page, page.Rect, img, image.Point{}, draw.Over)
		for y := 0; y+24 <= size.Y; y += 24 {
			for x := 0; x+24 <= size.X; x += 24 { // JPEG blurs edges, not fields
				field := image.Rect(x, y, x+24, y+24)
				mean := image.NewUniform(meanOf(print, field))
				wantColour(t, mean, 0, 0, meanOf(page, field))
			}
		}
	}
}

// What EXIF calls orientation is where the first row and the first column of
// what is stored are seen (CIPA DC-008 §4.6.5.1.2).
func TestOrientation(t *testing.T) {
	t.Parallel()
	const top, left, bottom, right = 0, 1, 2, 3
	for i, seen := range [][2]int{{top, left}, {top, right}, {bottom, right}, {bottom, left}, {left, top}, {right, top}, {right, bottom}, {left, bottom}} {
		stored := image.NewRGBA(image.Rect(0, 0, 320, 200))
		if seen[0] == left || seen[0] == right {
			stored = image.NewRGBA(image.Rect(0, 0, 200, 320))
		}
		for row := range 2 {
			for column := range 2 {
				var x, y int
				for _, edge := range []struct{ side, far int }{{seen[0], row}, {seen[1], column}} {
					switch edge.side {
					case top:
						y = edge.far
					case bottom:
						y = 1 - edge.far
					case left:
						x = edge.far
					case right:
						x = 1 - edge.far
					}
				}
				w, h := stored.Rect.Dx()/2, stored.Rect.Dy()/2
				r := image.Rect(column*w, row*h, (column+1)*w, (row+1)*h)
				draw.Draw(stored, r, image.NewUniform(corners[y][x]), image.Point{}, draw.Src)
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			p, prints, err := picture.Make(withEXIF(asJPEG(t, stored), order, uint16(i+1)))
			if err != nil || p.Width != 320 || p.Height != 200 {
				t.Fatalf("orientation %d: %+v, %v", i+1, p, err)
			}
			for _, print := range prints {
				wantCorners(t, decoded(t, print))
			}
		}
	}
}

// Where a picture was taken is nobody's business.
func TestNothingButPixels(t *testing.T) {
	t.Parallel()
	original := withEXIF(asJPEG(t, sample(400, 300)), binary.LittleEndian, 6)
	_, prints, err := picture.Make(original)
	if err != nil {
		t.Fatal(err)
	}
	for _, print := range prints {
		if !bytes.Contains(original, []byte("GPS 41.8781")) || bytes.Contains(print.JPEG, []byte("Exif")) || bytes.Contains(print.JPEG, []byte("GPS")) {
			t.Error("the print tells where it was taken")
		}
	}
}

func TestSameBytesSamePrints(t *testing.T) {
	t.Parallel()
	original := asPNG(t, sample(700, 500))
	first, prints, err := picture.Make(original)
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := picture.Make(bytes.Clone(original))
	if err != nil || first != again || !cmp.Equal(prints, same) {
		t.Errorf("%+v and %+v: %v", first, again, err)
	}
	other, _, err := picture.Make(asPNG(t, sample(700, 501)))
	if err != nil || other.Key == first.Key {
		t.Errorf("another picture has the same key: %v", err)
	}
}

// What is transparent is white, as the page of a letter is.
func TestTransparency(t *testing.T) {
	t.Parallel()
	img := image.NewNRGBA(image.Rect(0, 0, 200, 100))
	draw.Draw(img, image.Rect(100, 0, 200, 100), image.NewUniform(color.NRGBA{0, 0, 0, 0x80}), image.Point{}, draw.Src)
	_, prints, err := picture.Make(asPNG(t, img))
	if err != nil {
		t.Fatal(err)
	}
	print := decoded(t, prints[0])
	wantColour(t, print, 40, 40, color.White)
	wantColour(t, print, 120, 40, color.Gray{0x7F})
}

// A GIF's first frame need not cover it.
func TestFrameInItsPlace(t *testing.T) {
	t.Parallel()
	place := image.Rect(80, 50, 160, 100)
	p, prints, err := picture.Make(animation(t, 160, 100, frame(image.Black, place)))
	if err != nil || p.Width != 160 || p.Height != 100 {
		t.Fatalf("%+v: %v", p, err)
	}
	print := decoded(t, prints[0])
	wantColour(t, print, 20, 20, color.White)
	wantColour(t, print, 120, 80, color.Black)
}

// Every pixel of the original counts: a fine pattern becomes its mean and no
// coarse one.
func TestFinePatterns(t *testing.T) {
	t.Parallel()
	img := image.NewGray(image.Rect(0, 0, 1500, 1001))
	for i := range img.Pix {
		img.Pix[i] = uint8(255 * ((i%img.Stride + i/img.Stride) % 2))
	}
	_, prints, err := picture.Make(asPNG(t, img))
	if err != nil {
		t.Fatal(err)
	}
	print := decoded(t, prints[0])
	for y := range prints[0].Height {
		for x := range prints[0].Width {
			wantColour(t, print, x, y, color.Gray{0x7F})
		}
	}
}

// BenchmarkMake makes the prints of a poster and of a still as sites have them.
func BenchmarkMake(b *testing.B) {
	for name, size := range map[string]image.Point{"poster": {1000, 1500}, "still": {1920, 1080}} {
		img := sample(size.X, size.Y)
		for i := range img.Pix { // grain, as film has it
			img.Pix[i] += uint8(i * i % 13)
		}
		original := asJPEG(b, img)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			bytes := 0
			for b.Loop() {
				_, prints, err := picture.Make(original)
				if err != nil {
					b.Fatal(err)
				}
				bytes = 0
				for _, p := range prints {
					bytes += len(p.JPEG)
				}
			}
			b.ReportMetric(float64(len(original)), "original-B")
			b.ReportMetric(float64(bytes), "prints-B")
		})
	}
}

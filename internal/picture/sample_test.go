package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"testing"

	"marquee/internal/picture"
)

// The corners of the tests' pictures, as they are seen.
var corners = [2][2]color.RGBA{
	{{0xC0, 0x20, 0x20, 0xFF}, {0x20, 0xA0, 0x20, 0xFF}},
	{{0x20, 0x20, 0xC0, 0xFF}, {0xE0, 0xE0, 0x20, 0xFF}},
}

// sample is a picture with a colour in each corner.
func sample(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range 2 {
		for x := range 2 {
			r := image.Rect(x*width/2, y*height/2, (x+1)*width/2, (y+1)*height/2)
			draw.Draw(img, r, image.NewUniform(corners[y][x]), image.Point{}, draw.Src)
		}
	}
	return img
}

func asJPEG(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// animation is a GIF of a size with frames, each in its own place.
func animation(tb testing.TB, width, height int, frames ...*image.Paletted) []byte {
	tb.Helper()
	g := gif.GIF{Image: frames, Delay: make([]int, len(frames)), Config: image.Config{Width: width, Height: height}}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// frame is a picture in two dozen colours.
func frame(img image.Image, r image.Rectangle) *image.Paletted {
	palette := color.Palette{color.White, color.Black}
	for _, row := range corners {
		palette = append(palette, row[0], row[1])
	}
	f := image.NewPaletted(r, palette)
	draw.Draw(f, r, img, image.Point{}, draw.Src)
	return f
}

// pngHead is a PNG that says how large it is, and ends.
func pngHead(width, height uint32) []byte {
	ihdr := []byte("IHDR\x00\x00\x00\x00\x00\x00\x00\x00\x08\x02\x00\x00\x00")
	binary.BigEndian.PutUint32(ihdr[4:], width)
	binary.BigEndian.PutUint32(ihdr[8:], height)
	head := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
	return binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(ihdr))
}

// jpegHead is a JPEG that says how large it is, and ends. Frame is its marker.
func jpegHead(frame byte, width, height uint16) []byte {
	head := []byte{0xFF, 0xD8, 0xFF, frame, 0, 17, 8}
	head = binary.BigEndian.AppendUint16(head, height)
	head = binary.BigEndian.AppendUint16(head, width)
	return append(head, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 12)
}

// withEXIF is a JPEG with an EXIF block that says how the camera was held, and
// where.
func withEXIF(jpeg []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, e := range []struct {
		tag, kind uint16
		value     uint16
	}{{0x010F, 2, 0}, {0x0112, 3, orientation}} {
		tiff = order.AppendUint16(tiff, e.tag)
		tiff = order.AppendUint16(tiff, e.kind)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, e.value)
		tiff = order.AppendUint16(tiff, 0)
	}
	tiff = append(order.AppendUint32(tiff, 0), "GPS 41.8781 N 87.6298 W"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(body)+2))
	return bytes.Join([][]byte{jpeg[:2], segment, body, jpeg[2:]}, nil)
}

func read(tb testing.TB, file string) []byte {
	tb.Helper()
	body, err := os.ReadFile("testdata/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// decoded is a print as readers' programs see it.
func decoded(tb testing.TB, p picture.Print) image.Image {
	tb.Helper()
	img, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		tb.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(p.Width, p.Height) {
		tb.Errorf("a print of %dx%d has %v pixels", p.Width, p.Height, size)
	}
	return img
}

// wantCorners wants a picture's corners to be seen where they belong.
func wantCorners(tb testing.TB, img image.Image) {
	tb.Helper()
	size := img.Bounds().Size()
	for y, row := range corners {
		for x, want := range row {
			wantColour(tb, img, (1+2*x)*size.X/4, (1+2*y)*size.Y/4, want)
		}
	}
}

// wantColour wants a pixel to look like a colour.
func wantColour(tb testing.TB, img image.Image, x, y int, want color.Color) {
	tb.Helper()
	r, g, b, _ := img.At(x, y).RGBA()
	wr, wg, wb, _ := want.RGBA()
	for _, d := range []int{int(r) - int(wr), int(g) - int(wg), int(b) - int(wb)} {
		if max(d, -d) > 12<<8 {
			tb.Errorf("at %d,%d is %v, want %v", x, y, img.At(x, y), want)
			return
		}
	}
}

// meanOf is the mean colour of a field.
func meanOf(img image.Image, field image.Rectangle) color.Color {
	var sum [3]uint32
	for y := field.Min.Y; y < field.Max.Y; y++ {
		for x := field.Min.X; x < field.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
		}
	}
	n := uint32(field.Dx() * field.Dy())
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 0xFF}
}

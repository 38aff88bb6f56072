package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"runtime"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/picture"
)

// What is no picture, or too much of one, is refused in words, before anything
// is set aside for it.
//
//nolint:paralleltest // counts what is allocated
func TestRefusals(t *testing.T) {
	whole := asJPEG(t, sample(400, 600))
	gif := animation(t, 10, 10, frame(image.Black, image.Rect(0, 0, 10, 10)))
	binary.LittleEndian.PutUint16(gif[6:], 65535)
	binary.LittleEndian.PutUint16(gif[8:], 65535)
	for name, c := range map[string]struct {
		bytes []byte
		words string
	}{
		"nothing":             {nil, "text/plain"},
		"HTML":                {[]byte("<!DOCTYPE html><title>Not found</title>"), "it is text/html; charset=utf-8: JPEG, PNG, GIF and WebP can be shown"},
		"SVG":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "it is SVG"},
		"SVG with a head":     {[]byte(`<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"/>`), "it is SVG"},
		"PDF":                 {[]byte("%PDF-1.7"), "application/pdf"},
		"AVIF":                {[]byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miaf"), "JPEG, PNG, GIF and WebP can be shown"},
		"ICO":                 {[]byte("\x00\x00\x01\x00\x01\x00\x10\x10"), "image/x-icon"},
		"PNG of a mark alone": {[]byte("\x89PNG\r\n\x1a\n"), "head"},
		"PNG bomb, broad":     {pngHead(1<<31-1, 1), "2147483647 by 1 pixels"},
		"PNG bomb, high":      {pngHead(1, 20001), "1 by 20001 pixels"},
		"PNG bomb":            {pngHead(20000, 20000), "400.0 megapixels: of its kind 50.0"},
		"JPEG bomb":           {jpegHead(0xC0, 65500, 65500), "65500 by 65500"},
		"JPEG of 51 MP":       {jpegHead(0xC0, 8500, 6000), "51.0 megapixels: of its kind 50.0"},
		"progressive of 14":   {jpegHead(0xC2, 3500, 4000), "14.0 megapixels: of its kind 13.3"},
		"GIF bomb":            {gif, "65535 by 65535"},
		"JPEG of no height":   {jpegHead(0xC0, 100, 0), "invalid picture"},
		"truncated JPEG":      {whole[:len(whole)/2], "invalid picture"},
		"truncated PNG":       {asPNG(t, sample(40, 60))[:90], "invalid picture"},
		"truncated WebP":      {read(t, "lossy.webp")[:1000], "invalid picture"},
		"JPEG that is HTML":   {append(bytes.Clone(whole[:20]), "<script>alert(1)</script>"...), "invalid picture"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p, prints, err := picture.Make(c.bytes)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), c.words) || len(prints) > 0 || p.Width > 0 {
			t.Errorf("%s: %+v, %d prints: %v", name, p, len(prints), err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 2<<20 {
			t.Errorf("%s took %d bytes to refuse", name, took)
		}
	}
}

// The smallest and the thinnest pictures have prints too.
func TestThin(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1, 1}, {1, 3000}, {20000, 1}, {20000, 3}, {161, 1}} {
		p, prints, err := picture.Make(asPNG(t, image.NewGray(image.Rect(0, 0, size.X, size.Y))))
		if err != nil || p.Width != size.X || p.Height != size.Y || len(prints) != len(p.Widths()) {
			t.Errorf("%v: %+v, %d prints: %v", size, p, len(prints), err)
		}
		for _, print := range prints {
			decoded(t, print)
		}
	}
}

// Whatever comes, it is prints or a refusal; and the prints are JPEGs of the
// sizes that their picture says.
func FuzzMake(f *testing.F) {
	small := sample(40, 30)
	f.Add(asJPEG(f, small))
	f.Add(withEXIF(asJPEG(f, small), binary.LittleEndian, 6))
	f.Add(asPNG(f, small))
	f.Add(animation(f, 40, 30, frame(small, small.Rect)))
	f.Add(read(f, "lossy.webp"))
	f.Add(read(f, "alpha.webp"))
	f.Add(read(f, "cmyk.jpg"))
	f.Add(pngHead(30, 30))
	f.Fuzz(func(t *testing.T, original []byte) {
		p, prints, err := picture.Make(original)
		if err != nil {
			if !errors.Is(err, domain.ErrInvalid) {
				t.Errorf("refused with %v", err)
			}
			return
		}
		for i, w := range p.Widths() {
			if prints[i].Key != p.Key || prints[i].Width != w || prints[i].Height != p.HeightOf(w) {
				t.Errorf("print %d of %+v is %+v", i, p, prints[i])
			}
			decoded(t, prints[i])
		}
	})
}

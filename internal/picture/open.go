package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"

	"golang.org/x/image/webp"

	"marquee/internal/domain"
)

const (
	maxSide   = 20_000      // pixels
	maxMemory = 200_000_000 // bytes, while a picture is decoded: 50 megapixels of most kinds
)

// opened is a decoded picture.
type opened struct {
	image  image.Image
	canvas image.Rectangle // all of it; the image may cover less
	turn   orientation
}

// size is the picture's width and height, the right way up.
func (o *opened) size() (width, height int) {
	return o.turn.size(o.canvas.Dx(), o.canvas.Dy())
}

// print is the picture in a size, the right way up.
func (o *opened) print(width, height int) *image.RGBA {
	w, h := o.turn.size(width, height)
	return o.turn.upright(shrink(o.image, o.canvas, w, h))
}

// kind is a kind of picture that can be read.
type kind struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// open decodes a picture after it has seen that it is one, by its bytes and not
// by what anybody says, and that there is room for it.
func open(data []byte) (o *opened, err error) {
	// The bytes are a stranger's, and the decoders not ours.
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("%w picture: its decoder broke: %v", domain.ErrInvalid, broken)
		}
	}()
	k, err := kindOf(data)
	if err != nil {
		return nil, err
	}
	cfg, err := k.config(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w picture: read its head: %w", domain.ErrInvalid, err)
	}
	head := readHead(data)
	if err := fits(cfg, weight(cfg.ColorModel, head.progressive)); err != nil {
		return nil, err
	}
	img, err := k.decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w picture: %w", domain.ErrInvalid, err)
	}
	return &opened{image: img, canvas: image.Rect(0, 0, cfg.Width, cfg.Height), turn: head.turn}, nil
}

func kindOf(data []byte) (kind, error) {
	switch found := http.DetectContentType(data); found {
	case "image/jpeg":
		return kind{jpeg.DecodeConfig, jpeg.Decode}, nil
	case "image/png":
		return kind{png.DecodeConfig, png.Decode}, nil
	case "image/gif":
		return kind{gif.DecodeConfig, gif.Decode}, nil // decodes the first frame
	case "image/webp":
		return kind{webp.DecodeConfig, webp.Decode}, nil
	default:
		if bytes.Contains(data[:min(len(data), 1024)], []byte("<svg")) {
			found = "SVG, which is a program more than a picture"
		}
		return kind{}, fmt.Errorf("%w picture: it is %s: JPEG, PNG, GIF and WebP can be shown", domain.ErrInvalid, found)
	}
}

// weight is how many bytes a decoder takes for each pixel, at the most.
func weight(m color.Model, progressive bool) int {
	switch {
	case progressive:
		return 15 // three colours, with all their coefficients
	case m == color.RGBA64Model, m == color.NRGBA64Model, m == color.CMYKModel, m == color.NYCbCrAModel:
		return 8
	}
	return 4
}

// fits refuses pictures by the size that they say they have, before anything is
// set aside for them.
func fits(cfg image.Config, weight int) error {
	most := maxMemory / weight
	switch w, h := cfg.Width, cfg.Height; {
	case w < 1 || h < 1 || w > maxSide || h > maxSide:
		return fmt.Errorf("%w picture: it is %d by %d pixels: sides of 1 to %d can be shown", domain.ErrInvalid, w, h, maxSide)
	case w*h > most:
		return fmt.Errorf("%w picture: it has %.1f megapixels: of its kind %.1f can be shown", domain.ErrInvalid, float64(w*h)/1e6, float64(most)/1e6)
	}
	return nil
}

package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"

	"marquee/internal/domain"
)

// quality is how good prints are, as JPEG encoders count: people see nothing
// missing, and a poster 640 pixels broad has about 60 KB.
const quality = 82

// Make makes the picture of what an address gave, without its address, and its
// prints. The same bytes always give the same. Nothing but the pixels goes into
// a print: no place, no camera, no profile. What is transparent becomes white,
// what moves is its first frame, and what is too much or no picture is
// domain.ErrInvalid.
func Make(original []byte) (domain.Picture, []Print, error) {
	p := domain.Picture{Key: domain.PictureKey(original)}
	o, err := open(original)
	if err != nil {
		return p, nil, err
	}
	p.Width, p.Height = o.size()
	widths := p.Widths()
	widest := widths[len(widths)-1]
	whole := o.print(widest, p.HeightOf(widest))
	prints := make([]Print, len(widths))
	for i, w := range widths {
		prints[i] = Print{Key: p.Key, Width: w, Height: p.HeightOf(w)}
		img := whole
		if w < widest {
			img = shrink(whole, whole.Rect, w, prints[i].Height)
		}
		if prints[i].JPEG, err = encode(img); err != nil {
			return p, nil, fmt.Errorf("print it %d pixels broad: %w", w, err)
		}
	}
	return p, prints, nil
}

func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

package web

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QR is a text for cameras, drawn as one path of SVG.
type QR struct {
	Path string
	Size int // of the drawing, quiet zone and all
}

// quietZone is how many modules around a code are light (ISO/IEC 18004).
const quietZone = 4

// newQR draws a text; nil when it is longer than the largest code holds, about
// two thousand bytes.
func newQR(text string) *QR {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
			}
		}
	}
	return &QR{Path: path.String(), Size: code.Size + 2*quietZone}
}

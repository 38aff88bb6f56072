package picture

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// head is what the decoder of JPEGs keeps to itself.
type head struct {
	turn        orientation
	progressive bool
}

// The markers of JPEG segments that matter here (ITU T.81 table B.1).
const (
	progressiveFrame = 0xC2
	endOfImage       = 0xD9
	startOfScan      = 0xDA
	application1     = 0xE1
)

// readHead reads what stands before a JPEG's pixels. Of other kinds, and where it
// cannot be read, it is the zero head: browsers turn JPEGs only, too.
func readHead(data []byte) head {
	var h head
	for marker, body := range segments(data) {
		switch {
		case marker == progressiveFrame:
			h.progressive = true
		case marker == application1 && h.turn == 0:
			h.turn = readEXIF(body)
		}
	}
	return h
}

// segments are a JPEG's, by their markers, up to its pixels. Like the decoder it
// passes over what stands between them.
func segments(data []byte) iter.Seq2[byte, []byte] {
	return func(yield func(marker byte, body []byte) bool) {
		rest, ok := bytes.CutPrefix(data, []byte{0xFF, 0xD8})
		for ok {
			at := bytes.IndexByte(rest, 0xFF)
			if at < 0 || at+4 > len(rest) {
				return
			}
			marker := rest[at+1]
			if marker == 0 || marker == 0xFF || marker >= 0xD0 && marker <= 0xD7 {
				rest = rest[at+1:] // no segment: filling, or what an encoder left behind
				continue
			}
			size := int(binary.BigEndian.Uint16(rest[at+2:]))
			end := at + 2 + size
			if marker == endOfImage || marker == startOfScan || size < 2 || end > len(rest) || !yield(marker, rest[at+4:end]) {
				return
			}
			rest = rest[end:]
		}
	}
}

// readEXIF is how the camera was held (CIPA DC-008 §4.6.5.1.2), 0 when that is
// not said.
func readEXIF(body []byte) orientation {
	const tag, short = 0x0112, 3
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := order.Uint32(tiff[4:])
	if uint64(at)+2 > uint64(len(tiff)) {
		return 0
	}
	count, entries := order.Uint16(tiff[at:]), tiff[at+2:]
	for range count {
		if len(entries) < 12 {
			return 0
		}
		value := order.Uint16(entries[8:])
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short && value >= 1 && value <= 8 {
			return orientation(value)
		}
		entries = entries[12:]
	}
	return 0
}

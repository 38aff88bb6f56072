package domain

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
)

// Image is an image as a source names it, or a print of ours as people are shown it.
type Image struct {
	URL    string `json:"url"`              // absolute, http or https
	Type   string `json:"type,omitempty"`   // media type, "image/jpeg"
	Width  int    `json:"width,omitempty"`  // pixels; 0 when unknown
	Height int    `json:"height,omitempty"` // pixels; 0 when unknown
	Alt    string `json:"alt,omitempty"`
}

// Picture is an image that was fetched once and is ours since: we serve prints
// of it, so that nobody who reads asks a stranger's server, which would learn who
// reads what, and may be gone.
type Picture struct {
	URL    string `json:"url"`              // of the image, as the source names it
	Key    string `json:"key,omitempty"`    // made from its bytes; empty when it cannot be had
	Width  int    `json:"width,omitempty"`  // pixels, the right way up
	Height int    `json:"height,omitempty"` // pixels, the right way up
}

// PrintType is the media type of every print.
const PrintType = "image/jpeg"

// The widths of prints, in pixels. Each is twice the one before it.
const (
	smallestPrint  = 160
	widestPortrait = 640
	widestPrint    = 1280 // of pictures that are broader than high
)

// Widths are the widths of the picture's prints, smallest first. None is broader
// than the picture. Letters hold the addresses of prints for ever: change
// nothing here.
func (p *Picture) Widths() []int {
	widest := min(p.Width, widestPortrait)
	if p.Width > p.Height {
		widest = min(p.Width, widestPrint)
	}
	var widths []int
	for w := smallestPrint; w < widest; w *= 2 {
		widths = append(widths, w)
	}
	return append(widths, widest)
}

// HeightOf is the height of the picture's print of a width.
func (p *Picture) HeightOf(width int) int {
	return max(1, (width*p.Height+p.Width/2)/max(1, p.Width))
}

// print is the smallest print that is at least so broad, else the broadest.
func (p *Picture) print(server string, width int) *Image {
	var w int
	for _, w = range p.Widths() {
		if w >= width {
			break
		}
	}
	return &Image{
		URL:  server + PrintPath + PrintName(p.Key, w),
		Type: PrintType, Width: w, Height: p.HeightOf(w),
	}
}

// PictureKey is the key of the picture that was fetched as just these bytes.
func PictureKey(original []byte) string {
	sum := sha256.Sum256(original)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:20])) // no name tells upper from lower everywhere
}

// PrintPath is where prints are served: their name follows.
const PrintPath = "/i/"

// PrintName is a print's name in addresses and files. Whoever knows it may have
// the print, and nobody can guess it who does not have the picture.
func PrintName(key string, width int) string { return key + "-" + strconv.Itoa(width) + ".jpg" }

// ParsePrintName takes a name apart; false for names that no print has.
func ParsePrintName(name string) (key string, width int, ok bool) {
	key, rest, _ := strings.Cut(name, "-")
	width, _ = strconv.Atoi(strings.TrimSuffix(rest, ".jpg")) // of what is no number PrintName makes another name
	named := len(key) == 32 && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz234567") == "" && width > 0
	return key, width, named && PrintName(key, width) == name
}

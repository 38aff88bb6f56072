package templates

import (
	"fmt"
	"math"
	"strconv"
)

// legible is the contrast that text needs (WCAG 2.2 §1.4.3).
const legible = 4.5

// color is a color of sRGB, each part from 0 to 1.
type color [3]float64

// parseColor reads "#9c1f28".
func parseColor(s string) (color, error) {
	var c color
	n, err := strconv.ParseUint(s[min(1, len(s)):], 16, 24)
	if len(s) != 7 || s[0] != '#' || err != nil {
		return c, fmt.Errorf("%q is no color: write it as #9c1f28", s)
	}
	for i := range c {
		c[i] = float64(n>>(16-8*i)&0xff) / 255
	}
	return c, nil
}

func (c color) String() string {
	part := func(i int) int { return int(math.Round(c[i] * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(0), part(1), part(2))
}

// luminance is how bright a color is to an eye (WCAG 2.2, relative luminance).
func (c color) luminance() float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		if c[i] <= 0.04045 {
			sum += weight * c[i] / 12.92
			continue
		}
		sum += weight * math.Pow((c[i]+0.055)/1.055, 2.4)
	}
	return sum
}

// contrast is how much two colors stand out from each other, from 1 to 21.
func (c color) contrast(other color) float64 {
	a, b := c.luminance(), other.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// toward is the color, so much of the way to another.
func (c color) toward(other color, share float64) color {
	for i := range c {
		c[i] += (other[i] - c[i]) * share
	}
	return c
}

// legibleOn is the color that is nearest to c, on the way to the extreme, and
// can be read on the paper.
func (c color) legibleOn(paper, extreme color) color {
	for step := range 101 {
		near, _ := parseColor(c.toward(extreme, float64(step)/100).String()) // as it will be written
		if near.contrast(paper) >= legible {
			return near
		}
	}
	return extreme
}

package webpage

import (
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

// icon is the size in pixels below which a picture is no picture of anything.
const icon = 48

// picture is the image that an element is or holds, nil when there is none that
// can be shown. Where a script loads pictures later, src is a placeholder and
// the picture's address stands beside it.
func (p *page) picture(sel *goquery.Selection) *domain.Image {
	img := sel
	if !img.Is("img") {
		img = sel.Find("img").First()
	}
	for _, address := range append(candidates(img), background(sel)) {
		u := parseWeb(p.base, address)
		width, height := pixels(img.AttrOr("width", "")), pixels(img.AttrOr("height", ""))
		if u == nil || width > 0 && width < icon || height > 0 && height < icon {
			continue
		}
		return &domain.Image{URL: u.String(), Width: width, Height: height, Alt: sanitize.Title(img.AttrOr("alt", ""))}
	}
	return nil
}

// candidates are where an img's picture may be, best first.
func candidates(img *goquery.Selection) []string {
	var all []string
	for _, key := range []string{"data-src", "data-lazy-src", "data-original"} {
		all = append(all, img.AttrOr(key, ""))
	}
	all = append(all, largest(img.AttrOr("data-srcset", "")), img.AttrOr("src", ""), largest(img.AttrOr("srcset", "")))
	return append(all, largest(img.Parent().Filter("picture").Find("source[srcset]").First().AttrOr("srcset", "")))
}

// largest is the candidate of a srcset with the greatest width or density.
func largest(srcset string) string {
	best, most := "", -1.0
	for candidate := range strings.SplitSeq(srcset, ", ") {
		fields := strings.Fields(candidate)
		if len(fields) == 0 {
			continue
		}
		size := 0.0
		if len(fields) > 1 {
			size, _ = strconv.ParseFloat(strings.TrimRight(fields[1], "wx,"), 64) // no size is the least
		}
		if size > most {
			best, most = strings.TrimSuffix(fields[0], ","), size
		}
	}
	return best
}

// background is the picture in an element's style, where themes put it to crop it.
func background(sel *goquery.Selection) string {
	style, ok := sel.Attr("style")
	if !ok {
		style = sel.Find(`[style*="url("]`).First().AttrOr("style", "")
	}
	_, after, _ := strings.Cut(style, "url(")
	address, _, _ := strings.Cut(after, ")")
	return strings.Trim(address, "\"' ")
}

func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 1<<16 {
		return 0
	}
	return n
}

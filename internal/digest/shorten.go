package digest

import (
	"html"
	"slices"

	"marquee/internal/sanitize"
)

// maxImages is how many images an edition shows: enough to look at, and few
// enough to load on a train.
const maxImages = 8

// shortening makes a view shorter without losing an item. It leaves the view it
// is given as it was.
type shortening func(View) View

// shortenings are applied one after another until an edition fits: none first,
// then shorter excerpts, bare links last.
func shortenings() []shortening {
	return []shortening{
		func(v View) View { return v },
		func(v View) View { return withWords(v, 30) },
		func(v View) View { return withWords(withImages(v, 1), 15) },
		func(v View) View { return withWords(withImages(v, 0), 0) },
		linksOnly,
	}
}

// withWords cuts what is said about each item and pick to so many words.
func withWords(v View, words int) View {
	return edited(v, func(it *ItemView) {
		it.Excerpt = cut(it.Excerpt, words)
	}, func(p *PickView) {
		p.WhyText = cut(p.WhyText, words)
		p.Why = sanitize.Trusted(html.EscapeString(p.WhyText))
	})
}

// withImages keeps the first images only.
func withImages(v View, keep int) View {
	count := func(image **ImageView) {
		if *image == nil {
			return
		}
		if keep <= 0 {
			*image = nil
		}
		keep--
	}
	return edited(v, func(it *ItemView) { count(&it.Image) }, func(p *PickView) { count(&p.Image) })
}

// linksOnly leaves of each item its title, which is a link.
func linksOnly(v View) View {
	v = edited(v, func(it *ItemView) { it.Action, it.Opens, it.Facts = "", "", "" }, func(*PickView) {})
	for i := range v.Sections {
		s := &v.Sections[i]
		if s.Layout == "cards" || s.Layout == "whole" { // which show more as lines
			s.More = append(s.Items[min(1, len(s.Items)):], s.More...)
			s.Items = s.Items[:min(1, len(s.Items))]
		}
	}
	return v
}

// edited is v with its items and picks changed, in their order of appearance.
func edited(v View, item func(*ItemView), pick func(*PickView)) View {
	v.Sections = slices.Clone(v.Sections)
	for i := range v.Sections {
		s := &v.Sections[i]
		s.Items, s.More, s.Picks = slices.Clone(s.Items), slices.Clone(s.More), slices.Clone(s.Picks)
		for j := range s.Items {
			item(&s.Items[j])
		}
		for j := range s.More {
			item(&s.More[j])
		}
		for j := range s.Picks {
			pick(&s.Picks[j])
		}
	}
	return v
}

// cut keeps so many words of plain text, to the end of a sentence where one is near.
func cut(text string, words int) string {
	return sanitize.Excerpt(html.EscapeString(text), words)
}

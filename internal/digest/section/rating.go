package section

import (
	"strings"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// ratingView is a verdict on its own scale; the zero view without one.
func ratingView(r *domain.Rating) digest.RatingView {
	if r == nil {
		return digest.RatingView{}
	}
	v := digest.RatingView{Stars: r.Stars(), Spoken: r.Spoken()}
	v.Plain = v.Stars
	if strings.ContainsAny(v.Stars, "★½") {
		v.Plain += " (" + strings.TrimSuffix(v.Spoken, " stars") + ")"
	}
	return v
}

// spokenTitle is a title with its verdict, for those who hear it.
func spokenTitle(title string, r digest.RatingView) string {
	if r.Spoken == "" {
		return title
	}
	return title + ", " + r.Spoken
}

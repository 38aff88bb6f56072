package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rating is a critic's verdict on its own scale. Ratings of different scales are
// never converted into each other.
type Rating struct {
	Value float64 `json:"value"`
	Best  float64 `json:"best"`
	Worst float64 `json:"worst,omitempty"`
	Step  float64 `json:"step,omitempty"` // 0.5 when zero
}

// Valid reports whether the value lies on a scale that makes sense.
func (r Rating) Valid() bool {
	return r.Best > r.Worst && r.Worst >= 0 && r.Best <= 100 && r.Value >= r.Worst && r.Value <= r.Best
}

// Stars is the rating as text, "★★★½", or "7/10" for scales beyond five stars.
// A rating of nothing is "0/4", since an empty string would look like no rating.
func (r Rating) Stars() string {
	halves := int(math.Round(r.Value * 2))
	if r.Best > 5 || halves == 0 {
		return number(r.Value) + "/" + number(r.Best)
	}
	stars := strings.Repeat("★", halves/2)
	if halves%2 == 1 {
		stars += "½"
	}
	return stars
}

// Spoken is the rating for ears: "3.5 out of 4 stars".
func (r Rating) Spoken() string {
	unit := " stars"
	if r.Best > 5 {
		unit = ""
	}
	return number(r.Value) + " out of " + number(r.Best) + unit
}

// ParseRating reads "3.5/4", "★★★½" or "★★★½/5". A rating without its own scale
// is out of best.
func ParseRating(s string, best float64) (Rating, error) {
	value, scale, scaled := strings.Cut(strings.TrimSpace(s), "/")
	r := Rating{Best: best, Step: 0.5}
	var ok bool
	if r.Value, ok = parseValue(strings.TrimSpace(value)); !ok {
		return Rating{}, fmt.Errorf("%w rating %q: write 3.5/4 or ★★★½", ErrInvalid, s)
	}
	if scaled {
		if r.Best, ok = parseValue(strings.TrimSpace(scale)); !ok || r.Best <= 0 || r.Best > 100 {
			return Rating{}, fmt.Errorf("%w rating %q: the scale after / is no number up to 100", ErrInvalid, s)
		}
	}
	if !r.Valid() {
		return Rating{}, fmt.Errorf("%w rating %q: not between 0 and %s", ErrInvalid, s, number(r.Best))
	}
	return r, nil
}

func parseValue(s string) (float64, bool) {
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	full, half := strings.Count(s, "★"), strings.Count(s, "½")
	plain := strings.Trim(s, "★½☆")
	return float64(full) + float64(half)/2, plain == "" && full+half > 0 && half < 2
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

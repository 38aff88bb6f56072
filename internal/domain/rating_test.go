package domain_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"marquee/internal/domain"
)

func TestParseRating(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s           string
		value, best float64
	}{
		{"3.5/4", 3.5, 4},
		{" 3.5 / 4 ", 3.5, 4},
		{"3.5", 3.5, 4},
		{"0/4", 0, 4},
		{"4/4", 4, 4},
		{"7/10", 7, 10},
		{"86/100", 86, 100},
		{"★★★½", 3.5, 4},
		{"½", 0.5, 4},
		{"★", 1, 4},
		{"★★★½☆/5", 3.5, 5},
		{"★★★★★/★★★★★", 5, 5},
	} {
		got, err := domain.ParseRating(tt.s, 4)
		want := domain.Rating{Value: tt.value, Best: tt.best, Step: 0.5}
		if err != nil || got != want {
			t.Errorf("ParseRating(%q) = %+v, %v; want %+v", tt.s, got, err, want)
		}
	}
}

func TestParseRatingRefuses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":           "write 3.5/4 or ★★★½",
		"/4":         "write 3.5/4 or ★★★½",
		"good":       "write 3.5/4 or ★★★½",
		"3,5/4":      "write 3.5/4 or ★★★½",
		"NaN":        "write 3.5/4 or ★★★½",
		"Inf/4":      "write 3.5/4 or ★★★½",
		"★★½½":       "write 3.5/4 or ★★★½",
		"★★ stars":   "write 3.5/4 or ★★★½",
		"☆☆☆☆":       "write 3.5/4 or ★★★½",
		"3/":         "the scale after /",
		"3/four":     "the scale after /",
		"0/0":        "the scale after /",
		"3/-4":       "the scale after /",
		"3/NaN":      "the scale after /",
		"500/1000":   "the scale after /",
		"3/4/5":      "the scale after /",
		"4.5":        "not between 0 and 4",
		"4.5/4":      "not between 0 and 4",
		"-1":         "not between 0 and 4",
		"★★★★★":      "not between 0 and 4",
		"11/10":      "not between 0 and 10",
		"101/100":    "not between 0 and 100",
		"3.51/3.5":   "not between 0 and 3.5",
		"-0.5/★★★★★": "not between 0 and 5",
	} {
		got, err := domain.ParseRating(s, 4)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRating(%q) = %+v, %v; want %q", s, got, err, want)
		}
	}
}

func TestRatingText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		value, best   float64
		stars, spoken string
	}{
		{4, 4, "★★★★", "4 out of 4 stars"},
		{3.5, 4, "★★★½", "3.5 out of 4 stars"},
		{0.5, 4, "½", "0.5 out of 4 stars"},
		{0, 4, "0/4", "0 out of 4 stars"},
		{0.2, 4, "0.2/4", "0.2 out of 4 stars"},
		{3.3, 5, "★★★½", "3.3 out of 5 stars"},
		{5, 5, "★★★★★", "5 out of 5 stars"},
		{7, 10, "7/10", "7 out of 10"},
		{86.5, 100, "86.5/100", "86.5 out of 100"},
	} {
		r := domain.Rating{Value: tt.value, Best: tt.best}
		if got := r.Stars(); got != tt.stars {
			t.Errorf("%v.Stars() = %q, want %q", r, got, tt.stars)
		}
		if got := r.Spoken(); got != tt.spoken {
			t.Errorf("%v.Spoken() = %q, want %q", r, got, tt.spoken)
		}
	}
}

// What Stars shows on a scale of stars is read back as the same rating.
func TestStarsReadBack(t *testing.T) {
	t.Parallel()
	for halves := range 11 {
		want := domain.Rating{Value: float64(halves) / 2, Best: 5, Step: 0.5}
		if got, err := domain.ParseRating(want.Stars(), 5); err != nil || got != want {
			t.Errorf("ParseRating(%q) = %+v, %v", want.Stars(), got, err)
		}
	}
}

func TestRatingValid(t *testing.T) {
	t.Parallel()
	for r, want := range map[domain.Rating]bool{
		{Value: 3, Best: 4}:             true,
		{Value: 0, Best: 4}:             true,
		{Value: 4, Best: 4}:             true,
		{Value: 1, Best: 5, Worst: 1}:   true,
		{Value: 100, Best: 100}:         true,
		{}:                              false,
		{Value: 4.01, Best: 4}:          false,
		{Value: -0.5, Best: 4}:          false,
		{Value: 0.5, Best: 5, Worst: 1}: false,
		{Value: 3, Best: 4, Worst: -1}:  false,
		{Value: 4, Best: 4, Worst: 4}:   false,
		{Value: 5, Best: 101}:           false,
		{Value: 3, Best: math.Inf(1)}:   false,
	} {
		if got := r.Valid(); got != want {
			t.Errorf("%+v.Valid() = %t", r, got)
		}
	}
	if (domain.Rating{Value: math.NaN(), Best: 4}).Valid() || (domain.Rating{Value: 3, Best: math.NaN()}).Valid() {
		t.Error("not a number is a valid rating")
	}
}

func FuzzParseRating(f *testing.F) {
	for _, s := range []string{"3.5/4", "★★★½", "½/★", "1e2/1E2", "0x1p1", "-0/4", "NaN/NaN", "3//4"} {
		f.Add(s, 4.0)
	}
	f.Fuzz(func(t *testing.T, s string, best float64) {
		if r, err := domain.ParseRating(s, best); err == nil && !r.Valid() {
			t.Errorf("ParseRating(%q, %v) = %+v", s, best, r)
		}
	})
}

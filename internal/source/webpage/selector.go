package webpage

import (
	"fmt"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
)

// selector is a CSS selector. The zero selector was not configured.
type selector struct {
	text  string
	match cascadia.Selector
}

// UnmarshalText compiles the selector, so that a bad one is a mistake in the
// configuration.
func (s *selector) UnmarshalText(text []byte) error {
	match, err := cascadia.Compile(string(text))
	if err != nil {
		return fmt.Errorf("%q is no CSS selector: %w", text, err)
	}
	*s = selector{string(text), match}
	return nil
}

// MarshalText is the selector as it was written.
func (s selector) MarshalText() ([]byte, error) { return []byte(s.text), nil }

func (s selector) none() bool { return s.match == nil }

// in is the first element that the selector selects at or below sel.
func (s selector) in(sel *goquery.Selection) *goquery.Selection {
	if s.none() {
		return sel.Slice(0, 0)
	}
	if sel.IsMatcher(s.match) {
		return sel.FilterMatcher(s.match).First()
	}
	return sel.FindMatcher(goquery.SingleMatcher(s.match))
}

// all are the elements that the selector selects below sel.
func (s selector) all(sel *goquery.Selection) *goquery.Selection {
	if s.none() {
		return sel.Slice(0, 0)
	}
	return sel.FindMatcher(s.match)
}

// layout is how a site writes dates: as it would write January 2, 2006.
type layout string

// UnmarshalText refuses a layout that loses the day.
func (l *layout) UnmarshalText(text []byte) error {
	day := time.Date(2017, time.October, 28, 0, 0, 0, 0, time.UTC)
	if at, err := time.Parse(string(text), day.Format(string(text))); err != nil || !at.Equal(day) {
		return fmt.Errorf("%q does not say day, month and year: write how the site would write January 2, 2006", text)
	}
	*l = layout(text)
	return nil
}

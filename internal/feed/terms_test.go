package feed_test

import (
	"slices"
	"testing"

	"marquee/internal/feed"
)

func TestTermsAreThereOnce(t *testing.T) {
	t.Parallel()
	e := feed.Entry{Kind: "review", Series: "Drama", Tags: []string{"drama", "Fog", "", "FOG", "Review"}}
	want := []feed.Term{{Word: "review", Scheme: "https://h/#kind"}, {Word: "Drama", Scheme: "https://h/#series"}, {Word: "Fog"}}
	if got := e.Terms("https://h/#top"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := e.Terms("")[0]; got.Scheme != "" {
		t.Errorf("a vocabulary of nobody: %v", got)
	}
}

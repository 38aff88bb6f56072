package likeness_test

import (
	"slices"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/likeness"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://WWW.Lantern.example:443/a/b/?utm_source=x&ref=y": "lantern.example/a/b",
		"http://lantern.example:80/a/b":                           "lantern.example/a/b",
		"https://lantern.example/%e7%b4%99/":                      "lantern.example/紙",
		"https://lantern.example/?p=7&fbclid=z":                   "lantern.example?p=7",
		"https://lantern.example/a#top":                           "lantern.example/a#top",
		"https://lantern.example/":                                "",
		"/a/b":                                                    "",
	} {
		if got := likeness.Address(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestTitles(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Reader’s Choice:  Who&rsquo;s -- Counting?": "readers choice whos counting",
		"READERS CHOICE who's counting":              "readers choice whos counting",
		"L'Écluse 12":                                "lécluse 12",
		"!?":                                         "",
	} {
		if got := likeness.Title(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	it := domain.Item{Title: "Copperwire", Series: "The Definitives"}
	if got := likeness.Titles(&it); !slices.Equal(got, []string{"copperwire", "the definitives copperwire"}) {
		t.Errorf("titles %q", got)
	}
}

// Two tellings of a piece share a key when they share an address or a title.
func TestKeys(t *testing.T) {
	t.Parallel()
	share := func(a, b domain.Item) bool {
		others := likeness.KeysOf(&b)
		return slices.ContainsFunc(likeness.KeysOf(&a), func(k likeness.Key) bool { return slices.Contains(others, k) })
	}
	a := domain.Item{URL: "https://lantern.example/r/copperwire/", Title: "Copperwire"}
	for name, test := range map[string]struct {
		b    domain.Item
		want bool
	}{
		"its address":        {domain.Item{URL: "http://www.lantern.example/r/copperwire", Title: "A Thriller"}, true},
		"its title":          {domain.Item{URL: "https://patreon.example/1", Title: "COPPERWIRE!"}, true},
		"its title, series":  {domain.Item{Title: "Copperwire", Series: "The Definitives"}, true},
		"neither":            {domain.Item{URL: "https://lantern.example/r/ember/", Title: "Ember Street"}, false},
		"nothing to compare": {domain.Item{}, false},
	} {
		if share(a, test.b) != test.want {
			t.Errorf("%s: shared %t", name, !test.want)
		}
	}
	if !slices.Contains(likeness.KeysOf(&a), likeness.TitleKey("copperwire")) {
		t.Error("the key of its title is none of its keys")
	}
}

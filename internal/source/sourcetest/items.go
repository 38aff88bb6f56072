package sourcetest

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// CheckItems fails t for each item that breaks a promise of source.Raw.
func CheckItems(t *testing.T, items []source.Raw) {
	t.Helper()
	seen := map[string]bool{}
	for i := range items {
		raw := &items[i]
		if raw.GUID == "" || seen[raw.GUID] {
			t.Errorf("item %d: guid %q is empty or not its own", i, raw.GUID)
		}
		seen[raw.GUID] = true
		checkItem(t, raw)
	}
}

func checkItem(t *testing.T, raw *source.Raw) {
	t.Helper()
	for what, address := range addresses(raw) {
		if !Address(address) {
			t.Errorf("%s: %s is %q, not an absolute http(s) address", raw.GUID, what, address)
		}
	}
	for what, text := range map[string]string{"title": raw.Title, "author": raw.Author} {
		if text != strings.TrimSpace(text) || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%s: %s %q is not plain text", raw.GUID, what, text)
		}
	}
	for what, at := range map[string]time.Time{"published": raw.Published, "updated": raw.Updated} {
		if at.Location() != time.UTC || at != at.Truncate(time.Microsecond) {
			t.Errorf("%s: %s %v is not in whole microseconds of UTC", raw.GUID, what, at)
		}
	}
	if raw.Film != nil && raw.Film.Runtime%time.Minute != 0 {
		t.Errorf("%s: runtime %v is not in whole minutes", raw.GUID, raw.Film.Runtime)
	}
}

// Address reports whether s is an absolute http(s) address, or empty.
func Address(s string) bool {
	u, err := url.Parse(s)
	return s == "" || (err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "")
}

func addresses(raw *source.Raw) map[string]string {
	all := map[string]string{"url": raw.URL}
	image := func(what string, img *domain.Image) {
		if img != nil {
			all[what] = img.URL
		}
	}
	image("image", raw.Image)
	if raw.Film != nil {
		image("poster", raw.Film.Poster)
		image("still", raw.Film.Still)
	}
	for _, p := range raw.Picks {
		all["pick "+p.Title], all["review "+p.Title] = p.URL, p.Review
		image("image "+p.Title, p.Image)
	}
	return all
}

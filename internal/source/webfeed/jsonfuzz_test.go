package webfeed

import (
	"strings"
	"testing"

	"marquee/internal/soup"
)

// The parts of a JSON text are parts of it, and all of them are found where the
// text is well-formed.
func FuzzSplitJSON(f *testing.F) {
	f.Add(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"},{"id":"2"}]}`)
	f.Add(`{"items":[{"a":[{"b":"]}"}]},"x",1,[],{}],"title":"a"}`)
	f.Add("{\"items\":[{\"t\":\"a\nb\"},],}")
	f.Add(`{"items":[{"id":"1"},{"id"`)
	f.Fuzz(func(t *testing.T, s string) {
		size := 0
		feed := splitJSON(s)
		for _, item := range feed.items {
			if size += len(item); !strings.Contains(s, item) || item == "" {
				t.Errorf("%q is no part of %q", item, s)
			}
			if mended := soup.MendJSON(item); len(mended) > 2*len(item) {
				t.Errorf("%q became %q", item, mended)
			}
		}
		if size > len(s) {
			t.Errorf("the parts are longer than %q", s)
		}
	})
}

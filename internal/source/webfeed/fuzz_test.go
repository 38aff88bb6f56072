package webfeed_test

import (
	"os"
	"path/filepath"
	"testing"

	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

// Whatever a stranger sends, Read returns; what it returns keeps source.Raw's
// promises, and no item comes with an error.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"feeds/*.*", "wordpress/variants/feed-site-*.http"} {
		files, err := filepath.Glob(root + pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body, "application/xml")
		}
	}
	f.Add([]byte(oneItem), "text/xml; charset=utf-16")
	f.Add([]byte("<rss><channel><item><title>★★★½/4"), "")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="//[::1"><entry><link href="http:"/><id>&#0;</id></entry></feed>`), "")
	f.Add([]byte("<rss xmlns:media='http://search.yahoo.com/mrss/'><item><media:content url='http://:80/x.jpg'/><guid>x"), "")
	f.Fuzz(func(t *testing.T, body []byte, mediaType string) {
		site := testkit.NewSite()
		site.Set("", "/feed/", mediaType, body)
		r := newReader(t, sourcetest.Client(site), "url: https://www.lanternscreen.example/feed/")
		res, err := r.Read(t.Context(), nil)
		if err != nil && (len(res.Items) > 0 || len(res.State) > 0) {
			t.Error("something came with an error")
		}
		sourcetest.CheckItems(t, res.Items)
	})
}

package webpage_test

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

// Whatever a stranger sends, as a list, a sitemap or a page, Read and Detail
// return. What they return keeps source.Raw's promises, is no more than the
// limit, and does not come with an error.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"sites/webpage.txtar", "sites/webpage-sitemap.txtar"} {
		for _, file := range txtar.Parse(readFile(f, root+name)).Files {
			f.Add(file.Data, "text/html")
		}
	}
	pages, err := filepath.Glob(root + "wordpress/page-review*.http")
	if err != nil || len(pages) == 0 {
		f.Fatal("no pages", err)
	}
	for _, name := range pages {
		f.Add(readFile(f, name), "text/html; charset=UTF-8")
	}
	f.Add([]byte(`<base href="//[::1"><div class=card><h2><a href="http:/x?utm_=&%zz#">`), "")
	f.Add([]byte("\x1f\x8b\x08\x00"), "application/gzip")
	f.Add([]byte("<urlset><url><loc>//x/%2f/..</loc><lastmod>9999-12-31T23:59:60Z"), "text/xml; charset=utf-16")
	f.Add([]byte(`<script type="application/ld+json">[[{"@graph":{"@type":1,"datePublished":2}}]]</script><img srcset="a 1x,, b 9e999w">`), "text/html; charset=shift_jis")
	f.Fuzz(func(t *testing.T, body []byte, mediaType string) {
		w := newWorld(t)
		w.Set("", home+"/reviews/", mediaType, body)
		w.Set("", home+"/sitemap.xml", mediaType, body)
		for _, options := range []string{cards + "  next: a\nlimit: 3\n", "list: {url: " + home + "/reviews/, items: a, image: img}\nlimit: 3\n", chart + "limit: 3\n"} {
			r := newReader(t, w.env, options)
			res, err := r.Read(t.Context(), nil)
			if err != nil && (len(res.Items) > 0 || len(res.State) > 0) || len(res.Items) > 3 {
				t.Errorf("%d items and %d bytes of state with error %v", len(res.Items), len(res.State), err)
			}
			sourcetest.CheckItems(t, res.Items)
			raw := source.Raw{GUID: "g", URL: home + "/reviews/"}
			before := raw
			if err := r.(source.Detailer).Detail(t.Context(), &raw); err != nil && raw.Title+raw.Content != before.Title {
				t.Errorf("something came with the error %v", err)
			}
			sourcetest.CheckItems(t, []source.Raw{raw})
		}
	})
}

package webpage_test

import (
	"strings"
	"testing"

	"marquee/internal/source"
)

// benchmarkRead reads a list or a sitemap that has changed, or with state has not.
func benchmarkRead(b *testing.B, w *world, options string, again bool) {
	b.Helper()
	r := newReader(b, w.env, options)
	var last source.State
	if again {
		last = w.read(options, nil).State
	}
	b.ReportAllocs()
	for b.Loop() {
		if res, err := r.Read(b.Context(), last); err != nil || res.Unchanged != again {
			b.Fatal(res.Unchanged, err)
		}
	}
}

func BenchmarkList(b *testing.B) {
	w := newWorld(b)
	w.page("/reviews/", strings.Repeat("<nav><a href=/about>About</a></nav>", 300)+listed("", strings.Fields(strings.Repeat("a b c d e ", 10))...))
	b.Run("changed", func(b *testing.B) { benchmarkRead(b, w, plain, false) })
	b.Run("unchanged", func(b *testing.B) { benchmarkRead(b, w, plain, true) })
}

func BenchmarkSitemapOf40000(b *testing.B) {
	w := newWorld(b)
	_, huge := hugeSitemap(40_000)
	w.sitemap("/sitemap.xml", strings.Replace(string(huge), "2026-11-20", "2026-11-19", 1))
	benchmarkRead(b, w, chart, false)
}

func BenchmarkDetail(b *testing.B) {
	for name, options := range map[string]string{"selectors": "article: {content: .text}", "readability": ""} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b)
			site(b, w)
			r := newReader(b, w.env, cards+options).(source.Detailer)
			b.ReportAllocs()
			for b.Loop() {
				raw := source.Raw{GUID: "g", URL: page}
				if err := r.Detail(b.Context(), &raw); err != nil || raw.Content == "" {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHostilePage is the slowest page that is still let through to readability.
func BenchmarkHostilePage(b *testing.B) {
	w := newWorld(b)
	w.page("/a", strings.Repeat("<div><a href=/x>foo, bar, and foo again, as if it were a text</a></div>", 14_000))
	r := newReader(b, w.env, plain).(source.Detailer)
	b.ReportAllocs()
	for b.Loop() {
		raw := source.Raw{GUID: "g", URL: home + "/a"}
		if err := r.Detail(b.Context(), &raw); err != nil {
			b.Fatal(err)
		}
	}
}

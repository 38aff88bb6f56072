package feedtest

import (
	"fmt"
	"testing"

	"github.com/gorilla/feeds"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/jsonfeed"
	"marquee/internal/feed/rss"
)

// BenchmarkEncode measures the formats beside gorilla/feeds' own RSS of the
// same entries. The aim is at most four times as long, and linear.
func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{50, 5000} {
		doc := Document(b, domain.Audience{})
		doc.Entries = Entries(n)
		for _, f := range []feed.Format{rss.Format(), atom.Format(), jsonfeed.Format()} {
			b.Run(fmt.Sprintf("%s/%d", f.Name(), n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := f.Encode(doc); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("gorilla/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gorilla(doc).ToRss(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func gorilla(doc *feed.Document) *feeds.Feed {
	f := &feeds.Feed{Title: doc.Title, Link: &feeds.Link{Href: doc.Home}, Updated: doc.Updated}
	for i := range doc.Entries {
		e := &doc.Entries[i]
		f.Items = append(f.Items, &feeds.Item{
			Id: e.ID, Title: e.Title, Link: &feeds.Link{Href: e.URL}, Description: e.Summary, Content: e.HTML,
			Created: e.Published, Updated: e.Updated,
		})
	}
	return f
}

// BenchmarkBuild measures the way from items to a document.
func BenchmarkBuild(b *testing.B) {
	var store Memory
	items := make([]domain.Item, 0, 50)
	for i := range 50 {
		it := paperLanterns()
		it.ID = domain.NewItemID("site", fmt.Sprint(i))
		it.Body = Entries(1)[0].HTML
		items = append(items, it)
	}
	store.Set(items...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Spec().Build(b.Context(), &store, domain.Readers{Audience: domain.Audience{Standing: domain.Operator}}, Now()); err != nil {
			b.Fatal(err)
		}
	}
}

package feed_test

import (
	"errors"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/feed/feedtest"
)

func TestServePage(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.store.Set(monthly(80, 12)...) // the oldest page is of April 2020
	doc := s.serve(t, public)
	if !strings.Contains(string(doc.Body), `rel="prev-archive" type="application/rss+xml" href="https://feeds.lanternscreen.example/feeds/reviews/2026-07.rss"`) {
		t.Errorf("the feed leads to no archive:\n%.2000s", doc.Body)
	}
	name, pages := "2026-07", 0
	for ; name != ""; pages++ {
		page, err := s.ServePage(t.Context(), "reviews", name, "rss", domain.Readers{Audience: public})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"<fh:archive>", `rel="current" type="application/rss+xml" href="https://feeds.lanternscreen.example/feeds/reviews.rss"`,
			`rel="self" type="application/rss+xml" href="https://feeds.lanternscreen.example/feeds/reviews/` + name + `.rss"`,
		} {
			if !strings.Contains(string(page.Body), want) {
				t.Errorf("page %s has no %s", name, want)
			}
		}
		if page.Grows {
			t.Errorf("page %s grows", name)
		}
		name = page.Older
	}
	if pages != 76 {
		t.Errorf("walked %d pages", pages)
	}
	reads := s.store.Reads()
	if _, err := s.ServePage(t.Context(), "reviews", "2020-04", "rss", domain.Readers{Audience: public}); err != nil || s.store.Reads() != reads {
		t.Errorf("the last page was not kept: error %v", err)
	}
	if page, err := s.ServePage(t.Context(), "reviews", "2026-11", "rss", domain.Readers{Audience: public}); err != nil || !page.Grows {
		t.Errorf("the newest page does not grow, error %v", err)
	}
}

// TestPagesAreNotKeptForEver: whoever walks through an archive, or makes up names,
// does not fill the memory.
func TestPagesAreNotKeptForEver(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.store.Set(monthly(80, 1)...)
	for name := "2026-11"; name != ""; {
		page, err := s.ServePage(t.Context(), "reviews", name, "rss", domain.Readers{Audience: public})
		if err != nil {
			t.Fatal(err)
		}
		name = page.Older
		if _, err := s.ServePage(t.Context(), "reviews", name+"-99", "rss", domain.Readers{Audience: public}); !errors.Is(err, domain.ErrNotFound) {
			t.Fatalf("got %v, want domain.ErrNotFound", err)
		}
	}
	if n := s.Shelves(); n > 64 {
		t.Errorf("%d shelves", n)
	}
}

func TestAPageIsMadeAnewWhenItemsChange(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	items := monthly(2, 2)
	s.store.Set(items...)
	first, err := s.ServePage(t.Context(), "reviews", "2026-10", "rss", domain.Readers{Audience: public})
	if err != nil {
		t.Fatal(err)
	}
	items[0].Teaser = "<p>Corrected.</p>"
	items[0].Changed = feedtest.Now()
	s.store.Set(items...)
	if again, err := s.ServePage(t.Context(), "reviews", "2026-10", "rss", domain.Readers{Audience: public}); err != nil || again.ETag == first.ETag {
		t.Errorf("the same bytes, error %v", err)
	}
	s.store.Set(items[2:]...) // taken back
	if _, err := s.ServePage(t.Context(), "reviews", "2026-10", "rss", domain.Readers{Audience: public}); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("got %v, want domain.ErrNotFound", err)
	}
}

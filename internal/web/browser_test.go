package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"marquee/internal/domain"
	"marquee/internal/testkit/browsertest"
)

func TestInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browsertest.Open(t)
	s := furnished(t)
	link := s.rosas(t)
	for _, width := range []int64{320, 375, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				t.Parallel()
				b := browsertest.OpenTab(t, chromium, browsertest.Device{Width: width, Scheme: scheme})
				for _, page := range []string{"/", "/feeds/reviews/", "/feeds/picks/", "/editions/", "/editions/weekly-2026-11-20-1700", link} {
					b.Inspect(t, s.URL, page)
				}
			})
		}
	}
	t.Run("focus", func(t *testing.T) {
		t.Parallel()
		browsertest.OpenTab(t, chromium, browsertest.Device{Width: 1280, Scheme: "light"}).Focus(t, s.URL+"/")
	})
	t.Run("copy", func(t *testing.T) {
		t.Parallel()
		copyAddress(t, browsertest.OpenTab(t, chromium, browsertest.Device{Width: 375, Scheme: "light"}), s)
	})
	t.Run("unsubscribe", func(t *testing.T) {
		t.Parallel()
		unsubscribe(t, browsertest.OpenTab(t, chromium, browsertest.Device{Width: 375, Scheme: "light"}), s, link)
	})
}

// copyAddress takes a feed's address along by keyboard alone.
func copyAddress(t *testing.T, b *browsertest.Tab, s *stand) {
	t.Helper()
	check(t, chromedp.Do(b, chromedp.Navigate(s.URL+"/feeds/reviews/")))
	copied, err := chromedp.Run(b, chromedp.Evaluate[string](`(() => {
		let text = ""
		navigator.clipboard.writeText = async t => { text = t }
		document.querySelector("button[data-copy]").focus()
		document.activeElement.click()
		return text
	})()`))
	check(t, err)
	if want := publication().Server + "/feeds/reviews.rss"; copied != want {
		t.Errorf("copied %q, want %q", copied, want)
	}
	chosen, err := chromedp.Run(b, chromedp.Evaluate[string](`(() => {
		document.querySelector(".copy input").focus()
		return getSelection().toString()
	})()`))
	check(t, err)
	if want := publication().Server + "/feeds/reviews.rss"; chosen != want {
		t.Errorf("the field selects %q, want %q", chosen, want)
	}
}

// unsubscribe presses both buttons, and the browser sends what browsers send.
func unsubscribe(t *testing.T, b *browsertest.Tab, s *stand, link string) {
	t.Helper()
	check(t, chromedp.Do(b, chromedp.Navigate(s.URL+link)))
	for _, want := range []domain.SuppressionReason{domain.Unsubscribed, ""} {
		answer, err := chromedp.RunResponse(b, chromedp.Click(chromedp.CSS("main button")))
		check(t, err)
		if got := s.suppressed(t, rosa); answer.Status != http.StatusOK || got != want {
			t.Errorf("status %d, suppressed %q, want %q", answer.Status, got, want)
		}
	}
	if complaints, _ := b.Heard(); len(complaints) > 0 {
		t.Errorf("the browser says %s", complaints)
	}
}

package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"marquee/internal/domain"
)

const chromium = "/usr/bin/chromium"

// browser starts Chromium; the test is skipped where there is none, but not on
// CI, where nothing may be skipped.
func browser(t *testing.T) context.Context {
	t.Helper()
	if _, err := os.Stat(chromium); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser to look at the pages with: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // machines may be busy
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(stop)
	ctx, quit := chromedp.NewContext(ctx)
	t.Cleanup(quit)
	check(t, chromedp.Do(ctx))
	return ctx
}

// tab is a browser tab and what it complained about and asked for.
type tab struct {
	context.Context
	mu         sync.Mutex
	complaints []string
	asked      []string
}

// openTab opens a tab as wide as a device, in a colour scheme.
func openTab(t *testing.T, browser context.Context, width int64, scheme string) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	b := &tab{Context: ctx}
	check(t, chromedp.Listen(ctx, b.hear))
	check(t, chromedp.Do(ctx,
		chromedp.EmulateViewport(width, 800),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			return err
		})))
	return b
}

// hear runs in the loop that reads from the browser.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	}
}

// heard is what came since it was last asked.
func (b *tab) heard() (complaints, asked []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	complaints, asked = b.complaints, b.asked
	b.complaints, b.asked = nil, nil
	return complaints, asked
}

// look are the scripts that measure a page; each gives what is wrong.
func look() map[string]string {
	return map[string]string{
		"wider than the screen": `[...document.querySelectorAll("body, body *")]
			.filter(e => document.documentElement.scrollWidth > innerWidth && e.getBoundingClientRect().right > innerWidth)
			.map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40))`,
		// WCAG 2.2, 1.4.3, by its own formula.
		"contrast below 4.5": `(() => {
			const rgba = c => { const n = c.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1] }
			const lum = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
				.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0)
			const paper = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c } return [255, 255, 255, 1] }
			const bad = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
			for (let n; n = walk.nextNode();) {
				if (!n.data.trim()) continue
				const [a, b] = [lum(rgba(getComputedStyle(n.parentElement).color)), lum(paper(n.parentElement))]
				const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05)
				if (ratio < 4.5) bad.push(ratio.toFixed(2) + " " + n.data.trim().slice(0, 40))
			}
			return bad
		})()`,
		// WCAG 2.2, 2.5.8 asks for 24 pixels; buttons get 44.
		"too small to touch": `[...document.querySelectorAll("button, a.button, nav a, .formats a")]
			.filter(e => e.getBoundingClientRect().height < (e.matches("button, .button") ? 44 : 40))
			.map(e => e.textContent + " " + e.getBoundingClientRect().height)`,
		"pictures that do not show": `[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)`,
	}
}

func TestInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browser(t)
	s := furnished(t)
	link := s.rosas(t)
	for _, width := range []int64{320, 375, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				t.Parallel()
				b := openTab(t, chromium, width, scheme)
				for _, page := range []string{"/", "/feeds/reviews/", "/feeds/picks/", "/editions/", "/editions/weekly-2026-11-20-1700", link} {
					b.inspect(t, s, page)
				}
			})
		}
	}
	t.Run("focus", func(t *testing.T) {
		t.Parallel()
		openTab(t, chromium, 1280, "light").focus(t, s)
	})
	t.Run("copy", func(t *testing.T) {
		t.Parallel()
		openTab(t, chromium, 375, "light").copy(t, s)
	})
	t.Run("unsubscribe", func(t *testing.T) {
		t.Parallel()
		openTab(t, chromium, 375, "light").unsubscribe(t, s, link)
	})
}

// inspect loads a page and measures it.
func (b *tab) inspect(t *testing.T, s *stand, page string) {
	t.Helper()
	answer, err := chromedp.Run(b, chromedp.NavigateResponse(s.URL+page))
	check(t, err)
	title, err := chromedp.Run(b, chromedp.Title())
	check(t, err)
	if answer.Status != http.StatusOK || title == "" {
		t.Errorf("%s: status %d, title %q", page, answer.Status, title)
	}
	for what, script := range look() {
		wrong, err := chromedp.Run(b, chromedp.Evaluate[[]string](script))
		check(t, err)
		if len(wrong) > 0 {
			t.Errorf("%s: %s:\n%s", page, what, strings.Join(wrong, "\n"))
		}
	}
	complaints, asked := b.heard()
	for _, c := range complaints {
		t.Errorf("%s: the browser says %s", page, c)
	}
	if len(asked) == 0 {
		t.Errorf("%s: no request was seen", page)
	}
	for _, address := range asked {
		u, err := url.Parse(address)
		check(t, err)
		if "http://"+u.Host != s.URL {
			t.Errorf("%s: asks another host: %s", page, address)
		}
	}
}

// focus checks that whoever uses the keyboard sees where they are, from the
// first key on.
func (b *tab) focus(t *testing.T, s *stand) {
	t.Helper()
	check(t, chromedp.Do(b, chromedp.Navigate(s.URL+"/"), chromedp.KeyEvent(kb.Tab)))
	first, err := chromedp.Run(b, chromedp.Evaluate[string](`document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().height > 20 ? "" : document.activeElement.outerHTML`))
	check(t, err)
	if first != "" {
		t.Errorf("the first stop is not a visible way to the content: %s", first)
	}
	blind, err := chromedp.Run(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a, button")].filter(e => {
		e.focus()
		const s = getComputedStyle(e)
		return document.activeElement !== e || s.outlineStyle !== "solid" || parseFloat(s.outlineWidth) < 2
	}).map(e => e.outerHTML)`))
	check(t, err)
	if len(blind) > 0 {
		t.Errorf("no focus shows on:\n%s", strings.Join(blind, "\n"))
	}
}

// copy takes a feed's address along by keyboard alone.
func (b *tab) copy(t *testing.T, s *stand) {
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
func (b *tab) unsubscribe(t *testing.T, s *stand, link string) {
	t.Helper()
	check(t, chromedp.Do(b, chromedp.Navigate(s.URL+link)))
	for _, want := range []domain.SuppressionReason{domain.Unsubscribed, ""} {
		answer, err := chromedp.RunResponse(b, chromedp.Click(chromedp.CSS("main button")))
		check(t, err)
		if got := s.suppressed(t, rosa); answer.Status != http.StatusOK || got != want {
			t.Errorf("status %d, suppressed %q, want %q", answer.Status, got, want)
		}
	}
	if complaints, _ := b.heard(); len(complaints) > 0 {
		t.Errorf("the browser says %s", complaints)
	}
}

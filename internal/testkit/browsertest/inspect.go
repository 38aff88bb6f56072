package browsertest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

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
			const ratio = (a, b) => { [a, b] = [lum(a), lum(b)]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) }
			const bad = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
			for (let n; n = walk.nextNode();) {
				if (!n.data.trim() || n.parentElement.closest("script, progress")) continue
				const r = ratio(rgba(getComputedStyle(n.parentElement).color), paper(n.parentElement))
				if (r < 4.5) bad.push(r.toFixed(2) + " " + n.data.trim().slice(0, 40))
			}
			for (const e of document.querySelectorAll("input[placeholder]")) {
				const r = ratio(rgba(getComputedStyle(e, "::placeholder").color), paper(e))
				if (r < 4.5) bad.push(r.toFixed(2) + " " + e.placeholder)
			}
			return bad
		})()`,
		// WCAG 2.2, 2.5.8 asks for 24 pixels; what is pressed gets 44.
		"too small to touch": `[...document.querySelectorAll("button, a.button, select, input:not([type=hidden], [type=checkbox], [type=radio]), summary, nav a, .links a, .formats a")]
			.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < (e.matches("nav a, .links a, .formats a") ? 40 : e.matches("summary") ? 24 : 44))
			.map(e => (e.textContent || e.id) + " " + e.getBoundingClientRect().height)`,
		"pictures that do not show": `[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)`,
		"fields without a name": `[...document.querySelectorAll("input:not([type=hidden], [hidden]), select, textarea")]
			.filter(e => ![...e.labels].some(l => l.textContent.trim()) && !e.getAttribute("aria-label")).map(e => e.outerHTML)`,
		"nothing to say": `[...document.querySelectorAll("a, button, summary, th, iframe, progress, img")]
			.filter(e => !(e.textContent.trim() || e.getAttribute("aria-label") || e.title || e.hasAttribute("alt") || e.querySelector("[alt]"))).map(e => e.outerHTML)`,
		"ids that are there twice": `[...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)`,
		"headings out of order": `(() => {
			const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(h => +h.tagName[1])
			const bad = levels.filter((l, i) => i > 0 && l > levels[i - 1] + 1).map(l => "a jump to h" + l)
			return levels[0] === 1 && levels.filter(l => l === 1).length === 1 ? bad : [...bad, "levels " + levels]
		})()`,
	}
}

// Inspect loads a page of a server, which has to be there, and measures it.
func (b *Tab) Inspect(t *testing.T, server, page string) {
	t.Helper()
	answer, err := chromedp.Run(b, chromedp.NavigateResponse(server+page))
	check(t, err)
	if answer.Status != http.StatusOK {
		t.Errorf("%s: status %d", page, answer.Status)
	}
	b.Measure(t, page)
	b.manners(t, server, page)
}

// Measure measures the page that is shown; errors call it by a name.
func (b *Tab) Measure(t *testing.T, page string) {
	t.Helper()
	title, err := chromedp.Run(b, chromedp.Title())
	check(t, err)
	if title == "" {
		t.Errorf("%s: no title", page)
	}
	for what, script := range look() {
		wrong, err := chromedp.Run(b, chromedp.Evaluate[[]string](script))
		check(t, err)
		if len(wrong) > 0 {
			t.Errorf("%s: %s:\n%s", page, what, strings.Join(wrong, "\n"))
		}
	}
}

// manners checks that the browser finds nothing to complain of, and that the page
// asks nobody else.
func (b *Tab) manners(t *testing.T, server, page string) {
	t.Helper()
	complaints, asked := b.Heard()
	for _, c := range complaints {
		t.Errorf("%s: the browser says %s", page, c)
	}
	if len(asked) == 0 {
		t.Errorf("%s: no request was seen", page)
	}
	for _, address := range asked {
		u, err := url.Parse(address)
		check(t, err)
		if "http://"+u.Host != server {
			t.Errorf("%s: asks another host: %s", page, address)
		}
	}
}

// Focus checks that whoever uses the keyboard sees where they are on a page, from
// the first key on.
func (b *Tab) Focus(t *testing.T, address string) {
	t.Helper()
	check(t, chromedp.Do(b, chromedp.Navigate(address), chromedp.KeyEvent(kb.Tab)))
	first, err := chromedp.Run(b, chromedp.Evaluate[string](`document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().height > 20 ? "" : document.activeElement.outerHTML`))
	check(t, err)
	if first != "" {
		t.Errorf("%s: the first stop is not a visible way to the content: %s", address, first)
	}
	blind, err := chromedp.Run(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a, button, input:not([type=hidden], [hidden]), select, textarea, summary, [tabindex]")].filter(e => e.checkVisibility()).filter(e => {
		e.focus()
		const s = getComputedStyle(e)
		return document.activeElement !== e || s.outlineStyle !== "solid" || parseFloat(s.outlineWidth) < 2
	}).map(e => e.outerHTML)`))
	check(t, err)
	if len(blind) > 0 {
		t.Errorf("%s: no focus shows on:\n%s", address, strings.Join(blind, "\n"))
	}
}

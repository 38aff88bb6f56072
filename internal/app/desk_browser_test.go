package app_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"marquee/internal/domain"
	"marquee/internal/testkit"
	"marquee/internal/testkit/browsertest"
)

// The operator's pages in a real browser, on phones and a desk, by day and by
// night, and what is done there, without scripts where none are needed.
func TestDeskInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browsertest.Open(t)
	i, d, server := manned(t)
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	phone := browsertest.OpenTab(t, chromium, browsertest.Device{Width: 375, Scheme: "light", NoScript: true})
	t.Run("login", func(t *testing.T) { logIn(t, phone, d.server) })
	t.Run("looks", func(t *testing.T) {
		for _, width := range []int64{320, 375, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) { // not beside others: the phone would wait for all of them
					b := browsertest.OpenTab(t, chromium, browsertest.Device{Width: width, Scheme: scheme})
					for _, page := range deskPages() {
						b.Inspect(t, d.server, page)
					}
				})
			}
		}
	})
	t.Run("focus", func(t *testing.T) {
		b := browsertest.OpenTab(t, chromium, browsertest.Device{Width: 1280, Scheme: "light"})
		for _, page := range deskPages() {
			b.Focus(t, d.server+page)
		}
	})
	t.Run("preview", func(t *testing.T) { lookAt(t, phone, d.server) })
	t.Run("live", func(t *testing.T) {
		live(t, browsertest.OpenTab(t, chromium, browsertest.Device{Width: 1280, Scheme: "dark"}), d)
	})
	t.Run("test letter", func(t *testing.T) { sendMeATest(t, phone, d.server, server) })
	t.Run("buttons", func(t *testing.T) { pressButtons(t, phone, d.server, i, e.ID) })
	t.Run("logout", func(t *testing.T) { logOut(t, phone, d.server) })
	t.Run("guesses", func(t *testing.T) { guess(t, phone, d.server) })
}

// deskPages are the pages of the desk that people look at.
func deskPages() []string {
	var pages []string
	for _, path := range adminPaths() {
		if !strings.HasSuffix(path, "/changes") && !strings.HasSuffix(path, "/letter") {
			pages = append(pages, path)
		}
	}
	return append(pages, "/admin/next/weekly/preview?form=text", "/admin/next/weekly/preview?form=spam&as=public", "/admin/editions/1/preview?as=public")
}

// press presses a button and returns the answer to it.
func press(t *testing.T, b *browsertest.Tab, selector string) *network.Response {
	t.Helper()
	return must(chromedp.RunResponse(b, chromedp.Click(chromedp.CSS(selector))))(t)
}

func visit(t *testing.T, b *browsertest.Tab, address string) {
	t.Helper()
	if err := chromedp.Do(b, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
}

// words are what a page's main part says.
func words(t *testing.T, b *browsertest.Tab) string {
	t.Helper()
	return must(chromedp.Run(b, chromedp.Text(chromedp.CSS("main"))))(t)
}

// enter writes a password into the page to log in, and sends it.
func enter(t *testing.T, b *browsertest.Tab, password string) *network.Response {
	t.Helper()
	if err := chromedp.Do(b, chromedp.SendKeys(chromedp.CSS("#password"), password)); err != nil {
		t.Fatal(err)
	}
	return press(t, b, "main button")
}

func logIn(t *testing.T, b *browsertest.Tab, server string) {
	t.Helper()
	b.Inspect(t, server, "/admin/login")
	visit(t, b, server+"/admin/next/weekly")
	if a := enter(t, b, "a guess of mine"); a.Status != http.StatusForbidden || !strings.Contains(words(t, b), "That is not the password.") {
		t.Errorf("a wrong password: status %d\n%s", a.Status, words(t, b))
	}
	b.Measure(t, "a wrong password")
	b.Heard()
	if a := enter(t, b, adminPassword); a.Status != http.StatusOK || !strings.HasSuffix(a.URL, "/admin/next/weekly") {
		t.Errorf("the password: status %d, at %s", a.Status, a.URL)
	}
}

// lookAt goes from the next edition to the letter, and looks at it in all ways.
func lookAt(t *testing.T, b *browsertest.Tab, server string) {
	t.Helper()
	visit(t, b, server+"/admin/next/weekly")
	press(t, b, `main a[href$="/preview"]`)
	for _, step := range []struct{ link, shows string }{
		{`nav a[href*="as=reader"]`, "free readers"},
		{`nav[aria-label="Form"] a[href*="form=text"]`, "Unsubscribe: https://"},
		{`nav a[href*="form=source"]`, "List-Unsubscribe: <https://"},
		{`nav a[href*="plain=1"]`, "Unsubscribe: https://"},
		{`nav a[href*="as=public"]`, "PO Box 1200"},
	} {
		if a := press(t, b, step.link); a.Status != http.StatusOK || !strings.Contains(words(t, b), step.shows) {
			t.Errorf("%s: status %d\n%s", step.link, a.Status, words(t, b))
		}
	}
	visit(t, b, server+"/admin/next/weekly/preview")
	for address, shows := range map[string]string{"nobody@example.com": "Nobody has this address", address(0): "Phone, dark"} {
		if err := chromedp.Do(b, chromedp.SetValue(chromedp.CSS("#patron"), address)); err != nil {
			t.Fatal(err)
		}
		press(t, b, "form.inline button")
		if said := words(t, b); !strings.Contains(said, shows) {
			t.Errorf("%s: the page says\n%s", address, said)
		}
		b.Measure(t, address)
	}
	b.Heard()
}

// live sees the preview change while somebody writes the picks, and then a
// template that is wrong.
func live(t *testing.T, b *browsertest.Tab, d *desk) {
	t.Helper()
	visit(t, b, d.server+"/admin/next/weekly/preview?form=text")
	follow := func(script string) {
		t.Helper()
		_, err := chromedp.Run(b, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(time.Minute)))
		for err != nil && b.Err() == nil && !errors.Is(err, chromedp.ErrPollingTimeout) { // it is loaded anew, as it should
			_, err = chromedp.Run(b, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(time.Minute)))
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, words(t, b))
		}
	}
	follow(`document.querySelector("#live").textContent.includes("by themselves")`)
	d.files.write(t, "picks/2026-11-27.md", strings.Replace(handPicks, "A week of harbors", "A week of fog", 1), time.Time{})
	follow(`document.querySelector("main pre").textContent.includes("A week of fog")`)
	b.Measure(t, "a preview that has changed")
	if complaints, _ := b.Heard(); len(complaints) > 0 {
		t.Errorf("the browser says %s", complaints)
	}
}

func sendMeATest(t *testing.T, b *browsertest.Tab, server string, sent *testkit.SMTP) {
	t.Helper()
	visit(t, b, server+"/admin/next/weekly")
	before := len(sent.Messages())
	press(t, b, `form[action$="/test"] button`)
	if said := words(t, b); !strings.Contains(said, "A test letter is on its way to you.") || len(sent.Messages()) != before+1 {
		t.Errorf("%d letters; the page says\n%s", len(sent.Messages())-before, said)
	}
}

func pressButtons(t *testing.T, b *browsertest.Tab, server string, i *instance, id domain.EditionID) {
	t.Helper()
	b.Heard()
	visit(t, b, fmt.Sprintf("%s/admin/editions/%d", server, id))
	for _, step := range []struct {
		button string
		state  domain.EditionState
	}{
		{`form[action$="/hold"] button`, domain.EditionHeld},
		{`.acts form[action$="/release"] button`, domain.EditionFrozen},
		{`a[href$="/send"]`, domain.EditionFrozen},
		{`main form button`, domain.EditionSending},
	} {
		press(t, b, step.button)
		if now := must(i.Store().Edition(t.Context(), id))(t); now.State != step.state || !strings.Contains(words(t, b), string(step.state)) {
			t.Errorf("%s: the edition is %s, the page says\n%s", step.button, now.State, words(t, b))
		}
		b.Measure(t, step.button)
	}
	if complaints, _ := b.Heard(); len(complaints) > 0 {
		t.Errorf("the browser says %s", complaints)
	}
}

func logOut(t *testing.T, b *browsertest.Tab, server string) {
	t.Helper()
	visit(t, b, server+"/admin/")
	press(t, b, `form[action="/admin/logout"] button`)
	visit(t, b, server+"/admin/editions/1")
	if at := must(chromedp.Run(b, chromedp.Location()))(t); !strings.HasPrefix(at, server+"/admin/login") {
		t.Errorf("after logging out the browser is shown %s", at)
	}
}

// guess tries passwords until it is told to wait, on the page where it did.
func guess(t *testing.T, b *browsertest.Tab, server string) {
	t.Helper()
	visit(t, b, server+"/admin/login")
	var a *network.Response
	for range 5 { // one is used up
		a = enter(t, b, "a guess of mine")
	}
	if a.Status != http.StatusTooManyRequests || !strings.Contains(words(t, b), "Wait a minute") {
		t.Errorf("status %d\n%s", a.Status, words(t, b))
	}
	b.Measure(t, "too many guesses")
}

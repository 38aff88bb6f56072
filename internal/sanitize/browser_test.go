package sanitize_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"marquee/internal/sanitize"
	"marquee/internal/testkit/browsertest"
)

// seen is what a browser did with a page.
type seen struct {
	mu  sync.Mutex
	bad []string
}

// hear runs in the loop that reads from the browser. A picture may be asked for;
// nothing else may, and no dialogue opens.
func (s *seen) hear(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		own := strings.HasPrefix(e.Request.URL, "http://127.0.0.1:") // the page itself, and its icon
		if e.Type != network.ResourceTypeImage && !own {
			s.bad = append(s.bad, string(e.Type)+" "+e.Request.URL)
		}
	case *page.EventJavascriptDialogOpening:
		s.bad = append(s.bad, "dialogue "+e.Message)
	}
}

// provoke pokes at every element, and lets the page be read once more.
const provoke = `(() => {
	const poke = () => document.querySelectorAll("main, main *").forEach(e => {
		for (const type of ["click", "mouseover", "focus", "load", "error", "toggle", "pointerenter", "animationstart", "wheel", "copy", "keydown"]) {
			e.addEventListener(type, event => event.preventDefault(), {once: true})
			e.dispatchEvent(new Event(type, {bubbles: true, cancelable: true}))
		}
	})
	poke()
	const main = document.querySelector("main")
	main.innerHTML = main.innerHTML
	poke()
	return [window.ran, document.querySelectorAll("main script, main iframe, main style, main svg, main form, main link, main meta, main base, main object, main embed").length,
		[...document.querySelectorAll("main *")].flatMap(e => [...e.attributes]).filter(a => /^(on|style|formaction|srcset)/i.test(a.name)).length,
		[...document.querySelectorAll("main a[href], main img[src]")].filter(e => !/^(https?|mailto):$/.test(new URL(e.href || e.src).protocol)).length].join()
})()`

// No sample runs anything in a real browser, or makes it ask for anything but a
// picture. Without sanitising, they do: so the test can see it.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browsertest.Open(t)
	var clean strings.Builder
	for _, sample := range hostile() {
		clean.WriteString("<div>" + sanitize.HTML(sample, base) + "</div>\n")
	}
	for name, tt := range map[string]struct{ content, want string }{
		"sanitised":     {clean.String(), ",0,0,0"},
		"not sanitised": {"<img src=x onerror=alert(1)>" + strings.Join(hostile()[:4], ""), "true,"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = w.Write([]byte("<!doctype html><script>window.alert = () => { window.ran = true }</script><main>" + tt.content + "</main>"))
			}))
			t.Cleanup(s.Close)
			ctx, closeTab := chromedp.NewContext(chromium)
			t.Cleanup(closeTab)
			var b seen
			if err := chromedp.Listen(ctx, b.hear); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/")); err != nil {
				t.Fatal(err)
			}
			got, err := chromedp.Run(ctx, chromedp.Evaluate[string](provoke))
			if err != nil || !strings.HasPrefix(got, tt.want) {
				t.Errorf("ran, elements, attributes, addresses: %s, want %s; %v", got, tt.want, err)
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			if name == "sanitised" && len(b.bad) > 0 {
				t.Errorf("the browser was made to: %q", b.bad)
			}
		})
	}
}

package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/token"
	webpatron "marquee/internal/web/patron"
)

// suppressed is why an address gets no letters, "" when it does.
func (s *stand) suppressed(t *testing.T, address string) domain.SuppressionReason {
	t.Helper()
	all, err := s.store.Suppressions(t.Context())
	check(t, err)
	return all[domain.EmailKey(address)].Reason
}

const rosa = "Rosa@example.com"

// rosas is the address of Rosa's unsubscribe page.
func (s *stand) rosas(t *testing.T) string {
	t.Helper()
	return "/u/" + s.mint.Make(token.Unsubscribe, s.enroll(t, rosa))
}

// Whoever only looks, as link scanners do, changes nothing.
func TestUnsubscribePageChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	for range 3 {
		s.do(t, http.MethodHead, link, "").is(t, http.StatusOK)
		g := s.get(t, link).is(t, http.StatusOK)
		form := g.html(t).Find("main form")
		if form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != link || form.Find("button").Length() != 1 || form.Find("input").AttrOr("name", "") != "List-Unsubscribe" {
			t.Fatalf("form:\n%s", g.body)
		}
		for name, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "ETag": "",
		} {
			if got := g.Header.Get(name); got != want {
				t.Errorf("%s %q, want %q", name, got, want)
			}
		}
	}
	if got := s.suppressed(t, rosa); got != "" {
		t.Errorf("suppressed: %s", got)
	}
	get, head := s.get(t, link), s.do(t, http.MethodHead, link, "")
	get.Header.Del("Date")
	head.Header.Del("Date")
	if got, want := header(head), header(get); got != want || head.body != "" {
		t.Errorf("HEAD answers\n%sGET\n%s", got, want)
	}
}

// No method but POST does anything, neither at the address nor at that which
// undoes it, and whoever is sent elsewhere, or is to keep a cookie, is none of
// ours.
func TestOnlyPostActs(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	idle := func(want domain.SuppressionReason) {
		t.Helper()
		for _, method := range []string{
			http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, "PROPFIND",
		} {
			for _, path := range []string{link, link + "?List-Unsubscribe=One-Click", link + "/undo", link + "/"} {
				g := s.do(t, method, path, "", "X-HTTP-Method-Override", http.MethodPost)
				if g.StatusCode/100 == 3 || g.Header.Get("Location") != "" || g.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s %s: %d, %v", method, path, g.StatusCode, g.Header)
				}
				if got := s.suppressed(t, rosa); got != want {
					t.Fatalf("%s %s made the address %q", method, path, got)
				}
			}
			if g := s.do(t, method, link+"/undo", ""); g.StatusCode != http.StatusMethodNotAllowed || g.Header.Get("Allow") != http.MethodPost {
				t.Errorf("%s undo: %d, allowed %q", method, g.StatusCode, g.Header.Get("Allow"))
			}
		}
	}
	idle("")
	s.click(t, link).is(t, http.StatusOK)
	idle(domain.Unsubscribed)
}

// Links that were signed with the key before this one work as they did.
func TestUnsubscribeAfterKeyRotation(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	rotated := bare(t)
	webpatron.Routes(rotated.site, s.store, token.New([]byte("another key of thirty-two bytes!"), []byte("0123456789abcdef0123456789abcdef")))
	form := rotated.get(t, link).is(t, http.StatusOK).html(t).Find("main form")
	rotated.click(t, form.AttrOr("action", "")).is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != domain.Unsubscribed {
		t.Errorf("suppressed: %q", got)
	}
	rotated.do(t, http.MethodPost, link+"/undo", "undo=yes").is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != "" {
		t.Errorf("suppressed: %q", got)
	}
	retired := bare(t)
	webpatron.Routes(retired.site, s.store, token.New([]byte("another key of thirty-two bytes!")))
	retired.click(t, link).is(t, http.StatusNotFound)
}

// One click from any mail program unsubscribes, in either encoding, without
// cookie, login or redirect (RFC 8058 §3.1, §3.2).
func TestOneClick(t *testing.T) {
	t.Parallel()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	check(t, w.WriteField("List-Unsubscribe", "One-Click"))
	check(t, w.Close())
	for name, test := range map[string]struct {
		body    string
		headers []string
	}{
		"urlencoded":   {"List-Unsubscribe=One-Click", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"form data":    {form.String(), []string{"Content-Type", w.FormDataContentType()}},
		"no type":      {"List-Unsubscribe=One-Click\r\n", nil},
		"with context": {"List-Unsubscribe=One-Click", []string{"Cookie", "session=stolen", "Authorization", "Basic cm9zYTpyb3Nh"}},
		"from webmail": {"List-Unsubscribe=One-Click", []string{"Origin", "https://mail.example", "Sec-Fetch-Site", "cross-site"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			link := s.rosas(t)
			for range 2 { // a second click is no error
				g := s.do(t, http.MethodPost, link, test.body, test.headers...).is(t, http.StatusOK)
				if got := s.suppressed(t, rosa); got != domain.Unsubscribed {
					t.Fatalf("suppressed: %q", got)
				}
				if got := words(g.html(t).Find("h1")); got != "You are unsubscribed" || g.Header.Get("Referrer-Policy") != "no-referrer" || g.Header.Get("Set-Cookie") != "" {
					t.Errorf("page %q, %v", got, g.Header)
				}
			}
		})
	}
}

// A scanner that posts to the address changes nothing, whatever it sends; it is
// shown the page.
func TestPostWithoutAWord(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	for _, body := range []string{"", "{}", "List-Unsubscribe", "scan=1", strings.Repeat("x", 70_000) + "List-Unsubscribe=One-Click"} {
		g := s.do(t, http.MethodPost, link, body, "Content-Type", "application/x-www-form-urlencoded").is(t, http.StatusOK)
		if got := words(g.html(t).Find("h1")); got != "Unsubscribe?" || s.suppressed(t, rosa) != "" {
			t.Errorf("%.30q: page %q, suppressed %q", body, got, s.suppressed(t, rosa))
		}
	}
	s.click(t, link).is(t, http.StatusOK)
	s.do(t, http.MethodPost, link+"/undo", "").is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != domain.Unsubscribed {
		t.Errorf("a scanner undid it: %q", got)
	}
}

// click is what a mail program's button sends.
func (s *stand) click(t *testing.T, link string) got {
	t.Helper()
	return s.do(t, http.MethodPost, link, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded")
}

func TestUndo(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	left := s.click(t, link).html(t)
	undo := left.Find("main form").AttrOr("action", "")
	for name, headers := range map[string][]string{
		"new browser": {"Sec-Fetch-Site", "cross-site"},
		"old browser": {"Origin", "https://evil.example"},
	} {
		s.do(t, http.MethodPost, undo, "undo=yes", headers...).is(t, http.StatusForbidden)
		if s.suppressed(t, rosa) == "" {
			t.Fatalf("%s: another site undid it", name)
		}
	}
	g := s.do(t, http.MethodPost, undo, "undo=yes", "Sec-Fetch-Site", "same-origin").is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != "" || !strings.Contains(words(g.html(t).Find("main")), "undone") {
		t.Errorf("suppressed: %q, page %s", got, words(g.html(t).Find("main")))
	}
}

// Undoing lifts nobody's bounce or complaint.
func TestUndoKeepsOtherSuppressions(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.enroll(t, rosa)
	link := "/u/" + s.mint.Make(token.Unsubscribe, id)
	check(t, s.store.SuppressPatron(t.Context(), id, domain.Complained))
	s.click(t, link).is(t, http.StatusOK)
	s.do(t, http.MethodPost, link+"/undo", "undo=yes").is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != domain.Complained {
		t.Errorf("suppressed: %q", got)
	}
}

// A genuine link of somebody who is not known any more is answered with the
// truth, not with an error.
func TestUnsubscribeNobody(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := "/u/" + s.mint.Make(token.Unsubscribe, 4711)
	g := s.click(t, link).is(t, http.StatusOK)
	if got := words(g.html(t).Find("h1")); got != "You are not subscribed" || g.html(t).Find("form").Length() != 0 {
		t.Errorf("page:\n%s", g.body)
	}
}

// Nothing tells one bad token from another, or from a page that does not exist.
func TestBadTokens(t *testing.T) {
	t.Parallel()
	s := open(t)
	good := strings.TrimPrefix(s.rosas(t), "/u/")
	nothing := s.get(t, "/nothing").is(t, http.StatusNotFound)
	for name, bad := range map[string]string{
		"wrong":           "wrong",
		"truncated":       good[:len(good)-1],
		"longer":          good + "A",
		"changed":         "B" + good[1:],
		"another key":     token.New([]byte("another key of thirty-two bytes!")).Make(token.Unsubscribe, 1),
		"another purpose": s.mint.Make("feed", 1),
		"a mailbox's":     s.mint.Mailbox(token.Unsubscribe, 1),
		"a bounce's":      s.mint.Return(1, 1),
		"odd bytes":       "%00%ff%0a",
		"very long":       strings.Repeat("A", 4000),
	} {
		for _, g := range []got{s.get(t, "/u/"+bad), s.do(t, http.MethodPost, "/u/"+bad, ""), s.do(t, http.MethodPost, "/u/"+bad+"/undo", "")} {
			g.Header.Del("Date")
			nothing.Header.Del("Date")
			if g.StatusCode != http.StatusNotFound || g.body != nothing.body || header(g) != header(nothing) {
				t.Errorf("%s: %s gives %d\n%s%s", name, g.Request.Method, g.StatusCode, header(g), g.body)
			}
		}
	}
	if got := s.suppressed(t, rosa); got != "" || s.log.String() != "" {
		t.Errorf("suppressed: %q, log %s", got, s.log)
	}
}

// A store that fails is our fault and is said to be: nobody must believe they
// are unsubscribed.
func TestUnsubscribeFails(t *testing.T) {
	t.Parallel()
	s := open(t)
	link := s.rosas(t)
	check(t, s.store.Close())
	for _, path := range []string{link, link + "/undo"} {
		s.do(t, http.MethodPost, path, "List-Unsubscribe=One-Click&undo=yes").is(t, http.StatusInternalServerError)
	}
	for _, path := range []string{"/", "/editions/", "/editions/weekly-2026-11-20-1700"} {
		s.get(t, path).is(t, http.StatusInternalServerError)
	}
	s.get(t, "/readyz").is(t, http.StatusServiceUnavailable)
	log := s.log.String()
	if !strings.Contains(log, `route="POST /u/{token}"`) || strings.Contains(log, strings.TrimPrefix(link, "/u/")) || strings.Contains(strings.ToLower(log), "rosa") {
		t.Errorf("log: %s", log)
	}
}

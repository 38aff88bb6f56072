package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/notice"
	"marquee/internal/patron"
	"marquee/internal/testkit/browsertest"
	"marquee/internal/token"
	"marquee/internal/web"
	webpatron "marquee/internal/web/patron"
)

// post is a box of service mail: "kind address link".
type box struct {
	mu    sync.Mutex
	mails []string
}

func (b *box) Links(_ context.Context, to netmail.Address, manage, _ string) error {
	return b.put("links " + to.Address + " " + manage)
}

func (b *box) Confirm(_ context.Context, to netmail.Address, link string) error {
	return b.put("confirm " + to.Address + " " + link)
}

func (b *box) Feeds(_ context.Context, to netmail.Address, feeds []notice.FeedAddress) error {
	for _, f := range feeds {
		if err := b.put("feeds " + to.Address + " " + f.URL); err != nil {
			return err
		}
	}
	return nil
}

func (b *box) put(mail string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, mail)
	return nil
}

// people is the whole site with people's own pages.
func people(t testing.TB) (*stand, *box) {
	t.Helper()
	s, b := open(t), new(box)
	tiers := domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}}
	webpatron.Pages{
		Publication: publication(), Store: s.store, Mint: s.mint, Notices: b, Now: now, Visitor: web.Proxies{netip.MustParsePrefix("127.0.0.0/8")}.Visitor,
		Digests: []config.Digest{
			{Name: "weekly", Title: "The Friday letter", To: domain.ToEveryone}, {Name: "daily", Title: "Daily", To: domain.ToPatrons},
		},
		Policy: &entitle.Policy{Tiers: tiers, Kinds: map[domain.ItemKind]domain.Ladder{
			domain.Review: {{To: "Screenwriter"}, {To: domain.ToPatrons, After: 48e9 * 3600}, {To: domain.ToEveryone, After: 240e9 * 3600}},
			domain.Essay:  {{To: domain.ToPatrons}},
		}},
		Feeds: feeds(), FeedLinks: s.links,
		Erase: func(ctx context.Context, id domain.PatronID) error { return s.store.ErasePatron(ctx, id, nil, now()) },
		Lift:  func(context.Context, string) error { return nil },
	}.Routes(s.site)
	return s, b
}

// send sends a form as a browser does.
func (s *stand) send(t *testing.T, path string, form url.Values) got {
	t.Helper()
	return s.do(t, http.MethodPost, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

// sendFrom sends a form as a visitor behind a proxy.
func (s *stand) sendFrom(t *testing.T, visitor, path string, form url.Values) got {
	t.Helper()
	return s.do(t, http.MethodPost, path, form.Encode(), "Content-Type", "application/x-www-form-urlencoded",
		"Sec-Fetch-Site", "same-origin", "X-Forwarded-For", visitor)
}

func (s *stand) record(t *testing.T, id domain.PatronID) domain.PatronRecord {
	t.Helper()
	r, err := s.store.PatronRecord(t.Context(), id, 0)
	check(t, err)
	return r
}

// The page says what is so, and changes what its form asks for, and nothing else.
func TestManage(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Add: []domain.Patron{
		{Email: rosa, Name: "Rosa <b>Luz</b>", Audience: domain.Audience{Standing: domain.Active, Tier: "Matinee"}},
	}}))
	p, err := s.store.PatronByEmail(t.Context(), rosa)
	check(t, err)
	link := "/p/" + s.mint.Make(token.Manage, p.ID)
	before := s.record(t, p.ID)
	s.do(t, http.MethodHead, link, "").is(t, http.StatusOK)
	g := s.get(t, link).is(t, http.StatusOK)
	if g.Header.Get("Cache-Control") != "private, no-store" || g.Header.Get("Referrer-Policy") != "no-referrer" ||
		g.Header.Get("X-Robots-Tag") != "noindex" || g.Header.Get("Set-Cookie") != "" {
		t.Errorf("headers %v", g.Header)
	}
	text := words(g.html(t).Find("main"))
	for _, want := range []string{"Matinee patrons", "Reviews in full, 2 days after publication", "Essays in full, at once", "The Friday letter", "Daily"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	form := url.Values{"form": {g.html(t).Find("input[name=form]").AttrOr("value", "")}, "called": {"  Doctor\tLuz "}, "plain": {"1"}, "digest": {"weekly", "other"}}
	if after := s.record(t, p.ID); after.Called != before.Called || len(after.Declines) != 0 {
		t.Errorf("looking changed %+v", after)
	}
	s.send(t, link, form).is(t, http.StatusOK)
	if r := s.record(t, p.ID); r.Called != "Doctor Luz" || !r.Plain || !slices.Equal(r.Declines, []string{"daily"}) {
		t.Errorf("saved %+v", r)
	}
	if g := s.get(t, link); g.html(t).Find("input[name=plain][checked]").Length() != 1 {
		t.Error("the page does not show that they want text alone")
	}
	form["digest"] = []string{"weekly", "daily"}
	form.Del("plain")
	form.Set("dates", "de")
	s.send(t, link, form).is(t, http.StatusOK)
	if r := s.record(t, p.ID); len(r.Declines) != 0 || r.Plain || r.Dates != "de" {
		t.Errorf("saved %+v", r)
	}
	for name, change := range map[string]func(url.Values){
		"no form":        func(v url.Values) { v.Del("form") },
		"another's form": func(v url.Values) { v.Set("form", s.mint.Make(token.Form, p.ID+1)) },
		"the page's own": func(v url.Values) { v.Set("form", s.mint.Make(token.Manage, p.ID)) },
		"a link":         func(v url.Values) { v.Set("called", "https://evil.example") },
		"too long":       func(v url.Values) { v.Set("called", strings.Repeat("x", 61)) },
		"no language":    func(v url.Values) { v.Set("dates", "tlh") },
		"control":        func(v url.Values) { v.Set("called", "a\x1bb") },
	} {
		bad := url.Values{"form": form["form"], "called": {"x"}, "digest": {"weekly", "daily"}}
		change(bad)
		s.send(t, link, bad).is(t, http.StatusBadRequest)
		if r := s.record(t, p.ID); r.Called != "Doctor Luz" {
			t.Errorf("%s: saved %+v", name, r)
		}
	}
	s.do(t, http.MethodPost, link, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site").is(t, http.StatusForbidden)
}

// A token opens what it is for: the page's does not unsubscribe, nor the letter's
// links each other.
func TestPurposes(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	tokens := map[string]string{
		"u": s.mint.Make(token.Unsubscribe, id), "p": s.mint.Make(token.Manage, id), "signup": s.mint.Make(token.Confirm, id),
		"e": s.mint.View(1, id), "form": s.mint.Make(token.Form, id),
	}
	for _, page := range []string{"u", "p", "signup", "e"} {
		for purpose, text := range tokens {
			if purpose != page {
				s.do(t, http.MethodGet, "/"+page+"/"+text, "", "X-Forwarded-For", "192.0.2.1").is(t, http.StatusNotFound)
				if page != "e" {
					s.sendFrom(t, "192.0.2.2", "/"+page+"/"+text, nil).is(t, http.StatusNotFound)
				}
			}
		}
	}
	if got := s.suppressed(t, rosa); got != "" {
		t.Errorf("suppressed: %s", got)
	}
}

func TestExportAndErase(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	link := "/p/" + s.mint.Make(token.Manage, id)
	g := s.get(t, link+"/export").is(t, http.StatusOK)
	var r domain.PatronRecord
	if err := json.Unmarshal([]byte(g.body), &r); err != nil || r.Email != rosa || !strings.HasPrefix(g.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("export %+v, %v, %v", r, g.Header, err)
	}
	page := s.get(t, link+"/erase").is(t, http.StatusOK).html(t)
	form := url.Values{"form": {page.Find("input[name=form]").AttrOr("value", "")}, "address": {"other@example.com"}}
	s.send(t, link+"/erase", form).is(t, http.StatusBadRequest)
	s.record(t, id) // is still there
	form.Set("address", " "+strings.ToUpper(rosa))
	s.send(t, link+"/erase", form).is(t, http.StatusOK)
	for _, path := range []string{link, link + "/export", link + "/erase"} {
		s.get(t, path).is(t, http.StatusNotFound)
	}
	g = s.click(t, "/u/"+s.mint.Make(token.Unsubscribe, id)).is(t, http.StatusOK)
	if got := words(g.html(t).Find("h1")); got != "You are not subscribed" {
		t.Errorf("unsubscribing afterwards: %s", got)
	}
}

// The answer to who asks for links is the same whoever has the address.
func TestLinks(t *testing.T) {
	t.Parallel()
	s, b := people(t)
	id := s.enroll(t, rosa)
	s.get(t, "/links").is(t, http.StatusOK)
	known := s.send(t, "/links", url.Values{"address": {rosa}}).is(t, http.StatusOK)
	unknown := s.send(t, "/links", url.Values{"address": {"nobody@example.com"}}).is(t, http.StatusOK)
	if known.body != unknown.body || strings.Contains(known.body, "example.com\"") {
		t.Errorf("answers differ:\n%s\n%s", known.body, unknown.body)
	}
	want := "links " + rosa + " " + publication().Server + "/p/" + s.mint.Make(token.Manage, id)
	if len(b.mails) != 1 || b.mails[0] != want {
		t.Errorf("mails %q", b.mails)
	}
	for _, bad := range []string{"", "x", "a@b.example, c@d.example", "Rosa <rosa@example.com>", "a@b.example\r\nBcc: c@d.example"} {
		s.send(t, "/links", url.Values{"address": {bad}}).is(t, http.StatusBadRequest)
	}
	for n := range 400 {
		s.sendFrom(t, fmt.Sprintf("192.0.2.%d", n%200), "/links", url.Values{"address": {rosa}}).is(t, http.StatusOK)
	}
	if len(b.mails) != 300 {
		t.Errorf("%d mails in an hour", len(b.mails))
	}
}

// Who signs up is asked by mail, and only a button makes them a reader.
func TestSignup(t *testing.T) {
	t.Parallel()
	s, b := people(t)
	known := s.enroll(t, rosa)
	s.get(t, "/signup").is(t, http.StatusOK)
	fresh := s.send(t, "/signup", url.Values{"address": {"Ada@example.com"}, "name": {"Ada"}}).is(t, http.StatusOK)
	again := s.send(t, "/signup", url.Values{"address": {rosa}}).is(t, http.StatusOK)
	if fresh.body != again.body || len(b.mails) != 2 {
		t.Errorf("answers differ, or mails %q", b.mails)
	}
	link := strings.TrimPrefix(b.mails[0][strings.LastIndex(b.mails[0], " ")+1:], publication().Server)
	s.do(t, http.MethodHead, link, "").is(t, http.StatusOK)
	s.get(t, link).is(t, http.StatusOK)
	if _, err := s.store.PatronByEmail(t.Context(), "ada@example.com"); err == nil {
		t.Fatal("looking at the link signed up")
	}
	s.send(t, link, nil).is(t, http.StatusOK)
	if _, err := s.store.PatronByEmail(t.Context(), "ada@example.com"); err == nil {
		t.Fatal("a scanner that posts to the link signed up")
	}
	yes := url.Values{"confirm": {"yes"}}
	s.send(t, link, yes).is(t, http.StatusOK)
	p, err := s.store.PatronByEmail(t.Context(), "ada@example.com")
	check(t, err)
	if p.Standing != domain.Reader || p.Roster != domain.RosterReaders || p.Name != "Ada" || p.Email != "Ada@example.com" {
		t.Errorf("reader %+v", p)
	}
	s.send(t, link, yes).is(t, http.StatusNotFound)

	check(t, s.store.SuppressPatron(t.Context(), known, domain.Unsubscribed))
	link = strings.TrimPrefix(b.mails[1][strings.LastIndex(b.mails[1], " ")+1:], publication().Server)
	s.send(t, link, yes).is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != "" {
		t.Errorf("who comes back is %s", got)
	}
}

// A letter's link shows the edition as its reader may read it by now.
func TestView(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	sending := s.edition(t, "2026-11-20T17:00", domain.EditionSending)
	frozen := s.edition(t, "2026-11-27T17:00", domain.EditionFrozen)
	link := "/e/" + s.mint.View(sending.ID, id)
	g := s.get(t, link).is(t, http.StatusOK)
	if !strings.Contains(g.body, "READERS ONLY") || g.Header.Get("Cache-Control") != "private, no-store" || g.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%v\n%s", g.Header, g.body)
	}
	s.get(t, "/e/"+s.mint.View(frozen.ID, id)).is(t, http.StatusNotFound)
	s.get(t, "/e/"+s.mint.View(4711, id)).is(t, http.StatusNotFound)
	check(t, s.store.ErasePatron(t.Context(), id, nil, now()))
	if g := s.get(t, link).is(t, http.StatusOK); strings.Contains(g.body, "READERS ONLY") {
		t.Error("whoever was forgotten still reads it")
	}
}

// People's pages are fit for a phone, in the dark, and for touch.
func TestPeopleInABrowser(t *testing.T) {
	t.Parallel()
	chromium := browsertest.Open(t)
	s, _ := people(t)
	link := "/p/" + s.mint.Make(token.Manage, s.enroll(t, rosa))
	for _, width := range []int64{320, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				t.Parallel()
				b := browsertest.OpenTab(t, chromium, browsertest.Device{Width: width, Scheme: scheme})
				for _, page := range []string{link, link + "/erase", "/links", "/signup"} {
					b.Inspect(t, s.URL, page)
				}
			})
		}
	}
}
